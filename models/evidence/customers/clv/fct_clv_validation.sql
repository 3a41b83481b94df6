with

holdout_errors as (

    select * from {{ ref('int_clv_holdout_errors') }}

),

assumptions as (

    select * from {{ ref('int_clv_assumptions') }}

),

segment_tests as (

    select * from {{ ref('py_clv_segment_tests') }}

),

checks as (

    {% for error in ['mae', 'rmse', 'total_bias'] -%}
    select
        'holdout_error' as check_group,
        measure || '_{{ error }}' as check_name,
        method,
        'calibration' as period,
        n_households,
        {{ error }} as value,
        cast(null as double) as bound,
        cast(null as double) as p_value,
        cast(null as boolean) as is_passed,
        cast(null as varchar) as failure
    from holdout_errors
    union all
    {% endfor -%}
    select
        'assumption' as check_group,
        check_name,
        method,
        period,
        n_households,
        value,
        bound,
        cast(null as double) as p_value,
        is_passed,
        failure
    from assumptions
    union all
    -- Effect sizes: shares of the variance of CLV, or of its ranks, between segments.
    select
        'segment_difference' as check_group,
        'clv_between_segments' as check_name,
        test as method,
        'full' as period,
        n_values as n_households,
        case test
            when 'anova'
                then statistic * degrees_of_freedom
                    / (statistic * degrees_of_freedom + degrees_within)
            when 'kruskal_wallis' then statistic / nullif(n_values - 1.0, 0)
        end as value,
        cast(null as double) as bound,
        p_value,
        cast(null as boolean) as is_passed,
        cast(null as varchar) as failure
    from segment_tests

),

final as (

    select
        check_group,
        check_name,
        method,
        period,
        cast(n_households as integer) as n_households,
        -- pandas writes what is missing as NaN.
        case when not isnan(value) then cast(value as double) end as value,
        bound,
        case when not isnan(p_value) then cast(p_value as double) end as p_value,
        is_passed,
        failure
    from checks

)

select * from final
order by check_group, check_name, method, period
