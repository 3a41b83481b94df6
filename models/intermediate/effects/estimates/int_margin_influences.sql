with

amounts as (

    select *
    from {{ ref('int_arm_influences') }}
    where outcome = 'purchase_amount'

),

shares as (

    select *
    from {{ ref('int_arm_influences') }}
    where outcome = 'purchase_any'

),

units as (

    select
        amounts.design,
        amounts.estimand,
        amounts.split_id,
        amounts.campaign_id,
        amounts.household_id,
        amounts.is_treated,
        amounts.mean_if_sent as amount_1,
        amounts.mean_if_not_sent as amount_0,
        amounts.influence_if_sent as amount_1_influence,
        amounts.influence_if_not_sent as amount_0_influence,
        shares.mean_if_sent as share_1,
        shares.mean_if_not_sent as share_0,
        shares.influence_if_sent as share_1_influence,
        shares.influence_if_not_sent as share_0_influence
    from amounts
    inner join shares
        on
            amounts.design = shares.design
            and amounts.estimand = shares.estimand
            and amounts.split_id = shares.split_id
            and amounts.campaign_id = shares.campaign_id
            and amounts.household_id = shares.household_id

),

-- Sales a are the share of buyers s times the amount b per buyer: a = s b. Then
-- a1 - a0 = (s1 - s0) b0 + s1 (b1 - b0). The influences follow by the chain rule.
final as (

    select
        design,
        estimand,
        'total' as margin,
        split_id,
        campaign_id,
        household_id,
        share_1,
        share_0,
        amount_1 - amount_0 as estimate,
        amount_1_influence - amount_0_influence as influence
    from units
    union all
    select
        design,
        estimand,
        'extensive' as margin,
        split_id,
        campaign_id,
        household_id,
        share_1,
        share_0,
        (share_1 - share_0) * amount_0 / nullif(share_0, 0) as estimate,
        share_1_influence * amount_0 / nullif(share_0, 0)
        + amount_0_influence * (share_1 / nullif(share_0, 0) - 1)
        - share_0_influence * amount_0 * share_1 / nullif(pow(share_0, 2), 0)
            as influence
    from units
    union all
    select
        design,
        estimand,
        'intensive' as margin,
        split_id,
        campaign_id,
        household_id,
        share_1,
        share_0,
        amount_1 - amount_0 * share_1 / nullif(share_0, 0) as estimate,
        amount_1_influence
        - amount_0_influence * share_1 / nullif(share_0, 0)
        - share_1_influence * amount_0 / nullif(share_0, 0)
        + share_0_influence * amount_0 * share_1 / nullif(pow(share_0, 2), 0)
            as influence
    from units

)

select * from final
order by design, estimand, margin, split_id, campaign_id, household_id
