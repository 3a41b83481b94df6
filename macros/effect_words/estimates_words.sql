{#- Whose average effect a trimming rule leaves. -#}
{% macro trimming_estimand(rule, threshold) -%}
    case
        when {{ threshold }} = 0 then 'ATE of all units'
        else
            format(
                'ATE of units with a propensity in [{:.3f}, {:.3f}]',
                {{ threshold }},
                1 - {{ threshold }}
            )
    end
    || case {{ rule }}
        when 'comparable' then ' outside regions that targeting decided by rule'
        else ''
    end
{%- endmacro %}

{#- What the interval of a trimmed effect says. -#}
{% macro trimming_verdict(is_large_enough, ci_lower, ci_upper) -%}
    case
        when not {{ is_large_enough }} then 'too few households are left in an arm'
        when {{ ci_lower }} > 0 then 'above 0'
        when {{ ci_upper }} < 0 then 'below 0'
        else 'not distinguishable from 0'
    end
{%- endmacro %}
