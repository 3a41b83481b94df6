with

unit_scores as (

    select * from {{ ref('int_unit_scores') }}

),

unit_groups as (

    select *
    from {{ ref('int_unit_groups') }}
    where grouping = 'segment_and_region'

),

segment_limits as (

    select *
    from {{ ref('int_group_limits') }}
    where grouping = 'segment'

),

manski_outcomes as (

    select *
    from {{ ref('int_manski_outcomes') }}
    where outcome_range = 'observed'

),

-- The effect on a segment speaks of its comparable units, or of all of them (ATE).
final as (

    select
        unit_scores.design,
        unit_scores.outcome,
        cast(unit_scores.campaign_id as bigint) as campaign_id,
        cast(unit_scores.household_id as bigint) as household_id,
        cast(unit_groups.segment_id as integer) as segment_id,
        unit_scores.propensity,
        unit_groups.propensity_region,
        unit_scores.is_comparable,
        unit_scores.predicted_effect,
        unit_scores.overlap_part,
        unit_scores.width_part,
        unit_scores.agreement_part,
        unit_scores.evidence_score,
        case
            when unit_scores.evidence_score >= {{ var('evidence_levels').high }}
                then 'high'
            when unit_scores.evidence_score >= {{ var('evidence_levels').medium }}
                then 'medium'
            else 'low'
        end as evidence_level,
        case
            when unit_scores.is_comparable or segment_limits.estimand = 'ATE'
                then segment_limits.evidence_class
            else 'no comparison'
        end as evidence_class,
        cast(manski_outcomes.lower_bound as double) as bound_lower,
        cast(manski_outcomes.upper_bound as double) as bound_upper
    from unit_scores
    inner join unit_groups
        on
            unit_scores.design = unit_groups.design
            and unit_scores.campaign_id = unit_groups.campaign_id
            and unit_scores.household_id = unit_groups.household_id
    inner join segment_limits
        on
            unit_scores.design = segment_limits.design
            and unit_scores.outcome = segment_limits.outcome
            and unit_groups.segment_id = segment_limits.segment_id
    inner join manski_outcomes
        on
            unit_scores.design = manski_outcomes.design
            and unit_scores.outcome = manski_outcomes.outcome
            and unit_scores.campaign_id = manski_outcomes.campaign_id
            and unit_scores.household_id = manski_outcomes.household_id

)

select * from final
order by design, outcome, campaign_id, household_id
