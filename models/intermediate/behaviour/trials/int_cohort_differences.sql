with

cohort_rows as (

    select *
    from {{ ref('int_cohort_rows') }}
    where is_treated is not null

),

cohort_sales as (

    select * from {{ ref('int_cohort_sales') }}

),

-- Sales a week, before and from time zero on.
outcomes as (

    select
        cohort_rows.cohort,
        cohort_rows.household_id,
        cohort_rows.window_name,
        cohort_rows.is_treated,
        unnest(['before', 'after']) as period,
        unnest([cohort_sales.sales_before, cohort_sales.sales_after]) as sales
    from cohort_rows
    inner join cohort_sales
        on
            cohort_rows.household_id = cohort_sales.household_id
            and cohort_rows.window_name = cohort_sales.window_name

),

means as (

    select
        cohort,
        period,
        window_name,
        count(*) filter (where is_treated) as n_treated,
        count(*) filter (where not is_treated) as n_control,
        {{ exact_avg('case when is_treated then sales end') }} as treated_mean,
        {{ exact_avg('case when not is_treated then sales end') }} as control_mean
    from outcomes
    group by cohort, period, window_name
    having n_treated > 0 and n_control > 0

),

-- The mean of the campaigns' differences, each weighted by its treated rows.
differences as (

    select
        cohort,
        period,
        sum(n_treated) as n_treated,
        {{ exact_sum('n_treated * (treated_mean - control_mean)') }} / sum(n_treated)
            as difference
    from means
    group by cohort, period

),

-- A row's part in the error of the difference: that of a difference of means.
household_parts as (

    select
        outcomes.cohort,
        outcomes.period,
        outcomes.household_id,
        {{ exact_sum(
            'case when outcomes.is_treated then outcomes.sales - means.treated_mean '
            ~ 'else (means.control_mean - outcomes.sales) '
            ~ '* means.n_treated / means.n_control end'
        ) }} as part
    from outcomes
    inner join means
        on
            outcomes.cohort = means.cohort
            and outcomes.period = means.period
            and outcomes.window_name = means.window_name
    group by outcomes.cohort, outcomes.period, outcomes.household_id

),

-- Clustered in households (Liang and Zeger 1986).
errors as (

    select
        cohort,
        period,
        sqrt({{ exact_sum('part * part') }} * count(*) / (count(*) - 1.0)) as sum_error
    from household_parts
    group by cohort, period

),

final as (

    select
        differences.cohort,
        differences.period,
        differences.difference,
        errors.sum_error / differences.n_treated as std_error
    from differences
    inner join errors
        on
            differences.cohort = errors.cohort
            and differences.period = errors.period

)

select * from final
order by cohort, period
