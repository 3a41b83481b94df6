{#- What the comparison of losses says of a learner, in words for fct_learner_losses.
    Example: chosen, kind 'learner' -> 'chosen: the simplest within one standard
    error'. -#}
{% macro loss_verdict(is_chosen, kind, is_within_one_error) -%}
    case
        when {{ is_chosen }} and {{ kind }} = 'constant'
            then 'chosen: no learner is detectably better than one effect for all'
        when {{ is_chosen }} then 'chosen: the simplest within one standard error'
        when {{ is_within_one_error }}
            then 'within one standard error of the best, but less simple'
        else 'worse than the best by more than one standard error'
    end
{%- endmacro %}
