{#- What the weeks before and after a start say, in sentences for wing impact. -#}

{#- `p_value` of the joint test of the weeks before, `breakdown_m` of Rambachan and Roth
    (2023), NULL above 10. Example: 0.3, 4.0 and 0.25 -> 'Before the start no other trend
    of those sent is detected (p = 0.300). The mean effect of $4.00 a week differs from zero
    as long as no later step of another trend is larger than 0.25 times the largest step
    before.' -#}
{% macro pre_trend_finding(p_value, mean_effect, breakdown_m) -%}
    case
        when {{ p_value }} is null
            then 'Trends before the start cannot be tested: too few households or weeks.'
        else
            format(
                case
                    when {{ p_value }} < {{ var('refutation_level') }}
                        then 'Before the start those sent had another trend (p = {:.3f}).'
                    else
                        'Before the start no other trend of those sent is detected '
                        || '(p = {:.3f}).'
                end,
                {{ p_value }}
            )
            || ' The mean effect of ' || {{ in_money(mean_effect) }}
            || coalesce(
                case
                    when {{ breakdown_m }} = 0
                        then ' a week does not differ significantly from zero.'
                    else
                        format(
                            ' a week differs from zero as long as no later step of '
                            || 'another trend is larger than {:.2f} times the largest '
                            || 'step before.',
                            {{ breakdown_m }}
                        )
                end,
                ' a week differs from zero even if later steps of another trend are 10 '
                || 'times the largest step before.'
            )
    end
{%- endmacro %}
