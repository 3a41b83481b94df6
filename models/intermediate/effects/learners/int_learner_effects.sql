with

forest_effects as (

    select * from {{ ref('py_causal_forest') }}

),

learner_effects as (

    select * from {{ ref('py_cate_learners') }}

),

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

cate_constants as (

    select * from {{ ref('int_cate_constants') }}

),

predicted_outcomes as (

    select distinct
        design,
        outcome
    from forest_effects

),

-- The nuisances behind these effects did not see the household either. The T-learner is
-- the difference of the outcome means that the scores need anyway.
score_effects as (

    select
        dr_scores.design,
        dr_scores.outcome,
        dr_scores.campaign_id,
        dr_scores.household_id,
        dr_scores.split_id,
        dr_scores.fold,
        dr_scores.mu1 - dr_scores.mu0 as t_learner,
        cate_constants.constant,
        cate_constants.constant_overlap
    from dr_scores
    inner join cate_constants
        on
            dr_scores.design = cate_constants.design
            and dr_scores.outcome = cate_constants.outcome
            and dr_scores.split_id = cate_constants.split_id
            and dr_scores.fold = cate_constants.fold
    inner join predicted_outcomes
        on
            dr_scores.design = predicted_outcomes.design
            and dr_scores.outcome = predicted_outcomes.outcome

),

effects as (

    select
        *,
        'causal_forest' as learner
    from forest_effects
    union all by name
    select * from learner_effects
    union all by name
    select
        *,
        true as is_out_of_fold
    from score_effects
    unpivot (cate for learner in (t_learner, constant, constant_overlap))

),

final as (

    select
        design,
        outcome,
        learner,
        campaign_id,
        household_id,
        split_id,
        fold,
        cate,
        ci_lower,
        ci_upper,
        is_out_of_fold
    from effects

)

select * from final
order by design, outcome, learner, split_id, campaign_id, household_id
