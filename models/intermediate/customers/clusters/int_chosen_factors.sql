with

factor_metrics as (

    select * from {{ ref('py_factor_metrics') }}

),

held_out_errors as (

    select
        n_factors,
        value as held_out_error,
        std_error
    from factor_metrics
    where metric = 'held_out_error'

),

least_error as (

    select
        min(held_out_error) as held_out_error,
        min_by(std_error, held_out_error) as std_error
    from held_out_errors

),

-- The one-standard-error rule (Breiman, Friedman, Olshen and Stone 1984, ch. 3): the
-- fewest factors whose error cannot be distinguished from the least.
fewest_factors as (

    select min(held_out_errors.n_factors) as n_factors
    from held_out_errors
    cross join least_error
    where
        held_out_errors.held_out_error
        <= least_error.held_out_error + least_error.std_error

),

asked as (

    select cast({{ var('n_factors') or 'null' }} as integer) as n_factors

),

-- n_factors is NULL if the data do not hold as many factors.
given as (

    select
        asked.n_factors as asked_factors,
        held_out_errors.n_factors
    from asked
    left join held_out_errors on asked.n_factors = held_out_errors.n_factors

),

failures as (

    select min(failure) as failure from factor_metrics

),

final as (

    select
        coalesce(given.n_factors, fewest_factors.n_factors, 0) as n_factors,
        case
            when given.n_factors is not null then 'set by var n_factors'
            when given.asked_factors is not null
                then 'var n_factors asks for ' || given.asked_factors
                    || ', which cannot be fitted: '
            else ''
        end
        || case
            when given.n_factors is not null then ''
            when fewest_factors.n_factors is not null
                then
                    'fewest factors whose held-out error lies within one standard error'
                    || ' of the least'
            else 'no factors, the mean of all features stands in: ' || failures.failure
        end as reason
    from fewest_factors
    cross join given
    cross join failures

)

select * from final
