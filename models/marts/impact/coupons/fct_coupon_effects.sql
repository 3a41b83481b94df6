with

arm_growth as (

    select * from {{ ref('int_coupon_growth') }}

),

coupon_categories as (

    select * from {{ ref('int_coupon_categories') }}

),

campaign_coupons as (

    select
        campaign_id,
        sum(n_coupon_products) as n_coupon_products
    from coupon_categories
    group by campaign_id

),

estimates as (

    select
        sent.campaign_id,
        sent.category,
        sent.n_weeks,
        sent.n_units as n_sent,
        others.n_units as n_others,
        sent.n_buyers_before as n_sent_buyers,
        sent.mean_before as sent_mean_before,
        sent.mean_after as sent_mean_after,
        sent.log_growth - others.log_growth as log_ratio,
        sqrt(sent.variance + others.variance) as log_std_error
    from arm_growth as sent
    inner join arm_growth as others
        on
            sent.campaign_id = others.campaign_id
            and sent.category = others.category
            and sent.n_weeks = others.n_weeks
            and sent.is_sent
            and not others.is_sent
    -- With fewer buyers the logarithm of their mean is far from normal.
    where
        least(sent.n_buyers_before, others.n_buyers_before)
        >= {{ var('min_coupon_buyers') }}

),

tested as (

    select
        *,
        category = 'all' as is_total,
        {{ two_sided_p_value('(log_ratio / nullif(log_std_error, 0))') }} as p_value
    from estimates

),

ranked as (

    select
        *,
        {{ family_rank('p_value', 'campaign_id, n_weeks, is_total') }}
    from tested

),

final as (

    select
        ranked.campaign_id,
        ranked.category,
        cast(ranked.n_weeks as integer) as n_weeks,
        cast(
            coalesce(
                coupon_categories.n_coupon_products, campaign_coupons.n_coupon_products
            ) as bigint
        ) as n_coupon_products,
        ranked.n_sent,
        ranked.n_others,
        ranked.n_sent_buyers,
        ranked.sent_mean_before,
        ranked.sent_mean_after,
        exp(ranked.log_ratio) - 1 as lift,
        exp({{ confidence_limit('ranked.log_ratio', 'ranked.log_std_error', 'lower') }})
        - 1 as lift_lower,
        exp({{ confidence_limit('ranked.log_ratio', 'ranked.log_std_error', 'upper') }})
        - 1 as lift_upper,
        ranked.sent_mean_after * (1 - exp(-ranked.log_ratio)) as estimate,
        ranked.p_value,
        {{ q_value(
            'ranked.p_value', 'ranked.campaign_id, ranked.n_weeks, ranked.is_total',
            'ranked.n_family_tests', 'ranked.p_rank'
        ) }} as q_value
    from ranked
    left join coupon_categories
        on
            ranked.campaign_id = coupon_categories.campaign_id
            and ranked.category = coupon_categories.category
    inner join campaign_coupons on ranked.campaign_id = campaign_coupons.campaign_id

)

select * from final
order by campaign_id, category, n_weeks
