with

arm_growth as (

    select * from {{ ref('int_coupon_growth') }}

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
        campaign_id,
        category,
        n_weeks,
        n_sent,
        n_others,
        n_sent_buyers,
        sent_mean_before,
        sent_mean_after,
        log_ratio,
        {{ confidence_limit('log_ratio', 'log_std_error', 'lower') }} as log_lower,
        {{ confidence_limit('log_ratio', 'log_std_error', 'upper') }} as log_upper,
        p_value,
        {{ q_value(
            'p_value', 'campaign_id, n_weeks, is_total', 'n_family_tests', 'p_rank'
        ) }} as q_value
    from ranked

)

select * from final
order by campaign_id, category, n_weeks
