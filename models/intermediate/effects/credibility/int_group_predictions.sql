with

unit_scores as (

    select * from {{ ref('int_unit_scores') }}

),

unit_groups as (

    select *
    from {{ ref('int_unit_groups') }}
    where grouping in ('segment', 'propensity_region', 'segment_and_region')

),

grouped_scores as (

    select
        unit_groups.grouping,
        unit_groups.group_name,
        unit_scores.*,
        case when unit_scores.is_comparable then unit_scores.predicted_effect end
            as comparable_effect
    from unit_groups
    inner join unit_scores using (design, campaign_id, household_id)

),

summaries as (

    select
        design,
        outcome,
        grouping,
        group_name,
        {{ exact_avg('predicted_effect') }} as predicted_mean,
        {{ exact_std_dev('predicted_effect') }} as predicted_std_dev,
        min(predicted_effect) as predicted_min,
        quantile_cont(predicted_effect, 0.25) as predicted_quartile_1,
        median(predicted_effect) as predicted_median,
        quantile_cont(predicted_effect, 0.75) as predicted_quartile_3,
        max(predicted_effect) as predicted_max,
        avg(if(predicted_effect > 0, 1, 0)) as positive_share,
        avg(if(is_comparable, 1, 0)) as comparable_share,
        {{ exact_avg('comparable_effect') }} as predicted_mean_comparable,
        {{ exact_avg('overlap_part') }} as overlap_part,
        {{ exact_avg('width_part') }} as width_part,
        {{ exact_avg('agreement_part') }} as agreement_part,
        {{ exact_avg('evidence_score') }} as evidence_score
    from grouped_scores
    group by design, outcome, grouping, group_name

),

-- Terciles of the groups by mean predicted effect.
final as (

    select
        *,
        ['high', 'medium', 'low'][ntile(3) over groups_by_mean] as priority
    from summaries
    window
        groups_by_mean as (
            partition by design, outcome, grouping
            order by predicted_mean desc, group_name asc
        )

)

select * from final
order by design, outcome, grouping, group_name
