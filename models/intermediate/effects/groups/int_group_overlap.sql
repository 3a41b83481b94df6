with

unit_groups as (

    select * from {{ ref('int_unit_groups') }}

),

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

group_splits as (

    select
        unit_groups.design,
        unit_groups.grouping,
        unit_groups.group_name,
        unit_propensities.split_id,
        max(unit_groups.segment_id) as segment_id,
        max(unit_groups.propensity_region) as propensity_region,
        count(*) as n_units,
        count(distinct unit_groups.household_id) as n_households,
        sum(unit_propensities.is_treated) as n_treated,
        count(distinct unit_groups.household_id) filter (
            where unit_propensities.is_treated = 1
        ) as n_treated_households,
        count(distinct unit_groups.household_id) filter (
            where unit_propensities.is_treated = 0
        ) as n_control_households,
        {{ overlap_statistics(
            'unit_propensities.is_treated',
            'unit_propensities.propensity',
            'unit_propensities.raw_propensity'
        ) }}
    from unit_groups
    inner join unit_propensities
        on
            unit_groups.design = unit_propensities.design
            and unit_groups.campaign_id = unit_propensities.campaign_id
            and unit_groups.household_id = unit_propensities.household_id
    group by
        unit_groups.design,
        unit_groups.grouping,
        unit_groups.group_name,
        unit_propensities.split_id

),

medians as (

    select
        design,
        grouping,
        group_name,
        max(segment_id) as segment_id,
        max(propensity_region) as propensity_region,
        max(n_units) as n_units,
        max(n_households) as n_households,
        max(n_treated) as n_treated,
        max(n_units) - max(n_treated) as n_control,
        max(n_treated_households) as n_treated_households,
        max(n_control_households) as n_control_households,
        median(share_in_10_90) as share_in_10_90,
        median(ess_treated) as ess_treated,
        median(ess_control) as ess_control
    from group_splits
    group by design, grouping, group_name

),

final as (

    select
        design,
        grouping,
        group_name,
        segment_id,
        propensity_region,
        n_units,
        n_households,
        n_treated,
        n_control,
        n_treated_households,
        n_control_households,
        share_in_10_90,
        ess_treated,
        ess_control,
        least(n_treated_households, n_control_households)
        >= {{ var('min_group_households') }} as is_large_enough,
        {{ overlap_gate(
            'share_in_10_90', 'ess_treated', 'ess_control', 'n_treated', 'n_control'
        ) }}
    from medians

)

select * from final
order by design, grouping, group_name
