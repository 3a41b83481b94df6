{#- What a check of an effect on weekly sales says, in sentences for wing impact. -#}

{#- Sign of an effect that differs from zero by its 95 % interval, otherwise 0.
    Example: -1 and 2 -> 0. -#}
{% macro effect_sign(ci_lower, ci_upper) -%}
    case when {{ ci_lower }} > 0 then 1 when {{ ci_upper }} < 0 then -1 else 0 end
{%- endmacro %}

{#- A sign of effect_sign in words. Example: 0 -> 'not significantly different from zero'. -#}
{% macro sign_in_words(sign) -%}
    case {{ sign }}
        when 1 then 'significantly above zero'
        when -1 then 'significantly below zero'
        else 'not significantly different from zero'
    end
{%- endmacro %}

{#- The verdict of a row of fct_impact_robustness.
    Example: a capped effect of $3.00 whose sign is that of the main one -> 'With the largest
    and the smallest 1 % of changes capped, the effect is $3.00 a week. The answer stays:
    significantly above zero.' -#}
{% macro robustness_verdict() -%}
    {%- set unit -%}
        case check_name when 'one household left out' then 'household' else 'campaign' end
    {%- endset -%}
    case
        when check_name in ('capped changes', 'covariates')
            then
                case
                    when check_name = 'capped changes'
                        then 'With the largest and the smallest ' || variant
                            || ' of changes capped'
                    when variant = 'none' then 'Without any adjustment'
                    when variant = 'with demographics' then 'Adjusted to demographics as well'
                    when variant = 'sales only' then 'Adjusted to sales before only'
                    when variant = 'purchases only'
                        then 'Adjusted to purchases before, not to earlier campaigns'
                end
                || ', the effect is ' || {{ in_money('estimate') }} || ' a week. '
                || case
                    when is_robust
                        then 'The answer stays: ' || {{ sign_in_words('own_sign') }} || '.'
                    else
                        'The answer changes from ' || {{ sign_in_words('main_sign') }}
                        || ' to ' || {{ sign_in_words('own_sign') }} || '.'
                end
        when check_name in ('one household left out', 'one campaign left out')
            then
                'Without any one ' || {{ unit }} || ' the effect is between '
                || {{ in_money('lowest_estimate') }} || ' and '
                || {{ in_money('highest_estimate') }} || ' a week'
                || case
                    when is_robust
                        then ', inside the main 95 % interval: no single one decides it.'
                    else
                        '. Without ' || {{ unit }} || ' ' || most_influential_id
                        || ' it is ' || {{ in_money('estimate') }} || ', not '
                        || {{ in_money('main_estimate') }} || '.'
                end
        when check_name = 'placebo start'
            then
                'With a start that is {{ var("impact_placebo_weeks") }} weeks too early the '
                || 'same method finds ' || {{ in_money('estimate') }} || ' a week'
                || case
                    when is_robust
                        then ' and rules out a bias as large as the effect.'
                    when not is_robust
                        then ', where there can be no effect: it is biased.'
                    else
                        ': neither a bias as large as the effect nor its absence is shown.'
                end
        else
            case
                when smallest_p_value >= 0.05
                    then 'By no kind of error does the effect differ from zero'
                when largest_p_value < 0.05
                    then 'By each kind of error the effect differs from zero'
                else 'Whether the effect differs from zero depends on the kind of error'
            end
            || format(' (p from {:.3f} to {:.3f}', smallest_p_value, largest_p_value)
            || '); the largest error is that of ' || variant || '.'
    end
{%- endmacro %}
