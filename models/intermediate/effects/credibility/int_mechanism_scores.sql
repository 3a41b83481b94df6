with

sales_scores as (

    select *
    from {{ ref('int_dr_scores') }}
    where is_main_design and outcome = 'purchase_amount'

),

coupon_scores as (

    select *
    from {{ ref('int_dr_scores') }}
    where is_main_design and outcome = 'category_purchase'

),

mechanism_units as (

    select
        *,
        sales_before > median(sales_before) over segment_units as is_heavy_buyer,
        coupon_share_before > median(coupon_share_before) over segment_units
            as is_used_to_products
    from {{ ref('int_mechanism_units') }}
    window segment_units as (partition by design, segment_id, campaign_id)

),

-- The outcome models of sales expect as much on a day after the window as on one of it,
-- for either arm.
units as (

    select
        sales_scores.*,
        mechanism_units.* exclude (design, campaign_id, household_id),
        coupon_scores.outcome_value as coupon_value,
        coupon_scores.mu0 as coupon_mu0,
        coupon_scores.mu1 as coupon_mu1,
        sales_scores.mu0 * mechanism_units.n_days_after
        / mechanism_units.n_outcome_days as mu_after
    from sales_scores
    inner join mechanism_units using (design, campaign_id, household_id)
    inner join coupon_scores using (design, split_id, campaign_id, household_id)

),

-- The first two compare halves of a segment, the others two outcomes of all its units.
parts as (

    select
        *,
        'ceiling' as mechanism,
        if(is_heavy_buyer, 2, 1) as part,
        sales_before as described_value
    from units
    union all by name
    select
        *,
        'mismatch' as mechanism,
        if(is_used_to_products, 2, 1) as part,
        coupon_share_before as described_value
    from units
    where coupon_share_before is not null
    union all by name
    select
        * replace (coupon_value as outcome_value, coupon_mu0 as mu0, coupon_mu1 as mu1),
        'cannibalisation' as mechanism,
        1 as part
    from units
    union all by name
    select
        * replace (
            outcome_value - coupon_value as outcome_value,
            mu0 - coupon_mu0 as mu0,
            mu1 - coupon_mu1 as mu1
        ),
        'cannibalisation' as mechanism,
        2 as part
    from units
    union all by name
    select
        *,
        'timing' as mechanism,
        1 as part
    from units
    where n_days_after > 0
    union all by name
    select
        * replace (sales_after as outcome_value, mu_after as mu0, mu_after as mu1),
        'timing' as mechanism,
        2 as part
    from units
    where n_days_after > 0

),

final as (

    select
        design,
        segment_id,
        mechanism,
        part,
        split_id,
        campaign_id,
        household_id,
        is_treated,
        outcome_value,
        propensity,
        mu0,
        mu1,
        coalesce(described_value, outcome_value) as described_value
    from parts

)

select * from final
order by design, segment_id, mechanism, part, split_id, campaign_id, household_id
