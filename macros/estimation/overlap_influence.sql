{#- A unit's influence on the overlap-weighted effect, from its doubly robust score and
    `averages`, the alias of a row with the columns of overlap_averages. Writing (t - e)^2
    for e (1 - e) adds the term for the estimated propensity. Example: propensity 1 / 2,
    no residuals, model effect 2 above the mean effect -> 2. -#}
{% macro overlap_influence(is_treated, outcome, propensity, mu0, mu1, averages) -%}
    pow({{ is_treated }} - {{ propensity }}, 2)
    * ({{ mu1 }} - {{ mu0 }} - {{ averages }}.overlap_model_effect)
    / {{ averages }}.mean_overlap
    + {{ is_treated }} * (1 - {{ propensity }})
    * ({{ outcome }} - {{ mu1 }} - {{ averages }}.treated_residual)
    / {{ averages }}.mean_treated_weight
    - (1 - {{ is_treated }}) * {{ propensity }}
    * ({{ outcome }} - {{ mu0 }} - {{ averages }}.control_residual)
    / {{ averages }}.mean_control_weight
{%- endmacro %}
