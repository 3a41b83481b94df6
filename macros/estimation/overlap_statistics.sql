{#- Columns that say how far the arms overlap, as aggregates over units with
    `is_treated`, `raw_propensity` and `propensity` (clipped): share_in_10_90 and, under
    inverse-propensity weights, ess_treated and ess_control = (sum w)^2 / sum w^2; NULL
    for an arm without units. Example: weights 2 and 4 of the treated -> 36 / 20. -#}
{% macro overlap_statistics() -%}
    avg(case when raw_propensity between 0.1 and 0.9 then 1 else 0 end)
        as share_in_10_90,
    pow({{ exact_sum('is_treated / propensity') }}, 2)
    / nullif({{ exact_sum('is_treated / pow(propensity, 2)') }}, 0) as ess_treated,
    pow({{ exact_sum('(1 - is_treated) / (1 - propensity)') }}, 2)
    / nullif({{ exact_sum('(1 - is_treated) / pow(1 - propensity, 2)') }}, 0)
        as ess_control
{%- endmacro %}
