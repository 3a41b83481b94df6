{#- Whether a policy targets a unit, 1 or 0. The evaluation of policies and the campaign
    list both use this rule, so they cannot drift apart. A rule whose value is NULL targets
    nobody.
    Example: kind 'top_share', parameter 0.1 and rank_share 0.05 -> 1. -#}
{% macro is_targeted(
    kind,
    parameter,
    is_treated,
    cate,
    ci_lower,
    rank_share,
    recency_quintile,
    frequency_quintile,
    monetary_quintile,
    segment_profit,
    is_tree_target,
    break_even
) -%}
    coalesce(
        case {{ kind }}
            when 'none' then 0
            when 'all' then 1
            when 'current' then {{ is_treated }}
            when 'effect_above' then cast({{ cate }} > {{ parameter }} as integer)
            when 'risk_adjusted' then cast(
                {{ cate }}
                -- With weight 0 the limit does not count, even if it is infinite or NULL.
                - case
                    when {{ parameter }} = 0 then 0
                    else {{ parameter }} * ({{ cate }} - {{ ci_lower }})
                end
                > {{ break_even }} as integer
            )
            when 'top_share' then cast({{ rank_share }} <= {{ parameter }} as integer)
            when 'rfm' then cast(
                least(
                    {{ recency_quintile }},
                    {{ frequency_quintile }},
                    {{ monetary_quintile }}
                ) >= {{ parameter }} as integer
            )
            when 'segment' then cast({{ segment_profit }} > 0 as integer)
            when 'tree' then {{ is_tree_target }}
        end,
        0
    )
{%- endmacro %}
