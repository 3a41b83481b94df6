with

nuisance_slopes as (

    select * from {{ ref('int_nuisance_slopes') }}

),

nuisance_calibration as (

    select * from {{ ref('fct_nuisance_calibration') }}

),

learner_losses as (

    select * from {{ ref('int_learner_losses') }}

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
        nuisance_slopes.auc,
        round(nuisance_slopes.calibration_intercept, 9) as calibration_intercept,
        round(nuisance_slopes.calibration_slope, 9) as calibration_slope,
        round(calibration_errors.calibration_error, 9) as calibration_error,
        learner_losses.is_chosen
    from learner_losses
    inner join nuisance_slopes
        on
            learner_losses.design = nuisance_slopes.design
            and learner_losses.target = nuisance_slopes.target
            and learner_losses.learner = nuisance_slopes.learner
    inner join calibration_errors
        on
            learner_losses.design = calibration_errors.design
            and learner_losses.target = calibration_errors.target
            and learner_losses.learner = calibration_errors.learner

)

select * from final
order by design, target, learner
