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

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

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
        3 * percent_rank() over (
            partition by trial_units.design order by estimation_units.monetary_sales
        ) as spend_rank,
        case
            when spend_rank < 1 then 'low spend'
            when spend_rank < 2 then 'middle spend'
            else 'high spend'
        end as spend_tercile,
        case
            when
                min(trial_units.campaign_type) over design_units
                != max(trial_units.campaign_type) over design_units
                then trial_units.campaign_type
        end as compared_type,
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
    inner join estimation_units
        on
            trial_units.design = estimation_units.design
            and trial_units.campaign_id = estimation_units.campaign_id
            and trial_units.household_id = estimation_units.household_id
    inner join segment_names on trial_units.segment_id = segment_names.segment_id
    window design_units as (partition by trial_units.design)

),

final as (

    select
        units.design,
        groupings.grouping,
        groupings.group_name,
        groupings.segment_id,
        groupings.propensity_region,
        units.campaign_id,
        units.household_id
    from units
    cross join
        lateral (
            values
            ('segment', units.segment_name, units.segment_id, null),
            (
                'propensity_region',
                units.propensity_region,
                null,
                units.propensity_region
            ),
            (
                'segment_and_region',
                units.segment_name || ', ' || units.propensity_region,
                units.segment_id,
                units.propensity_region
            ),
            ('spend_tercile', units.spend_tercile, null, null),
            ('campaign', 'campaign ' || units.campaign_id, null, null),
            ('campaign_type', 'type ' || units.compared_type, null, null)
        ) as groupings (grouping, group_name, segment_id, propensity_region)
    where groupings.group_name is not null

)

select * from final
order by design, grouping, group_name, campaign_id, household_id
