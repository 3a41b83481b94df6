with

effects as (

    select * from {{ ref('fct_cate') }}

),

cate_units as (

    select * from {{ ref('int_cate_units') }}

),

-- All columns of the units; seed covariates lists which of them are covariates.
final as (

    select
        effects.outcome,
        effects.cate as predicted_effect,
        cate_units.*
    from effects
    inner join cate_units
        on
            effects.design = cate_units.design
            and effects.campaign_id = cate_units.campaign_id
            and effects.household_id = cate_units.household_id
    where
        effects.learner = '{{ var("primary_learner") }}'
        and effects.is_out_of_fold
        and cate_units.is_main_design

)

select * from final
order by design, outcome, campaign_id, household_id
