{#- How far the arms overlap, as columns that aggregate units: share_in_10_90, the share
    of unclipped propensities in [0.1, 0.9], and ess_treated and ess_control, the effective
    sample sizes (sum w)^2 / sum w^2 under inverse-propensity weights. An arm without units
    has NULL. Example: weights 2 and 4 of the treated -> ess_treated 36 / 20. -#}
{% macro overlap_statistics(is_treated, propensity, raw_propensity) -%}
    {%- set treated_weight -%}
        {{ is_treated }} / {{ propensity }}
    {%- endset -%}
    {%- set control_weight -%}
        (1 - {{ is_treated }}) / (1 - {{ propensity }})
    {%- endset -%}
    avg(case when {{ raw_propensity }} between 0.1 and 0.9 then 1 else 0 end)
        as share_in_10_90,
    pow({{ exact_sum(treated_weight) }}, 2)
    / nullif({{ exact_sum(is_treated ~ ' / pow(' ~ propensity ~ ', 2)') }}, 0)
        as ess_treated,
    pow({{ exact_sum(control_weight) }}, 2)
    / nullif(
        {{ exact_sum('(1 - ' ~ is_treated ~ ') / pow(1 - ' ~ propensity ~ ', 2)') }}, 0
    ) as ess_control
{%- endmacro %}
