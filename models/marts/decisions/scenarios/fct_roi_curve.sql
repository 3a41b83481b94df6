with

roi_splits as (

    select * from {{ ref('int_roi_splits') }}

),

target_populations as (

    select * from {{ ref('fct_target_populations') }}

),

contact_cost as (

    select * from {{ ref('int_contact_cost') }}

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

points as (

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
            as effect_std_error
    from median_values
    group by design, population, percent_targeted

),

costs as (

    select
        points.*,
        target_populations.is_decisive,
        target_populations.gate_status,
        points.n_targeted * contact_cost.cost_per_contact as contact_cost,
        points.n_last * contact_cost.cost_per_contact as last_cost
    from points
    inner join target_populations
        on
            points.design = target_populations.design
            and points.population = target_populations.population
    cross join contact_cost

),

final as (

    select
        design,
        population,
        is_decisive,
        gate_status,
        cast(percent_targeted as integer) as percent_targeted,
        cast(percent_targeted / 100.0 as double) as share_targeted,
        n_targeted,
        profit,
        std_error,
        {{ confidence_limit('profit', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('profit', 'std_error', 'upper') }} as ci_upper,
        contact_cost,
        profit / nullif(contact_cost, 0) as roi,
        effect / nullif(n_targeted, 0) as uplift,
        ({{ confidence_limit('effect', 'effect_std_error', 'lower') }})
        / nullif(n_targeted, 0) as uplift_ci_lower,
        ({{ confidence_limit('effect', 'effect_std_error', 'upper') }})
        / nullif(n_targeted, 0) as uplift_ci_upper,
        last_profit / nullif(last_cost, 0) as marginal_profit,
        ({{ confidence_limit('last_profit', 'last_std_error', 'lower') }})
        / nullif(last_cost, 0) as marginal_ci_lower,
        ({{ confidence_limit('last_profit', 'last_std_error', 'upper') }})
        / nullif(last_cost, 0) as marginal_ci_upper
    from costs

)

select * from final
order by design, population, percent_targeted
