{#- How many treated units matching keeps and how alike the matched arms are, in words.
    max_smd_matched is NULL where no unit was matched. -#}
{% macro matching_verdict(
    n_matched, n_treated, ess_control, worst_covariate, max_smd_matched, smd_limit
) -%}
    case
        when {{ max_smd_matched }} is null then 'No unit was matched.'
        else
            format(
                '{:.0f} of {} treated units have a control with nearly the same '
                || 'propensity. Some controls are used more than once: their effective '
                || 'number is {:.0f}. The arms differ most in {}, by {:.2f} standard '
                || 'deviations: {} ({:.2f} allowed).',
                {{ n_matched }},
                {{ n_treated }},
                {{ ess_control }},
                {{ worst_covariate }},
                {{ max_smd_matched }},
                case
                    when {{ max_smd_matched }} <= {{ smd_limit }} then 'balanced'
                    else 'not balanced'
                end,
                {{ smd_limit }}
            )
    end
{%- endmacro %}
