with

outcomes as (

    select * from {{ ref('int_global_holdout_outcomes') }}

),

methods as (

    select unnest(['plain', 'cuped']) as method

),

centred_outcomes as (

    select
        *,
        outcome_value - {{ exact_avg('outcome_value', 'over metric_units') }}
            as centred_outcome,
        lookback_value - {{ exact_avg('lookback_value', 'over metric_units') }}
            as centred_lookback
    from outcomes
    window metric_units as (
        partition by metric
    )

),

-- CUPED (Deng et al. 2013) with a slope pooled over both groups, as in
-- int_experiment_values.
slopes as (

    select
        metric,
        {{ cuped_slope('centred_outcome', 'centred_lookback') }} as theta
    from centred_outcomes
    group by metric

),

adjusted_outcomes as (

    select
        centred_outcomes.metric,
        methods.method,
        centred_outcomes.is_global_holdout,
        {{ cuped_value(
            'methods.method',
            'centred_outcomes.outcome_value',
            'slopes.theta',
            'centred_outcomes.centred_lookback',
        ) }} as adjusted_value
    from centred_outcomes
    inner join slopes on centred_outcomes.metric = slopes.metric
    cross join methods

),

final as (

    select
        metric,
        method,
        is_global_holdout,
        count(*) as n_households,
        {{ exact_avg('adjusted_value') }} as mean_value,
        {{ exact_std_dev('adjusted_value') }} as std_dev
    from adjusted_outcomes
    group by metric, method, is_global_holdout

)

select * from final
order by metric, method, is_global_holdout
