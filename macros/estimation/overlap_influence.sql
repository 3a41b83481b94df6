{#- A unit's influence on the overlap-weighted effect, from its doubly robust score and
    the columns of overlap_averages. Writing (t - e)^2 for e (1 - e) adds the term for
    the estimated propensity. Example: propensity 1 / 2, no residuals, model effect 2
    above the mean effect -> 2. -#}
{% macro overlap_influence() -%}
    pow(is_treated - propensity, 2)
    * (mu1 - mu0 - overlap_model_effect) / mean_overlap
    + is_treated * (1 - propensity)
    * (outcome_value - mu1 - treated_residual) / mean_treated_weight
    - (1 - is_treated) * propensity
    * (outcome_value - mu0 - control_residual) / mean_control_weight
{%- endmacro %}
