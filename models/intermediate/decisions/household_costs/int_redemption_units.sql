with

cate_units as (

    select * from {{ ref('int_cate_units') }}

),

-- Only some cost models have a part that differs between households.
contact_cost as (

    select *
    from {{ ref('int_contact_cost') }}
    where retailer_funded + redeemed_retailer_funded > 0

),

campaign_costs as (

    select *
    from {{ ref('fct_campaign_costs') }}
    where is_fully_observed

),

coupon_lines as (

    select * from {{ ref('int_campaign_coupon_lines') }}

),

matches as (

    select
        coupon_lines.campaign_id,
        coupon_lines.household_id,
        cast(sum(
            coupon_lines.coupon_match_discount * (
                contact_cost.retailer_funded
                + contact_cost.redeemed_retailer_funded
                * cast(coupon_lines.is_recorded_redemption as integer)
            )
        ) as double) as coupon_match
    from coupon_lines
    cross join contact_cost
    group by coupon_lines.campaign_id, coupon_lines.household_id

),

-- Campaigns that the data do not hold in full would look too cheap. A control had none
-- of the campaign's coupons.
observed_units as (

    select
        cate_units.*,
        contact_cost.common_cost,
        cate_units.is_treated * coalesce(matches.coupon_match, 0) as coupon_match
    from cate_units
    cross join contact_cost
    inner join campaign_costs on cate_units.campaign_id = campaign_costs.campaign_id
    left join matches
        on
            cate_units.campaign_id = matches.campaign_id
            and cate_units.household_id = matches.household_id

),

predictable_designs as (

    select design
    from observed_units
    group by design
    having
        count(distinct household_id) filter (where coupon_match > 0)
        >= {{ var('min_arm_households') }}
        and count(distinct household_id) filter (where is_treated = 1)
        >= {{ min_fitted_arm() }}
        and count(distinct household_id) filter (where is_treated = 0)
        >= {{ min_fitted_arm() }}

),

-- All columns of the units. Seed covariates says which of them are covariates.
final as (

    select observed_units.*
    from observed_units
    inner join predictable_designs
        on observed_units.design = predictable_designs.design

)

select * from final
order by design, campaign_id, household_id
