with

lifts as (

    select * from {{ ref('int_coupon_lifts') }}

),

costs as (

    select * from {{ ref('int_coupon_costs') }}

),

-- What was sold after, less what would have been sold without the coupon.
effects as (

    select
        lifts.*,
        costs.n_coupon_products,
        costs.cost,
        lifts.n_sent * costs.n_counted_weeks as household_weeks,
        lifts.sent_mean_after * (1 - exp(-lifts.log_ratio)) as estimate,
        lifts.sent_mean_after * (1 - exp(-lifts.log_lower)) as estimate_lower,
        lifts.sent_mean_after * (1 - exp(-lifts.log_upper)) as estimate_upper
    from lifts
    inner join costs
        on
            lifts.campaign_id = costs.campaign_id
            and lifts.category = costs.category
            and lifts.n_weeks = costs.n_weeks

),

margins as (

    select
        *,
        household_weeks * estimate as sales,
        {{ setting('margin') }} * household_weeks * estimate as margin,
        {{ setting('margin') }} * household_weeks * estimate_lower as margin_lower,
        {{ setting('margin') }} * household_weeks * estimate_upper as margin_upper
    from effects

),

profits as (

    select
        *,
        margin - cost as profit,
        margin_lower - cost as profit_lower,
        margin_upper - cost as profit_upper
    from margins

),

final as (

    select
        *,
        cast(n_weeks as integer) as weeks,
        cast(n_coupon_products as bigint) as coupon_products,
        exp(log_ratio) - 1 as lift,
        exp(log_lower) - 1 as lift_lower,
        exp(log_upper) - 1 as lift_upper,
        profit / nullif(cost, 0) as roi,
        profit_lower / nullif(cost, 0) as roi_lower,
        profit_upper / nullif(cost, 0) as roi_upper
    from profits

)

select
    campaign_id,
    category,
    weeks as n_weeks,
    coupon_products as n_coupon_products,
    n_sent,
    n_others,
    n_sent_buyers,
    sent_mean_before,
    sent_mean_after,
    lift,
    lift_lower,
    lift_upper,
    estimate,
    sales,
    margin,
    cost,
    profit,
    profit_lower,
    profit_upper,
    roi,
    roi_lower,
    roi_upper,
    p_value,
    q_value
from final
order by campaign_id, category, n_weeks
