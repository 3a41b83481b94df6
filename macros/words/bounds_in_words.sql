{#- A lower bound (exclusive) and an upper bound (inclusive) in words; either may be NULL.
    Numbers keep all the decimals that they are compared with. Example: label 'visits', 2.0 and 5.5 ->
    'visits above 2 and at most 5.5'. -#}
{% macro bounds_in_words(label, lower_bound, upper_bound) -%}
    {{ in_currency(label) }}
    || coalesce(
        ' above ' || regexp_replace(cast({{ lower_bound }} as varchar), '\.0$', ''), ''
    )
    || case when {{ lower_bound }} + {{ upper_bound }} is not null then ' and' else '' end
    || coalesce(
        ' at most ' || regexp_replace(cast({{ upper_bound }} as varchar), '\.0$', ''), ''
    )
{%- endmacro %}
