with

roi_splits as (

    select * from {{ ref('int_roi_splits') }}

),

median_values as (

    select
        *,
        median(profit) over points as median_profit,
        median(last_profit) over points as median_last_profit,
        median(effect) over points as median_effect
    from roi_splits
    window points as (partition by design, population, percent_targeted)

),

final as (

    select
        design,
        population,
        percent_targeted,
        avg(n_targeted) as n_targeted,
        avg(n_last) as n_last,
        max(median_profit) as profit,
        {{ median_std_error('profit', 'std_error', 'median_profit') }} as std_error,
        max(median_last_profit) as last_profit,
        {{ median_std_error('last_profit', 'last_std_error', 'median_last_profit') }}
            as last_std_error,
        max(median_effect) as effect,
        {{ median_std_error('effect', 'effect_std_error', 'median_effect') }}
            as effect_std_error,
        {{ exact_avg('contact_cost') }} as contact_cost,
        {{ exact_avg('last_cost') }} as last_cost
    from median_values
    group by design, population, percent_targeted

)

select * from final
order by design, population, percent_targeted
