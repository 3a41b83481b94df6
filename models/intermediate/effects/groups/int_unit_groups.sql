with

trial_units as (

    select * from {{ ref('fct_trial_units') }}

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

-- A unit has the same region in all splits, so that a group has the same units in each.
median_propensities as (

    select
        design,
        campaign_id,
        household_id,
        median(raw_propensity) as propensity
    from unit_propensities
    group by design, campaign_id, household_id

),

units as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        segment_names.segment_id,
        segment_names.segment_name,
        trial_units.campaign_type,
        min(trial_units.campaign_type) over design_units
        != max(trial_units.campaign_type) over design_units as has_campaign_types,
        case
            when median_propensities.propensity < 0.1 then 'below 0.1'
            when median_propensities.propensity <= 0.9 then '0.1 to 0.9'
            else 'above 0.9'
        end as propensity_region
    from trial_units
    inner join median_propensities
        on
            trial_units.design = median_propensities.design
            and trial_units.campaign_id = median_propensities.campaign_id
            and trial_units.household_id = median_propensities.household_id
    inner join segment_names on trial_units.segment_id = segment_names.segment_id
    window design_units as (partition by trial_units.design)

),

grouped_units as (

    select
        * exclude (segment_name, propensity_region),
        'segment' as grouping,
        segment_name as group_name
    from units
    union all by name
    select
        * exclude (segment_id, segment_name),
        'propensity_region' as grouping,
        propensity_region as group_name
    from units
    union all by name
    select
        * exclude (segment_name),
        'segment_and_region' as grouping,
        segment_name || ', ' || propensity_region as group_name
    from units
    union all by name
    select
        * exclude (segment_id, segment_name, propensity_region),
        'campaign' as grouping,
        'campaign ' || campaign_id as group_name
    from units
    union all by name
    select
        * exclude (segment_id, segment_name, propensity_region),
        'campaign_type' as grouping,
        'type ' || campaign_type as group_name
    from units
    where has_campaign_types

),

final as (

    select
        design,
        grouping,
        group_name,
        segment_id,
        propensity_region,
        campaign_id,
        household_id
    from grouped_units

)

select * from final
order by design, grouping, group_name, campaign_id, household_id
