with

unit_groups as (

    select * from {{ ref('int_unit_groups') }}

),

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

primary_outcomes as (

    select outcome
    from {{ ref('outcomes') }}
    where role = 'primary'

),

group_scores as (

    select
        unit_groups.grouping,
        unit_groups.group_name,
        dr_scores.*
    from dr_scores
    inner join unit_groups
        on
            dr_scores.design = unit_groups.design
            and dr_scores.campaign_id = unit_groups.campaign_id
            and dr_scores.household_id = unit_groups.household_id
    inner join primary_outcomes on dr_scores.outcome = primary_outcomes.outcome

),

averages as (

    select
        design,
        outcome,
        grouping,
        group_name,
        split_id,
        count(distinct is_treated) as n_arms,
        {{ exact_avg('dr_score') }} as ate,
        {{ overlap_averages(
            'is_treated', 'outcome_value', 'propensity', 'mu0', 'mu1'
        ) }}
    from group_scores
    group by design, outcome, grouping, group_name, split_id

),

units as (

    select
        group_scores.*,
        averages.n_arms,
        averages.ate,
        averages.mean_overlap,
        averages.overlap_model_effect,
        averages.mean_treated_weight,
        averages.treated_residual,
        averages.mean_control_weight,
        averages.control_residual
    from group_scores
    inner join averages using (design, outcome, grouping, group_name, split_id)

),

-- The formulas of int_effect_influences, with the averages of the group.
final as (

    select
        design,
        outcome,
        grouping,
        group_name,
        'ATE' as estimand,
        split_id,
        campaign_id,
        household_id,
        ate as estimate,
        dr_score - ate as influence
    from units
    union all
    select
        design,
        outcome,
        grouping,
        group_name,
        'ATO' as estimand,
        split_id,
        campaign_id,
        household_id,
        -- A group without both arms has no overlap to weight by.
        case
            when n_arms = 2
                then overlap_model_effect + treated_residual - control_residual
        end as estimate,
        case
            when n_arms = 2
                then {{ overlap_influence(
                    'is_treated', 'outcome_value', 'propensity', 'mu0', 'mu1',
                    averages='units'
                ) }}
        end as influence
    from units

)

select * from final
order by
    design, outcome, grouping, group_name, estimand, split_id, campaign_id, household_id
