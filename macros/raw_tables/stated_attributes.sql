{#- Every column of a raw table but its id, as a list of attribute and level; a level that
    is not stated is left out. Example: columns household_id, age -> [{attribute: age,
    level: 30-39}]. -#}
{% macro stated_attributes(raw, id_column) -%}
    list_filter(
        cast(
            [
                {%- for column in raw.columns if column != id_column %}
                {
                    'attribute': '{{ column | replace("'", "''") }}',
                    'level': {{ stated_text(raw, column) }}
                }{{ ', ' if not loop.last }}
                {%- endfor %}
            ] as struct(attribute varchar, level varchar)[]
        ),
        lambda one: one['level'] is not null
    )
{%- endmacro %}
