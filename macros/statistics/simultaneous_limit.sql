{#- Limit of an interval that holds with 95 % for n_intervals of them together; `side`
    is 'lower' or 'upper'. Bonferroni's limits hold however the estimates depend on each
    other (Dunn 1961). Example: one interval -> that of confidence_limit; six -> 2.64
    standard errors from the estimate. -#}
{% macro simultaneous_limit(estimate, std_error, n_intervals, side) -%}
    {%- set probability -%} (1 - 0.025 / {{ n_intervals }}) {%- endset -%}
    {{ estimate }} {{ {'lower': '-', 'upper': '+'}[side] }}
    ({{ normal_quantile(probability) }}) * {{ std_error }}
{%- endmacro %}
