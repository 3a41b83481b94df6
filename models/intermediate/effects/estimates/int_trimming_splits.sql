with

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

trimming_rules as (

    select * from {{ ref('int_trimming_rules') }}

),

-- The rule reads the covariates alone, and no propensity saw its own household: scores
-- of the units kept stay as good as they were, and nothing is fitted anew.
rule_units as (

    select
        dr_scores.design,
        dr_scores.outcome,
        dr_scores.split_id,
        dr_scores.household_id,
        dr_scores.is_treated,
        dr_scores.dr_score,
        trimming_rules.rule,
        trimming_rules.threshold,
        unit_propensities.raw_propensity
        between trimming_rules.threshold and 1 - trimming_rules.threshold as is_kept
    from dr_scores
    inner join unit_propensities
        on
            dr_scores.design = unit_propensities.design
            and dr_scores.split_id = unit_propensities.split_id
            and dr_scores.campaign_id = unit_propensities.campaign_id
            and dr_scores.household_id = unit_propensities.household_id
    inner join trimming_rules
        on
            dr_scores.design = trimming_rules.design
            and dr_scores.split_id = trimming_rules.split_id

),

averages as (

    select
        design,
        outcome,
        rule,
        split_id,
        max(threshold) as threshold,
        count(*) as n_units,
        count(*) filter (where is_kept and is_treated = 1) as n_treated,
        count(*) filter (where is_kept and is_treated = 0) as n_control,
        count(distinct household_id) filter (where is_kept and is_treated = 1)
            as n_treated_households,
        count(distinct household_id) filter (where is_kept and is_treated = 0)
            as n_control_households,
        {{ exact_avg('case when is_kept then dr_score end') }} as estimate
    from rule_units
    group by design, outcome, rule, split_id

),

household_influences as (

    select
        rule_units.design,
        rule_units.outcome,
        rule_units.rule,
        rule_units.split_id,
        rule_units.household_id,
        {{ exact_sum('rule_units.dr_score - averages.estimate') }} as influence,
        count(*) as n_units
    from rule_units
    inner join averages
        on
            rule_units.design = averages.design
            and rule_units.outcome = averages.outcome
            and rule_units.rule = averages.rule
            and rule_units.split_id = averages.split_id
    where rule_units.is_kept
    group by
        rule_units.design,
        rule_units.outcome,
        rule_units.rule,
        rule_units.split_id,
        rule_units.household_id

),

std_errors as (

    select
        design,
        outcome,
        rule,
        split_id,
        {{ clustered_std_error('influence', 'n_units') }} as std_error
    from household_influences
    group by design, outcome, rule, split_id

),

-- A rule that keeps nobody stays, without an estimate.
final as (

    select
        averages.design,
        averages.outcome,
        averages.rule,
        averages.split_id,
        averages.threshold,
        averages.n_units,
        averages.n_treated,
        averages.n_control,
        averages.n_treated_households,
        averages.n_control_households,
        averages.estimate,
        std_errors.std_error
    from averages
    left join std_errors
        on
            averages.design = std_errors.design
            and averages.outcome = std_errors.outcome
            and averages.rule = std_errors.rule
            and averages.split_id = std_errors.split_id

)

select * from final
order by design, outcome, rule, split_id
