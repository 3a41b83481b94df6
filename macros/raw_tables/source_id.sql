{#- The id as its owner writes it, as text, of a key that may be hashed.
    Example: source_id('lines.household_id', 'household') -> 'C-0017' for the key of that
    text, '1001' for 1001. -#}
{% macro source_id(key, id_type) -%}
    coalesce(
        (
            select source_ids.source_id
            from {{ ref('stg_source_ids') }} as source_ids
            where source_ids.id_type = '{{ id_type }}' and source_ids.id = {{ key }}
        ),
        cast({{ key }} as varchar)
    )
{%- endmacro %}
