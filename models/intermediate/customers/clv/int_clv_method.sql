with

assumptions as (

    select * from {{ ref('int_clv_assumptions') }}

),

holdout_errors as (

    select * from {{ ref('int_clv_holdout_errors') }}

),

-- The heuristic that erred least in the holdout; the simpler one where none was held.
heuristic as (

    select
        coalesce(
            min_by(method, mae) filter (where method in ('rfm', 'run_rate')),
            'run_rate'
        ) as method
    from holdout_errors
    where measure = 'sales'

),

-- Without a single holdout check nothing speaks for the model.
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
            else coalesce(gate.failures, 'The model has no holdout to be graded on.')
        end as fallback_reason
    from gate
    cross join heuristic

)

select * from final
