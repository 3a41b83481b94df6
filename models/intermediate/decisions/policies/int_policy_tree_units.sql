with

cate_units as (

    select * from {{ ref('int_cate_units') }}

),

dr_scores as (

    select *
    from {{ ref('int_dr_scores') }}
    where
        outcome = 'purchase_amount'
        and split_id <= {{ var('learner_splits') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

-- All columns of the units. Seed covariates says which of them are covariates.
final as (

    select
        cate_units.*,
        dr_scores.split_id,
        dr_scores.fold,
        dr_scores.outcome_value,
        dr_scores.dr_score,
        unit_costs.cost_per_contact
    from cate_units
    inner join dr_scores
        on
            cate_units.design = dr_scores.design
            and cate_units.campaign_id = dr_scores.campaign_id
            and cate_units.household_id = dr_scores.household_id
    inner join unit_costs
        on
            dr_scores.design = unit_costs.design
            and dr_scores.split_id = unit_costs.split_id
            and dr_scores.campaign_id = unit_costs.campaign_id
            and dr_scores.household_id = unit_costs.household_id

)

select * from final
order by design, split_id, campaign_id, household_id
