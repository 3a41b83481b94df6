with

cate_units as (

    select * from {{ ref('int_cate_units') }}

),

cost_models as (

    select * from {{ ref('cost_models') }}

),

contact_cost as (

    select * from {{ ref('int_contact_cost') }}

),

campaign_costs as (

    select *
    from {{ ref('fct_campaign_costs') }}
    where is_fully_observed

),

coupon_lines as (

    select * from {{ ref('int_campaign_coupon_lines') }}

),

-- Of the cost models only some have a part that differs between households. What a
-- retailer states as the cost has none.
household_cost_model as (

    select
        cost_models.retailer_funded,
        cost_models.redeemed_retailer_funded,
        cost_models.flat_cost
        + cost_models.mailing * {{ setting('mailing_cost') }} as common_cost
    from contact_cost
    inner join cost_models on contact_cost.cost_model = cost_models.cost_model
    where
        cost_models.retailer_funded + cost_models.redeemed_retailer_funded > 0
        and cost_models.documents = 0

),

matches as (

    select
        coupon_lines.campaign_id,
        coupon_lines.household_id,
        cast(sum(
            coupon_lines.coupon_match_discount * (
                household_cost_model.retailer_funded
                + household_cost_model.redeemed_retailer_funded
                * cast(coupon_lines.is_recorded_redemption as integer)
            )
        ) as double) as coupon_match
    from coupon_lines
    cross join household_cost_model
    group by coupon_lines.campaign_id, coupon_lines.household_id

),

-- Campaigns that the data do not hold in full would look too cheap. A control had none
-- of the campaign's coupons.
observed_units as (

    select
        cate_units.*,
        household_cost_model.common_cost,
        cate_units.is_treated * coalesce(matches.coupon_match, 0) as coupon_match
    from cate_units
    cross join household_cost_model
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
