with

manski_outcomes as (

    select *
    from {{ ref('int_manski_outcomes') }}
    where outcome_range = 'observed'

),

predicted_outcomes as (

    select distinct
        design,
        outcome
    from {{ ref('int_unit_scores') }}

),

unit_groups as (

    select *
    from {{ ref('int_unit_groups') }}
    where grouping in ('segment', 'propensity_region', 'segment_and_region')

),

unit_bounds as (

    select
        unit_groups.grouping,
        unit_groups.group_name,
        manski_outcomes.design,
        manski_outcomes.outcome,
        manski_outcomes.household_id,
        {{ exact_avg('manski_outcomes.lower_bound', 'over group_units') }}
            as mean_lower,
        {{ exact_avg('manski_outcomes.upper_bound', 'over group_units') }}
            as mean_upper,
        manski_outcomes.lower_bound
        - {{ exact_avg('manski_outcomes.lower_bound', 'over group_units') }}
            as influence
    from unit_groups
    inner join manski_outcomes using (design, campaign_id, household_id)
    inner join predicted_outcomes using (design, outcome)
    window
        group_units as (
            partition by
                manski_outcomes.design,
                manski_outcomes.outcome,
                unit_groups.grouping,
                unit_groups.group_name
        )

),

household_bounds as (

    select
        design,
        outcome,
        grouping,
        group_name,
        household_id,
        max(mean_lower) as mean_lower,
        max(mean_upper) as mean_upper,
        {{ exact_sum('influence') }} as influence,
        count(*) as n_units
    from unit_bounds
    group by design, outcome, grouping, group_name, household_id

),

-- The two bounds of a unit are one range apart, so both means have the same error.
mean_bounds as (

    select
        design,
        outcome,
        grouping,
        group_name,
        max(mean_lower) as mean_lower,
        max(mean_upper) as mean_upper,
        {{ clustered_std_error('influence', 'n_units') }} as std_error
    from household_bounds
    group by design, outcome, grouping, group_name

),

final as (

    select
        design,
        outcome,
        grouping,
        group_name,
        {{ confidence_limit('mean_lower', 'std_error', 'lower') }} as bound_lower,
        {{ confidence_limit('mean_upper', 'std_error', 'upper') }} as bound_upper
    from mean_bounds

)

select * from final
order by design, outcome, grouping, group_name
