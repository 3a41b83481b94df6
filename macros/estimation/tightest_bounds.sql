{#- The tightest bounds that the conditions on the way to a leaf put on one covariate: an
    aggregate over rows `conditions` with position, operator (<= or >) and threshold. The
    columns are position (of the first condition), lower_bound (exclusive) and upper_bound
    (inclusive). Example: > 2, then <= 9, then <= 5 -> lower_bound 2, upper_bound 5. -#}
{% macro tightest_bounds(conditions) -%}
    min({{ conditions }}.position) as position,
    max({{ conditions }}.threshold) filter (where {{ conditions }}.operator = '>')
        as lower_bound,
    min({{ conditions }}.threshold) filter (where {{ conditions }}.operator = '<=')
        as upper_bound
{%- endmacro %}
