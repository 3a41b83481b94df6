with

robustness_effects as (

    select * from {{ ref('int_robustness_effects') }}

),

left_out_extremes as (

    select * from {{ ref('int_left_out_extremes') }}

),

placebos as (

    select *
    from {{ ref('fct_impact_placebos') }}
    where not starts_with(scope, 'campaign ')

),

regressions as (

    select *
    from {{ ref('fct_change_regressions') }}
    where starts_with(model, 'stacked') and outcome = 'sales'

),

recomputed as (

    select
        check_name,
        variant,
        estimator,
        scope,
        estimate,
        std_error,
        change,
        change_std_error
    from robustness_effects

),

left_out as (

    select
        check_name,
        'the most influential' as variant,
        estimator,
        scope,
        estimate,
        change,
        lowest_estimate,
        highest_estimate,
        same_sign_share,
        most_influential_id
    from left_out_extremes

),

placebo_starts as (

    select
        'placebo start' as check_name,
        '{{ var("impact_placebo_weeks") }} weeks earlier' as variant,
        estimator,
        scope,
        estimate,
        std_error,
        is_passed as is_placebo_passed
    from placebos

),

-- The largest error counts. The bootstrap has a p-value only.
error_types as (

    select
        'kind of error' as check_name,
        max_by(error_type, (std_error, error_type)) filter (
            where std_error is not null
        ) as variant,
        'difference in differences' as estimator,
        scope,
        max(estimate) as estimate,
        max(std_error) as std_error,
        min(p_value) as smallest_p_value,
        max(p_value) as largest_p_value
    from regressions
    group by scope

),

final as (

    select * from recomputed
    union all by name
    select * from left_out
    union all by name
    select * from placebo_starts
    union all by name
    select * from error_types

)

select * from final
order by check_name, variant, estimator, scope
