{#- What the conditions on the way to a leaf say of one covariate, as the columns position
    (of the first of them), lower_bound (exclusive) and upper_bound (inclusive): an
    aggregate over rows with position, operator (<= or >) and threshold. Example: > 2,
    then <= 9, then <= 5 -> lower_bound 2, upper_bound 5. -#}
{% macro tightest_bounds(conditions) -%}
    min({{ conditions }}.position) as position,
    max({{ conditions }}.threshold) filter (where {{ conditions }}.operator = '>')
        as lower_bound,
    min({{ conditions }}.threshold) filter (where {{ conditions }}.operator = '<=')
        as upper_bound
{%- endmacro %}
