with

estimates as (

    select * from {{ ref('int_campaign_estimates') }}

),

final as (

    select
        scope,
        estimator,
        cast(n_campaigns as bigint) as n_campaigns,
        cast(n_sent as bigint) as n_sent,
        cast(n_others as bigint) as n_others,
        estimate,
        std_error,
        ci_lower,
        ci_upper,
        p_value,
        detectable_effect,
        break_even_effect,
        sales,
        sales_lower,
        sales_upper,
        margin,
        cost,
        profit,
        profit_lower,
        profit_upper,
        profit_p_value,
        roi,
        roi_lower,
        roi_upper
    from estimates
    where reason_codes is null

)

select * from final
order by scope, estimator
