with

rule_units as (

    select * from {{ ref('int_effect_rule_units') }}

),

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

rule_scores as (

    select
        dr_scores.design,
        dr_scores.outcome,
        rule_units.leaf_id,
        dr_scores.split_id,
        dr_scores.household_id,
        dr_scores.dr_score,
        {{ exact_avg('dr_score', 'over leaf_units') }} as estimate
    from dr_scores
    inner join rule_units
        on
            dr_scores.design = rule_units.design
            and dr_scores.outcome = rule_units.outcome
            and dr_scores.campaign_id = rule_units.campaign_id
            and dr_scores.household_id = rule_units.household_id
    window leaf_units as (
        partition by
            dr_scores.design,
            dr_scores.outcome,
            rule_units.leaf_id,
            dr_scores.split_id
    )

),

household_influences as (

    select
        design,
        outcome,
        leaf_id,
        split_id,
        household_id,
        max(estimate) as estimate,
        {{ exact_sum('dr_score - estimate') }} as influence,
        count(*) as n_units
    from rule_scores
    group by design, outcome, leaf_id, split_id, household_id

),

final as (

    select
        design,
        outcome,
        leaf_id,
        split_id,
        max(estimate) as estimate,
        {{ clustered_std_error('influence', 'n_units') }} as std_error,
        sum(n_units) as n_units
    from household_influences
    group by design, outcome, leaf_id, split_id

)

select * from final
order by design, outcome, leaf_id, split_id
