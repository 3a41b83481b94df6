with

residuals as (

    select * from {{ ref('int_power_residuals') }}

),

household_sums as (

    select
        metric,
        horizon_weeks,
        method,
        household_id,
        count(*) as n_windows,
        {{ exact_sum('residual') }} as residual_sum,
        {{ exact_sum('residual * residual') }} as squared_residual_sum
    from residuals
    group by metric, horizon_weeks, method, household_id

),

-- Fisher's intraclass correlation is the mean product of two windows of a household
-- over the variance. (sum)^2 - sum of squares is the sum over its ordered pairs of
-- windows.
final as (

    select
        metric,
        horizon_weeks,
        method,
        sum(n_windows * (n_windows - 1)) as n_pairs,
        {{ exact_sum('residual_sum * residual_sum - squared_residual_sum') }}
        / nullif(sum(n_windows * (n_windows - 1)), 0)
        / nullif({{ exact_sum('squared_residual_sum') }} / sum(n_windows), 0)
            as household_correlation
    from household_sums
    group by metric, horizon_weeks, method

)

select * from final
order by metric, horizon_weeks, method
