with

assumptions as (

    select * from {{ ref('int_clv_assumptions') }}

),

holdout_errors as (

    select * from {{ ref('int_clv_holdout_errors') }}

),

-- The heuristic with the smallest error in the holdout; without a holdout the simpler
-- one.
heuristic as (

    select
        coalesce(
            min_by(method, mae) filter (where method in ('rfm', 'run_rate')),
            'run_rate'
        ) as method
    from holdout_errors
    where measure = 'sales'

),

-- Without a holdout check there is no evidence for the model, so it does not pass.
gate as (

    select
        bool_and(is_passed)
        and count(*) filter (where check_name = 'sales_mae_against_run_rate') > 0
            as is_passed,
        string_agg(distinct failure, ' ' order by failure) as failures
    from assumptions

),

final as (

    select
        case
            when gate.is_passed then 'bg_nbd_gamma_gamma'
            else heuristic.method
        end as method,
        case
            when gate.is_passed then null
            else coalesce(gate.failures, 'The model has no holdout to be evaluated on.')
        end as fallback_reason
    from gate
    cross join heuristic

)

select * from final
