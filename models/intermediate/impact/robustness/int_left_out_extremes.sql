with

estimates as (

    select * from {{ ref('int_left_out_estimates') }}

),

main_effects as (

    select *
    from {{ ref('fct_change_effects') }}
    where outcome = 'sales'

),

final as (

    select
        estimates.check_name,
        estimates.estimator,
        estimates.scope,
        min(estimates.estimate) as lowest_estimate,
        max(estimates.estimate) as highest_estimate,
        avg(
            cast(
                sign(estimates.estimate) = sign(main_effects.estimate) as integer
            )
        ) as same_sign_share,
        max_by(
            estimates.left_out_id,
            (abs(estimates.estimate - main_effects.estimate), -estimates.left_out_id)
        ) as most_influential_id,
        max_by(
            estimates.estimate,
            (abs(estimates.estimate - main_effects.estimate), -estimates.left_out_id)
        ) as estimate,
        max_by(
            estimates.estimate - main_effects.estimate,
            (abs(estimates.estimate - main_effects.estimate), -estimates.left_out_id)
        ) as change
    from estimates
    inner join main_effects
        on
            estimates.estimator = main_effects.estimator
            and estimates.scope = main_effects.scope
    group by estimates.check_name, estimates.estimator, estimates.scope

)

select * from final
order by check_name, estimator, scope
