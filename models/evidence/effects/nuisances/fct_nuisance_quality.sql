with

predictions as (

    select * from {{ ref('int_nuisance_predictions') }}

),

nuisance_calibration as (

    select * from {{ ref('fct_nuisance_calibration') }}

),

learner_losses as (

    select * from {{ ref('int_learner_losses') }}

),

ranked_predictions as (

    select
        *,
        {{ mean_rank('predicted', 'design, target, learner, split_id') }}
            as prediction_rank
    from predictions

),

split_averages as (

    select
        design,
        target,
        learner,
        split_id,
        {{ exact_avg('predicted') }} as mean_predicted,
        {{ exact_avg('observed') }} as mean_observed,
        {{ exact_avg('predicted * predicted') }} as mean_square,
        {{ exact_avg('predicted * observed') }} as mean_product,
        case
            when target = 'propensity' then {{ area_under_curve('prediction_rank') }}
        end as auc
    from ranked_predictions
    group by design, target, learner, split_id

),

-- Least squares of what was observed on what was predicted.
split_slopes as (

    select
        *,
        (mean_product - mean_predicted * mean_observed)
        / nullif(mean_square - mean_predicted * mean_predicted, 0) as slope
    from split_averages

),

medians as (

    select
        design,
        target,
        learner,
        median(auc) as auc,
        median(slope) as calibration_slope,
        median(mean_observed - slope * mean_predicted) as calibration_intercept
    from split_slopes
    group by design, target, learner

),

calibration_errors as (

    select
        design,
        target,
        learner,
        {{ exact_sum('n_units * abs(mean_observed - mean_predicted)') }}
        / {{ exact_sum('n_units') }} as calibration_error
    from nuisance_calibration
    group by design, target, learner

),

final as (

    select
        learner_losses.design,
        learner_losses.target,
        learner_losses.learner,
        case learner_losses.target
            when 'propensity' then 'log-loss'
            else 'squared error'
        end as loss_name,
        learner_losses.loss,
        medians.auc,
        round(medians.calibration_intercept, 9) as calibration_intercept,
        round(medians.calibration_slope, 9) as calibration_slope,
        round(calibration_errors.calibration_error, 9) as calibration_error,
        learner_losses.is_chosen
    from learner_losses
    inner join medians
        on
            learner_losses.design = medians.design
            and learner_losses.target = medians.target
            and learner_losses.learner = medians.learner
    inner join calibration_errors
        on
            learner_losses.design = calibration_errors.design
            and learner_losses.target = calibration_errors.target
            and learner_losses.learner = calibration_errors.learner

)

select * from final
order by design, target, learner
