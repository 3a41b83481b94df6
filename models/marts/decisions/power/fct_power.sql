with

cells as (

    select * from {{ ref('int_power_cells') }}

),

detectable_effects as (

    select
        *,
        quantile_sum
        * residual_std_dev
        * sqrt(
            design_effect
            / nullif(
                n_households * n_campaigns * treated_share * (1 - treated_share), 0
            )
        ) as minimum_detectable_effect
    from cells

),

final as (

    select
        metric,
        cast(horizon_weeks as integer) as horizon_weeks,
        cast(treated_share as double) as treated_share,
        arm_rule,
        method,
        cast(n_campaigns as integer) as n_campaigns,
        cast(n_households as integer) as n_households,
        cast(n_windows as integer) as n_windows,
        mean_outcome,
        std_dev,
        lookback_correlation,
        residual_std_dev,
        household_correlation,
        design_effect,
        minimum_detectable_effect,
        minimum_detectable_effect / nullif(mean_outcome, 0) as share_of_mean
    from detectable_effects

)

select * from final
order by metric, horizon_weeks, treated_share, arm_rule, method
