{#- Shares of households, in per cent, that the top policies may target. -#}
{% set top_shares = [10, 20, 30, 40, 50] %}

with

targeting_ranks as (

    select * from {{ ref('int_targeting_ranks') }}

),

-- Whom each policy targets. A rule may look at the predicted effect, never at the score
-- that grades it.
policy_targets as (

    select
        *,
        'treat_none' as policy,
        0 as is_targeted
    from targeting_ranks
    union all
    select
        *,
        'treat_all' as policy,
        1 as is_targeted
    from targeting_ranks
    union all
    select
        *,
        'current_practice' as policy,
        is_treated as is_targeted
    from targeting_ranks
    union all
    select
        *,
        'effect_above_break_even' as policy,
        case
            when cate > {{ var('cost_per_contact') }} / {{ var('margin') }} then 1
            else 0
        end as is_targeted
    from targeting_ranks
    {%- for share in top_shares %}
    union all
    select
        *,
        'top_{{ share }}_percent' as policy,
        case when rank_share <= {{ share }} / 100.0 then 1 else 0 end as is_targeted
    from targeting_ranks
    {%- endfor %}

),

-- Profit of targeting a unit: margin on its doubly robust effect, less the contact.
-- Current practice chose by more than the covariates, so its effect is the one on the
-- treated, whose score weighs the controls up to them.
final as (

    select
        design,
        policy,
        split_id,
        campaign_id,
        household_id,
        is_targeted,
        {{ var('margin') }} * case
            when policy = 'current_practice' then att_score
            when is_targeted = 1 then dr_score
            else 0
        end
        - {{ var('cost_per_contact') }} * is_targeted as profit
    from policy_targets

)

select * from final
order by design, policy, split_id, campaign_id, household_id
