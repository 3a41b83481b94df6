with

units as (

    select * from {{ ref('int_power_units') }}

),

moments as (

    select * from {{ ref('int_power_moments') }}

),

methods as (

    select unnest(['plain', 'cuped']) as method

),

-- CUPED (Deng et al. 2013) takes from the outcome what the look-back predicts of it.
adjusted_units as (

    select
        units.metric,
        units.horizon_weeks,
        methods.method,
        units.window_number,
        units.household_id,
        {{ cuped_value(
            'methods.method',
            'units.outcome_value',
            'moments.theta',
            'units.lookback_value',
        ) }} as adjusted_value
    from units
    inner join moments
        on
            units.metric = moments.metric
            and units.horizon_weeks = moments.horizon_weeks
    cross join methods

),

final as (

    select
        metric,
        horizon_weeks,
        method,
        window_number,
        household_id,
        adjusted_value - {{ exact_avg('adjusted_value', 'over method_units') }}
            as residual
    from adjusted_units
    window method_units as (
        partition by metric, horizon_weeks, method, window_number
    )

)

select * from final
order by metric, horizon_weeks, method, window_number, household_id
