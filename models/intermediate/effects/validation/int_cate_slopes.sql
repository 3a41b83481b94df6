with

predictions as (

    select * from {{ ref('int_cate_predictions') }}

),

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

household_parts as (

    select *
    from {{ ref('int_household_parts') }}
    where part != 'report'

),

-- Only differences inside a fold are compared, because each fold was predicted by
-- another fit: a fit whose training households responded more predicts more for the
-- households left out, who responded less.
centred_units as (

    select
        dr_scores.design,
        dr_scores.outcome,
        predictions.learner,
        dr_scores.split_id,
        dr_scores.household_id,
        predictions.cate - avg(cast(predictions.cate as decimal(38, 12)))
            over fold_units as centred_cate,
        dr_scores.dr_score - avg(cast(dr_scores.dr_score as decimal(38, 12)))
            over fold_units as centred_score
    from dr_scores
    inner join household_parts on dr_scores.household_id = household_parts.household_id
    inner join predictions
        on
            dr_scores.design = predictions.design
            and dr_scores.outcome = predictions.outcome
            and dr_scores.split_id = predictions.split_id
            and dr_scores.campaign_id = predictions.campaign_id
            and dr_scores.household_id = predictions.household_id
    window fold_units as (
        partition by
            dr_scores.design,
            dr_scores.outcome,
            predictions.learner,
            dr_scores.split_id,
            dr_scores.fold
    )

),

sloped_units as (

    select
        *,
        {{ exact_sum('centred_cate * centred_cate', 'over learner_splits') }}
            as cate_squares,
        {{ exact_sum('centred_cate * centred_score', 'over learner_splits') }}
        / nullif(cate_squares, 0) as slope
    from centred_units
    window learner_splits as (partition by design, outcome, learner, split_id)

),

household_residuals as (

    select
        design,
        outcome,
        learner,
        split_id,
        household_id,
        max(slope) as slope,
        max(cate_squares) as cate_squares,
        count(*) as n_units,
        {{ exact_sum('centred_cate * (centred_score - slope * centred_cate)') }}
            as residual
    from sloped_units
    group by design, outcome, learner, split_id, household_id

),

-- Best linear predictor (Chernozhukov, Demirer, Duflo and Fernandez-Val 2018): least
-- squares of the score on the predicted effect, clustered by household. The slope is
-- NULL if a learner predicts one effect for all.
final as (

    select
        design,
        outcome,
        learner,
        split_id,
        max(slope) as slope,
        {{ clustered_std_error('residual', 'n_units') }}
        * sum(n_units) / nullif(max(cate_squares), 0) as std_error
    from household_residuals
    group by design, outcome, learner, split_id

)

select * from final
order by design, outcome, learner, split_id
