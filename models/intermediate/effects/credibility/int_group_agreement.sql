with

unit_predictions as (

    select * from {{ ref('int_unit_predictions') }}

),

unit_groups as (

    select *
    from {{ ref('int_unit_groups') }}
    where grouping in ('segment', 'propensity_region', 'segment_and_region')

),

centred_predictions as (

    select
        unit_groups.design,
        unit_predictions.outcome,
        unit_groups.grouping,
        unit_groups.group_name,
        unit_predictions.learner,
        unit_groups.campaign_id,
        unit_groups.household_id,
        unit_predictions.cate
        - {{ exact_avg('unit_predictions.cate', 'over learner_units') }} as deviation
    from unit_groups
    inner join unit_predictions
        on
            unit_groups.design = unit_predictions.design
            and unit_groups.campaign_id = unit_predictions.campaign_id
            and unit_groups.household_id = unit_predictions.household_id
    window
        learner_units as (
            partition by
                unit_groups.design,
                unit_predictions.outcome,
                unit_groups.grouping,
                unit_groups.group_name,
                unit_predictions.learner
        )

),

-- Learners that predict the same for all units of a group agree with none and drop out.
scaled_predictions as (

    select
        *,
        deviation / nullif(
            sqrt({{ exact_avg('deviation * deviation', 'over learner_units') }}), 0
        ) as z_score
    from centred_predictions
    window
        learner_units as (partition by design, outcome, grouping, group_name, learner)

),

unit_sums as (

    select
        design,
        outcome,
        grouping,
        group_name,
        count(z_score) as n_learners,
        {{ exact_sum('z_score') }} as z_sum
    from scaled_predictions
    group by design, outcome, grouping, group_name, campaign_id, household_id

),

-- The mean square of a sum of m scores is m + m (m - 1) times their mean correlation.
final as (

    select
        design,
        outcome,
        grouping,
        group_name,
        max(n_learners) as n_learners,
        ({{ exact_avg('z_sum * z_sum') }} - max(n_learners))
        / nullif(max(n_learners) * (max(n_learners) - 1), 0) as learner_correlation
    from unit_sums
    group by design, outcome, grouping, group_name

)

select * from final
order by design, outcome, grouping, group_name
