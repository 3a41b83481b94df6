{#- The sentences of fct_sensitivity, fct_confounder_benchmarks and
    fct_rosenbaum_bounds. -#}

{#- Example: 0.05, 1.0, 2.0 and 4.0 -> 'A hidden cause that explains 5.0 % of what the
    covariates leave unexplained of both targeting and outcome could move the estimate
    by 1.00, to between 2.00 and 4.00.' -#}
{% macro omitted_bias_verdict(strength, max_bias, estimate_lower, estimate_upper) -%}
    format(
        'A hidden cause that explains {:.1f} % of what the covariates leave '
        || 'unexplained of both targeting and outcome could move the estimate by '
        || '{:.2f}, to between {:.2f} and {:.2f}.',
        100 * {{ strength }},
        {{ max_bias }},
        {{ estimate_lower }},
        {{ estimate_upper }}
    )
{%- endmacro %}

{#- Example: interval_risk_ratio 1.2, 'estimate' and 2.5 -> 'To explain the estimate
    away, a hidden cause would have to make both being sent and a high outcome 2.50
    times as likely, beyond what the covariates explain.' -#}
{% macro e_value_verdict(interval_risk_ratio, explained, strength) -%}
    case
        when {{ interval_risk_ratio }} = 1
            then 'The interval covers 0: there is no effect to explain away.'
        else
            format(
                'To explain the {} away, a hidden cause would have to make both being '
                || 'sent and a high outcome {:.2f} times as likely, beyond what the '
                || 'covariates explain.',
                {{ explained }},
                {{ strength }}
            )
    end
{%- endmacro %}

{#- Example: 'no assumption', -2.0, 8.0, 'observed' and 10.0 -> 'Without an assumption
    about who was sent, the effect on all units lies between -2.00 and 8.00, with
    outcomes of at most 10.00.' -#}
{% macro manski_verdict(
    assumption, estimate_lower, estimate_upper, outcome_range, highest
) -%}
    case {{ assumption }}
        when 'no assumption' then 'Without an assumption about who was sent'
        when 'monotone response' then 'If being sent lowers no outcome'
        when 'monotone selection'
            then 'If those who were sent would have had, in either arm, outcomes at '
                || 'least as high as the others'
        else 'If being sent lowers no outcome and those who were sent would have had, '
            || 'in either arm, outcomes at least as high as the others'
    end
    || case
        when {{ estimate_lower }} > {{ estimate_upper }}
            then ', the limits would cross: the data speak against it.'
        else
            format(
                ', the effect on all units lies between {:.2f} and {:.2f}, with '
                || 'outcomes {} {:.2f}.',
                {{ estimate_lower }},
                {{ estimate_upper }},
                case {{ outcome_range }}
                    when 'capped' then 'capped at'
                    else 'of at most'
                end,
                {{ highest }}
            )
    end
{%- endmacro %}

{#- Example: 100 pairs and 2.2 -> 'To explain the effect in 100 pairs away, a hidden
    cause would have to make one of two households with the same propensity 2.20 times
    as likely (odds) to be sent and nearly determine which has the higher outcome.' -#}
{% macro critical_gamma_verdict(n_pairs, gamma) -%}
    case
        when {{ n_pairs }} < {{ var('min_group_households') }}
            then
                format(
                    'Too few pairs: {:.0f} ({} needed).',
                    {{ n_pairs }},
                    {{ var('min_group_households') }}
                )
        when {{ gamma }} = 1
            then 'The pairs show no effect that a hidden cause would have to explain.'
        else
            format(
                'To explain the effect in {:.0f} pairs away, a hidden cause would have '
                || 'to make one of two households with the same propensity {:.2f} '
                || 'times as likely (odds) to be sent and nearly determine which has '
                || 'the higher outcome.',
                {{ n_pairs }},
                {{ gamma }}
            )
    end
{%- endmacro %}

{#- Example: 100 pairs, 0.01 and 0.7 -> 'raised the outcome'. -#}
{% macro signed_rank_verdict(n_pairs, p_value_upper, positive_rank_share) -%}
    case
        when {{ n_pairs }} < {{ var('min_group_households') }}
            then format('too few pairs ({} needed)', {{ var('min_group_households') }})
        when {{ p_value_upper }} >= 0.05
            then 'chance and a hidden cause could explain it'
        when {{ positive_rank_share }} > 0.5 then 'raised the outcome'
        else 'lowered the outcome'
    end
{%- endmacro %}

{#- Example: 2, 'prior spend', 5.0, -3.0 and true -> 'A confounder twice as strong as
    prior spend would move the estimate from 5.00 to -3.00 at worst, where the interval
    covers 0.' -#}
{% macro benchmark_verdict(multiple, benchmark, estimate, worst, could_be_zero) -%}
    format(
        'A confounder {} {} would move the estimate from {:.2f} to {:.2f} at worst, '
        || 'where the interval {} 0.',
        case {{ multiple }}
            when 1 then 'as strong as'
            when 2 then 'twice as strong as'
            else {{ multiple }} || ' times as strong as'
        end,
        {{ benchmark }},
        {{ estimate }},
        {{ worst }},
        case when {{ could_be_zero }} then 'covers' else 'excludes' end
    )
{%- endmacro %}
