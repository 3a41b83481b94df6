{#- Whether a policy (row of seed policies) targets a unit, 1 or 0: an expression over
    a row `policies` joined to a row `units` with
      is_treated        what the retailer did
      cate, ci_lower    predicted effect and the lower limit of its interval
      rank_share        place by predicted effect among its like, 0 first to 1 last
      recency_quintile, frequency_quintile, monetary_quintile   5 is the best
      segment_profit    profit of a contact in the unit's segment, from other households
      is_tree_target    1 where the policy's tree targets the unit, NULL without a tree
      break_even        dollars of sales that pay for a contact, cost over margin
    What is NULL targets nobody. -#}
{% macro is_targeted_by(policies, units) -%}
    coalesce(
        case {{ policies }}.kind
            when 'none' then 0
            when 'all' then 1
            when 'current' then {{ units }}.is_treated
            when 'effect_above'
                then cast({{ units }}.cate > {{ policies }}.parameter as integer)
            when 'risk_adjusted' then cast(
                {{ units }}.cate
                -- An infinite or missing limit is no reason where no weight is on it.
                - case
                    when {{ policies }}.parameter = 0 then 0
                    else {{ policies }}.parameter
                        * ({{ units }}.cate - {{ units }}.ci_lower)
                end
                > {{ units }}.break_even as integer
            )
            when 'top_share'
                then cast({{ units }}.rank_share <= {{ policies }}.parameter as integer)
            when 'rfm' then cast(
                least(
                    {{ units }}.recency_quintile,
                    {{ units }}.frequency_quintile,
                    {{ units }}.monetary_quintile
                ) >= {{ policies }}.parameter as integer
            )
            when 'segment' then cast({{ units }}.segment_profit > 0 as integer)
            when 'tree' then {{ units }}.is_tree_target
        end,
        0
    )
{%- endmacro %}
