{#- What the gates of an estimate found, in sentences for int_effect_gates. Each takes
    the gate's status and the figures that it rests on. -#}

{#- Example: 'failed', 0.27, 0.24 and 'age' -> 'The arms are not balanced: after weighting
    they differ most in age, by 0.27 standard deviations (0.10 allowed, and chance may
    leave 0.24).' -#}
{% macro balance_finding(status, max_smd, smd_limit, worst_covariate) -%}
    case
        when {{ max_smd }} is null
            then 'Balance cannot be tested: no weights belong to this estimand.'
        else
            format(
                '{}: after weighting they differ most in {}, by {:.2f} standard '
                || 'deviations ({:.2f} allowed',
                case {{ status }}
                    when 'failed' then 'The arms are not balanced'
                    when 'doubtful' then 'The arms may not be balanced'
                    else 'The arms are balanced'
                end,
                {{ worst_covariate }},
                {{ max_smd }},
                cast({{ var('max_smd') }} as double)
            )
            || case {{ status }}
                when 'passed' then ').'
                else format(', and chance may leave {:.2f}).', {{ smd_limit }})
            end
    end
{%- endmacro %}

{#- Example: 'failed', 120 and 100.0 -> 'The draw is not as stated: a campaign was sent
    120 times, and 100 times were expected.' -#}
{% macro draw_finding(status, n_sent, n_expected) -%}
    format(
        '{}: a campaign was sent {} times, and {:.0f} times were expected.',
        case {{ status }}
            when 'failed' then 'The draw is not as stated'
            else 'The draw is as stated'
        end,
        {{ n_sent }},
        {{ n_expected }}
    )
{%- endmacro %}

{#- Example: 'failed', 40.0, 10.0 and 0.0001 -> 'The placebo in time fails: before the
    campaign, where there can be no effect, the same method finds $40.00 (standard error
    $10.00, p = 0.000).' -#}
{% macro placebo_finding(status, estimate, std_error, p_value) -%}
    coalesce(
        case {{ status }}
            when 'failed' then 'The placebo in time fails: '
            when 'passed' then 'The placebo in time passes: '
            else 'The placebo in time cannot decide: '
        end
        || 'before the campaign, where there can be no effect, the same method finds '
        || {{ in_money(estimate) }}
        || ' (standard error '
        || {{ in_money(std_error) }}
        || format(', p = {:.3f})', {{ p_value }})
        || case {{ status }}
            when 'failed' then '.'
            when 'passed' then ', and a bias as large as the effect would have shown.'
            else ', which may be chance or a bias as large as the effect.'
        end,
        'There is no placebo in time for this estimate.'
    )
{%- endmacro %}

{#- Example: 'passed', 0.4, 0.1, 25.0, -4.0, -9.0 and 1.0 -> 'Other campaigns do not
    detectably change the effect: without the units that were sent another one in the
    outcome window it is $25.00, a change of -$4.00 (95 % interval -$9.00 to
    $1.00).' -#}
{% macro interference_finding(
    status, treated_share, control_share, effect_without, change, ci_lower, ci_upper
) -%}
    case
        when {{ treated_share }} + {{ control_share }} = 0
            then 'No unit was sent another campaign in the outcome window.'
        when {{ change }} is null
            then
                format(
                    'Whether other campaigns change the effect cannot be tested: '
                    || '{:.0f} % of the treated and {:.0f} % of the control units were '
                    || 'sent another one in the outcome window, and there is no '
                    || 'comparison without them.',
                    100 * {{ treated_share }},
                    100 * {{ control_share }}
                )
        else
            case {{ status }}
                when 'passed' then 'Other campaigns do not detectably change the effect: '
                else
                    'Other campaigns may change the effect, or follow what it changed: '
            end
            || 'without the units that were sent another one in the outcome window it '
            || 'is '
            || {{ in_money(effect_without) }}
            || ', a change of '
            || {{ in_money(change) }}
            || ' (' || {{ interval_in_money(ci_lower, ci_upper) }} || ').'
    end
{%- endmacro %}

{#- Example: 'failed', 25 and 90 -> 'Too few households: 25 treated and 90 controls (30
    of each needed).' -#}
{% macro size_finding(status, n_treated_households, n_control_households) -%}
    format(
        '{}: {} treated and {} controls ({} of each needed).',
        case {{ status }}
            when 'failed' then 'Too few households'
            else 'There are enough households'
        end,
        {{ n_treated_households }},
        {{ n_control_households }},
        {{ var('min_group_households') }}
    )
{%- endmacro %}
