with

described_cohorts as (

    select * from {{ ref('int_described_cohorts') }}

),

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

design_sizes as (

    select * from {{ ref('int_design_sizes') }}

),

documented_cohorts as (

    select *
    from {{ ref('documented_cohorts') }}
    where edition = '{{ setting("edition") }}'

),

unit_counts as (

    select
        design,
        count(*) as n_rows,
        count(distinct household_id) as n_households,
        count(*) filter (where is_treated) as n_treated,
        count(*) filter (where not is_treated) as n_control
    from trial_units
    group by design

),

cohorts as (

    select
        cohort,
        n_rows,
        n_households,
        case when has_arms then n_treated end as n_treated,
        case when has_arms then n_control end as n_control,
        'described only' as status
    from described_cohorts
    union all
    select
        design_sizes.design as cohort,
        coalesce(unit_counts.n_rows, 0) as n_rows,
        coalesce(unit_counts.n_households, 0) as n_households,
        coalesce(unit_counts.n_treated, 0) as n_treated,
        coalesce(unit_counts.n_control, 0) as n_control,
        case
            when design_sizes.control_rule = 'held out' then 'compared as drawn'
            else {{ cohort_status(
                'design_sizes.is_estimable',
                'design_sizes.n_treated_households',
                'design_sizes.n_control_households'
            ) }}
        end as status
    from design_sizes
    left join unit_counts on design_sizes.design = unit_counts.design
    where
        design_sizes.role = 'main'
        and (design_sizes.control_rule != 'held out' or unit_counts.n_rows > 0)

),

final as (

    select
        cohorts.cohort,
        cohorts.status,
        cast(cohorts.n_rows as integer) as n_rows,
        cast(cohorts.n_households as integer) as n_households,
        cast(cohorts.n_treated as integer) as n_treated,
        cast(cohorts.n_control as integer) as n_control,
        cohorts.n_treated / nullif(cohorts.n_rows, 0) as treated_share,
        documented_cohorts.n_rows as documented_rows,
        documented_cohorts.n_households as documented_households,
        documented_cohorts.n_treated as documented_treated,
        documented_cohorts.deviation
    from cohorts
    left join documented_cohorts on cohorts.cohort = documented_cohorts.cohort

)

select * from final
order by cohort
