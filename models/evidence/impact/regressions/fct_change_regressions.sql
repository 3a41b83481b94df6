with

regressions as (

    select * from {{ ref('py_change_regressions') }}

),

final as (

    select
        model,
        scope,
        outcome,
        error_type,
        estimate,
        case when not isnan(std_error) then std_error end as std_error,
        case when not isnan(statistic) then statistic end as statistic,
        case when not isnan(p_value) then p_value end as p_value,
        n_units,
        n_households,
        {{ regression_finding('model', 'outcome', 'estimate') }} as finding
    from regressions

)

select * from final
order by model, scope, outcome, error_type
