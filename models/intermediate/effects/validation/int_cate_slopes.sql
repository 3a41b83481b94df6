with

predictions as (

    select * from {{ ref('int_cate_predictions') }}

),

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

-- Each fold was predicted by another fit, and a fit whose training households responded
-- more predicts more for those left out, who responded less: only differences inside a
-- fold are compared.
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

slopes as (

    select
        design,
        outcome,
        learner,
        split_id,
        {{ exact_sum('centred_cate * centred_cate') }} as cate_squares,
        {{ exact_sum('centred_cate * centred_score') }}
        / nullif({{ exact_sum('centred_cate * centred_cate') }}, 0) as slope
    from centred_units
    group by design, outcome, learner, split_id

),

household_residuals as (

    select
        centred_units.design,
        centred_units.outcome,
        centred_units.learner,
        centred_units.split_id,
        centred_units.household_id,
        max(slopes.slope) as slope,
        max(slopes.cate_squares) as cate_squares,
        count(*) as n_units,
        {{ exact_sum(
            'centred_units.centred_cate '
            ~ '* (centred_units.centred_score - slopes.slope * centred_units.centred_cate)'
        ) }} as residual
    from centred_units
    inner join slopes
        on
            centred_units.design = slopes.design
            and centred_units.outcome = slopes.outcome
            and centred_units.learner = slopes.learner
            and centred_units.split_id = slopes.split_id
    group by
        centred_units.design,
        centred_units.outcome,
        centred_units.learner,
        centred_units.split_id,
        centred_units.household_id

),

-- Best linear predictor (Chernozhukov, Demirer, Duflo and Fernandez-Val 2018): least
-- squares of the score on the predicted effect, clustered by household. Where a learner
-- predicts one effect for all there is no slope.
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
