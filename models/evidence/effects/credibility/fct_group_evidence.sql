with

group_predictions as (

    select * from {{ ref('int_group_predictions') }}

),

group_agreement as (

    select * from {{ ref('int_group_agreement') }}

),

group_limits as (

    select * from {{ ref('int_group_limits') }}

),

group_bounds as (

    select * from {{ ref('int_group_bounds') }}

),

final as (

    select
        design,
        outcome,
        grouping,
        group_name,
        cast(group_limits.segment_id as integer) as segment_id,
        group_limits.propensity_region,
        cast(group_limits.n_units as integer) as n_units,
        cast(group_predictions.comparable_share as double) as comparable_share,
        group_predictions.predicted_mean,
        group_predictions.predicted_std_dev,
        group_predictions.predicted_min,
        group_predictions.predicted_quartile_1,
        group_predictions.predicted_median,
        group_predictions.predicted_quartile_3,
        group_predictions.predicted_max,
        group_predictions.predicted_mean_comparable,
        cast(group_predictions.positive_share as double) as positive_share,
        group_predictions.priority,
        group_agreement.learner_correlation,
        group_predictions.overlap_part,
        group_predictions.width_part,
        group_predictions.agreement_part,
        group_predictions.evidence_score,
        group_limits.estimand,
        group_limits.estimate,
        group_limits.joint_lower,
        group_limits.joint_upper,
        group_limits.evidence_class,
        group_bounds.bound_lower,
        group_bounds.bound_upper,
        group_limits.caution
    from group_predictions
    inner join group_agreement using (design, outcome, grouping, group_name)
    inner join group_limits using (design, outcome, grouping, group_name)
    inner join group_bounds using (design, outcome, grouping, group_name)

)

select * from final
order by design, outcome, grouping, group_name
