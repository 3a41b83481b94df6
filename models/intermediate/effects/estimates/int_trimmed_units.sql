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

comparable_units as (

    select * from {{ ref('int_comparable_units') }}

),

-- The comparable units lie inside the threshold of Crump et al., and in no region that
-- targeting excluded by rule.
all_rules as (

    select
        design,
        split_id,
        rule,
        threshold
    from trimming_rules
    union all
    select
        design,
        split_id,
        'comparable' as rule,
        threshold
    from trimming_rules
    where rule = 'crump'

),

-- A rule reads only covariates, and no propensity was fitted on its own household. So
-- the scores of the units kept remain valid, and nothing needs to be fitted again.
final as (

    select
        dr_scores.design,
        dr_scores.outcome,
        all_rules.rule,
        dr_scores.split_id,
        dr_scores.campaign_id,
        dr_scores.household_id,
        dr_scores.is_treated,
        dr_scores.dr_score,
        all_rules.threshold,
        case all_rules.rule
            when 'comparable' then comparable_units.is_comparable
            else
                unit_propensities.raw_propensity
                between all_rules.threshold and 1 - all_rules.threshold
        end as is_kept
    from dr_scores
    inner join unit_propensities
        on
            dr_scores.design = unit_propensities.design
            and dr_scores.split_id = unit_propensities.split_id
            and dr_scores.campaign_id = unit_propensities.campaign_id
            and dr_scores.household_id = unit_propensities.household_id
    inner join comparable_units
        on
            dr_scores.design = comparable_units.design
            and dr_scores.split_id = comparable_units.split_id
            and dr_scores.campaign_id = comparable_units.campaign_id
            and dr_scores.household_id = comparable_units.household_id
    inner join all_rules
        on
            dr_scores.design = all_rules.design
            and dr_scores.split_id = all_rules.split_id

)

select * from final
order by design, outcome, rule, split_id, campaign_id, household_id
