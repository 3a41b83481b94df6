with

predictions as (

    select * from {{ ref('int_cate_predictions') }}

),

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

-- Some learners have fewer splits than others: only splits that all have are compared.
shared_splits as (

    select
        design,
        outcome,
        split_id
    from predictions
    group by design, outcome, split_id
    qualify
        count(distinct learner)
        = max(count(distinct learner)) over (partition by design, outcome)

),

-- R-loss: how well the effect times the treatment residual predicts the outcome
-- residual (Nie and Wager 2021). Units for which both arms are likely weigh most.
-- DR-loss: squared distance to the doubly robust score. All units weigh the same.
unit_losses as (

    select
        predictions.design,
        predictions.outcome,
        predictions.learner,
        predictions.household_id,
        pow(
            dr_scores.outcome_value
            - dr_scores.propensity * dr_scores.mu1
            - (1 - dr_scores.propensity) * dr_scores.mu0
            - (dr_scores.is_treated - dr_scores.propensity) * predictions.cate,
            2
        ) as r_loss,
        pow(dr_scores.dr_score - predictions.cate, 2) as dr_loss
    from predictions
    inner join shared_splits
        on
            predictions.design = shared_splits.design
            and predictions.outcome = shared_splits.outcome
            and predictions.split_id = shared_splits.split_id
    inner join dr_scores
        on
            predictions.design = dr_scores.design
            and predictions.outcome = dr_scores.outcome
            and predictions.split_id = dr_scores.split_id
            and predictions.campaign_id = dr_scores.campaign_id
            and predictions.household_id = dr_scores.household_id

),

-- Sums over the splits and units of a household, because errors are clustered by
-- household.
household_losses as (

    select
        design,
        outcome,
        learner,
        household_id,
        count(*) as n_scores,
        {{ exact_sum('r_loss') }} as r_loss,
        {{ exact_sum('dr_loss') }} as dr_loss
    from unit_losses
    group by design, outcome, learner, household_id

),

final as (

    select
        design,
        outcome,
        loss,
        learner,
        household_id,
        n_scores,
        loss_sum
    from household_losses
    unpivot (loss_sum for loss in (r_loss, dr_loss))

)

select * from final
order by design, outcome, loss, learner, household_id
