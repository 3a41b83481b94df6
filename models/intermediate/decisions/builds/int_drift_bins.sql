with

drift_values as (

    select * from {{ ref('int_drift_values') }}

),

-- Deciles; a covariate with fewer values has fewer bins.
cuts as (

    select
        kind,
        name,
        unnest(
            list_distinct(
                quantile_disc(
                    drift_value, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
                )
            )
        ) as upper_bound
    from drift_values
    group by kind, name

),

bounds as (

    select
        kind,
        name,
        upper_bound
    from cuts
    union all
    select distinct
        kind,
        name,
        cast('infinity' as double) as upper_bound
    from cuts

),

bins as (

    select
        kind,
        name,
        upper_bound,
        lag(upper_bound, 1, cast('-infinity' as double)) over (
            partition by kind, name order by upper_bound
        ) as lower_bound
    from bounds

),

final as (

    select
        bins.kind,
        bins.name,
        bins.lower_bound,
        bins.upper_bound,
        count(drift_values.household_id) as n_households
    from bins
    left join drift_values
        on
            bins.kind = drift_values.kind
            and bins.name = drift_values.name
            and bins.lower_bound < drift_values.drift_value
            and bins.upper_bound >= drift_values.drift_value
    group by bins.kind, bins.name, bins.lower_bound, bins.upper_bound

)

select * from final
order by kind, name, lower_bound
