with

points as (

    select * from {{ ref('int_roi_points') }}

),

-- Those with a predicted effect above what a contact costs in sales.
break_even_cuts as (

    select *
    from {{ ref('fct_policy_values') }}
    where policy = 'effect_above_break_even'

),

target_populations as (

    select * from {{ ref('fct_target_populations') }}

),

costs as (

    select
        points.*,
        target_populations.is_decisive,
        target_populations.gate_status,
        row_number() over (
            partition by points.design, points.population
            order by points.profit desc, points.percent_targeted asc
        ) as profit_rank,
        break_even_cuts.share_targeted as break_even_share,
        break_even_cuts.profit as break_even_profit,
        break_even_cuts.ci_lower as break_even_ci_lower,
        break_even_cuts.ci_upper as break_even_ci_upper
    from points
    inner join target_populations
        on
            points.design = target_populations.design
            and points.population = target_populations.population
    left join break_even_cuts
        on
            points.design = break_even_cuts.design
            and points.population = break_even_cuts.population

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
        / nullif(last_cost, 0) as marginal_ci_upper,
        profit_rank = 1 and profit > 0 as is_optimum,
        break_even_share,
        break_even_profit,
        break_even_ci_lower,
        break_even_ci_upper
    from costs

)

select * from final
order by design, population, percent_targeted
