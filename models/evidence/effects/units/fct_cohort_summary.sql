with

described_cohorts as (

    select
        cohort,
        count(*) as n_rows,
        count(distinct household_id) as n_households,
        if(
            bool_and(is_treated is null), null, count(*) filter (where is_treated)
        ) as n_treated,
        n_rows - n_treated as n_control,
        case
            when sum(n_sendings) is not null
                then count(distinct household_id) filter (where n_sendings > 0)
        end as n_households_sent,
        sum(n_studied_sendings) as n_studied_sendings,
        sum(n_sendings) as n_sendings
    from {{ ref('int_cohort_rows') }}
    group by cohort

),

design_sizes as (

    select * from {{ ref('int_design_sizes') }}

),

documented_cohorts as (

    select *
    from {{ ref('documented_cohorts') }}
    where edition = '{{ setting("edition") }}'

),

gates as (

    select * from {{ ref('int_cohort_gates') }}

),

unit_counts as (

    select
        design,
        count(*) as n_rows,
        count(distinct household_id) as n_households,
        count(*) filter (where is_treated) as n_treated,
        count(*) filter (where not is_treated) as n_control
    from {{ ref('int_trial_units') }}
    group by design

),

cohorts as (

    select
        *,
        'described only' as status
    from described_cohorts
    union all by name
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
        cast(cohorts.n_households_sent as integer) as n_households_sent,
        cast(cohorts.n_studied_sendings as integer) as n_studied_sendings,
        cast(cohorts.n_sendings as integer) as n_sendings,
        gates.sales_difference,
        gates.sales_difference_std_error,
        gates.sales_difference_before,
        gates.sales_difference_before_std_error,
        gates.gate_status,
        gates.finding,
        documented_cohorts.n_rows as documented_rows,
        documented_cohorts.n_households as documented_households,
        documented_cohorts.n_treated as documented_treated,
        documented_cohorts.deviation
    from cohorts
    left join documented_cohorts on cohorts.cohort = documented_cohorts.cohort
    left join gates on cohorts.cohort = gates.cohort

)

select * from final
order by cohort
