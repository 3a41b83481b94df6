with

forest_effects as (

    select * from {{ ref('py_causal_forest') }}

),

learner_effects as (

    select * from {{ ref('py_cate_learners') }}

),

dr_scores as (

    select
        *,
        outcome_value - propensity * mu1 - (1 - propensity) * mu0 as outcome_residual,
        is_treated - propensity as treatment_residual
    from {{ ref('int_dr_scores') }}

),

predicted_outcomes as (

    select distinct
        design,
        outcome
    from forest_effects

),

fold_sums as (

    select
        design,
        outcome,
        split_id,
        fold,
        count(*) as n_units,
        sum(cast(dr_score as decimal(38, 12))) as score_sum,
        sum(cast(outcome_residual * treatment_residual as decimal(38, 12)))
            as residual_products,
        sum(cast(treatment_residual * treatment_residual as decimal(38, 12)))
            as residual_squares
    from dr_scores
    group by design, outcome, split_id, fold

),

-- One effect for all, of the units of the other folds: their mean doubly robust score,
-- and the constant that has the least R-loss among them.
fold_constants as (

    select
        design,
        outcome,
        split_id,
        fold,
        cast(sum(score_sum) over split_folds - score_sum as double)
        / (sum(n_units) over split_folds - n_units) as constant,
        cast(sum(residual_products) over split_folds - residual_products as double)
        / cast(sum(residual_squares) over split_folds - residual_squares as double)
            as constant_overlap
    from fold_sums
    window split_folds as (partition by design, outcome, split_id)

),

-- From nuisances that did not see the household either. The T-learner is the difference
-- of the outcome means that the scores need anyway.
score_effects as (

    select
        dr_scores.design,
        dr_scores.outcome,
        dr_scores.campaign_id,
        dr_scores.household_id,
        dr_scores.split_id,
        dr_scores.fold,
        dr_scores.mu1 - dr_scores.mu0 as t_learner,
        fold_constants.constant,
        fold_constants.constant_overlap
    from dr_scores
    inner join fold_constants
        on
            dr_scores.design = fold_constants.design
            and dr_scores.outcome = fold_constants.outcome
            and dr_scores.split_id = fold_constants.split_id
            and dr_scores.fold = fold_constants.fold
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
