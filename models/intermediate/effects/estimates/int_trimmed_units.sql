with

dr_scores as (

    select *
    from {{ ref('int_dr_scores') }}
    where is_main_design

),

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

trimming_rules as (

    select * from {{ ref('int_trimming_rules') }}

),

-- A rule reads only covariates, and no propensity was fitted on its own household. So
-- the scores of the units kept remain valid, and nothing needs to be fitted again.
final as (

    select
        dr_scores.design,
        dr_scores.outcome,
        trimming_rules.rule,
        dr_scores.split_id,
        dr_scores.campaign_id,
        dr_scores.household_id,
        dr_scores.is_treated,
        dr_scores.dr_score,
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

)

select * from final
order by design, outcome, rule, split_id, campaign_id, household_id
