with

pre_trends as (

    select * from {{ ref('py_pre_trends') }}

),

final as (

    select
        scope,
        cast(n_sent as bigint) as n_sent,
        statistic,
        cast(degrees_of_freedom as integer) as degrees_of_freedom,
        p_value,
        mean_effect,
        mean_effect_std_error,
        breakdown_m,
        {{ pre_trend_finding('p_value', 'mean_effect', 'breakdown_m') }} as finding
    from pre_trends

)

select * from final
order by scope
