with

population_units as (

    select * from {{ ref('int_population_units') }}

),

crump_rules as (

    select *
    from {{ ref('int_trimming_rules') }}
    where rule = 'crump'

),

sizes as (

    select
        design,
        population,
        split_id,
        count(*) filter (where is_inside) as n_units,
        count(*) filter (where is_inside and is_treated = 1) as n_sent,
        count(*) filter (where is_inside and is_treated = 0) as n_not_sent,
        count(distinct household_id) filter (where is_inside and is_treated = 1)
            as n_sent_households,
        count(distinct household_id) filter (where is_inside and is_treated = 0)
            as n_not_sent_households,
        avg(cast(is_inside as integer)) as share_of_units
    from population_units
    group by design, population, split_id

),

overlap_figures as (

    select
        design,
        population,
        split_id,
        {{ overlap_statistics('is_treated', 'propensity', 'raw_propensity') }}
    from population_units
    where is_inside
    group by design, population, split_id

),

final as (

    select
        sizes.*,
        case sizes.population
            when 'all' then 0
            else crump_rules.threshold
        end as lowest_propensity,
        overlap_figures.share_in_10_90,
        overlap_figures.ess_treated as ess_sent,
        overlap_figures.ess_control as ess_not_sent
    from sizes
    inner join crump_rules
        on
            sizes.design = crump_rules.design
            and sizes.split_id = crump_rules.split_id
    left join overlap_figures
        on
            sizes.design = overlap_figures.design
            and sizes.population = overlap_figures.population
            and sizes.split_id = overlap_figures.split_id

)

select * from final
order by design, population, split_id
