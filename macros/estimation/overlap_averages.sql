{#- Averages that the overlap-weighted effect (ATO) is built from, as columns that
    aggregate doubly robust scores of both arms. Weights e (1 - e): Li, Morgan and
    Zaslavsky (2018), augmented by outcome models. The effect is overlap_model_effect +
    treated_residual - control_residual. Example: propensities of 1 / 2 and model effects
    1 and 3 -> overlap_model_effect 2. -#}
{% macro overlap_averages() -%}
    {{ exact_avg('propensity * (1 - propensity)') }} as mean_overlap,
    {{ exact_sum('propensity * (1 - propensity) * (mu1 - mu0)') }}
    / {{ exact_sum('propensity * (1 - propensity)') }} as overlap_model_effect,
    {{ exact_avg('is_treated * (1 - propensity)') }} as mean_treated_weight,
    {{ exact_sum('is_treated * (1 - propensity) * (outcome_value - mu1)') }}
    / {{ exact_sum('is_treated * (1 - propensity)') }} as treated_residual,
    {{ exact_avg('(1 - is_treated) * propensity') }} as mean_control_weight,
    {{ exact_sum('(1 - is_treated) * propensity * (outcome_value - mu0)') }}
    / {{ exact_sum('(1 - is_treated) * propensity') }} as control_residual
{%- endmacro %}
