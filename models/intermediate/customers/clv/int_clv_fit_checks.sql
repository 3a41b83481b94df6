with

parameters as (

    select * from {{ ref('py_clv_parameters') }}

),

correlations as (

    select * from {{ ref('int_clv_correlations') }}

),

final as (

    select
        model || '_convergence' as check_name,
        model as method,
        period,
        max(n_households) as n_households,
        max(case when not isnan(max_gradient) then max_gradient end) as value,
        cast(null as double) as bound,
        bool_and(is_converged) as is_passed,
        model || ' in period ' || period || ': ' || max(failure) as failure
    from parameters
    group by model, period
    union all
    select
        'gamma_gamma_mean_exists' as check_name,
        model as method,
        period,
        n_households,
        value,
        1 as bound,
        value > 1 as is_passed,
        'The spend per purchase of period ' || period
        || ' has no mean: q is not above 1.' as failure
    from parameters
    where model = 'gamma_gamma' and parameter = 'q' and not isnan(value)
    union all
    -- The Gamma-Gamma model assumes that the two are independent.
    select
        check_name,
        'gamma_gamma' as method,
        period,
        n_households,
        correlation as value,
        {{ var('clv_max_correlation') }} as bound,
        abs(correlation) <= {{ var('clv_max_correlation') }} as is_passed,
        'Spend per purchase moves with the number of purchases: ' || check_name
        || ' ' || round(correlation, 2) || ' in period ' || period
        || ' (var clv_max_correlation).' as failure
    from correlations

)

select * from final
order by check_name, period
