{#- Averages that the overlap-weighted effect (ATO) is built from, as columns that
    aggregate doubly robust scores of both arms. Weights e (1 - e): Li, Morgan and
    Zaslavsky (2018), augmented by outcome models. The effect is overlap_model_effect +
    treated_residual - control_residual. Example: propensities of 1 / 2 and model effects
    1 and 3 -> overlap_model_effect 2. -#}
{% macro overlap_averages(is_treated, outcome, propensity, mu0, mu1) -%}
    {%- set overlap_weight -%}
        {{ propensity }} * (1 - {{ propensity }})
    {%- endset -%}
    {%- set treated_weight -%}
        {{ is_treated }} * (1 - {{ propensity }})
    {%- endset -%}
    {%- set control_weight -%}
        (1 - {{ is_treated }}) * {{ propensity }}
    {%- endset -%}
    {{ exact_avg(overlap_weight) }} as mean_overlap,
    {{ exact_sum(overlap_weight ~ ' * (' ~ mu1 ~ ' - ' ~ mu0 ~ ')') }}
    / {{ exact_sum(overlap_weight) }} as overlap_model_effect,
    {{ exact_avg(treated_weight) }} as mean_treated_weight,
    {{ exact_sum(treated_weight ~ ' * (' ~ outcome ~ ' - ' ~ mu1 ~ ')') }}
    / {{ exact_sum(treated_weight) }} as treated_residual,
    {{ exact_avg(control_weight) }} as mean_control_weight,
    {{ exact_sum(control_weight ~ ' * (' ~ outcome ~ ' - ' ~ mu0 ~ ')') }}
    / {{ exact_sum(control_weight) }} as control_residual
{%- endmacro %}
