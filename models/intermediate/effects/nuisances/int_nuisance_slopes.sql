with

predictions as (

    select * from {{ ref('int_nuisance_predictions') }}

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
            when target = 'propensity'
                then {{ area_under_curve('prediction_rank', 'is_treated') }}
        end as auc
    from ranked_predictions
    group by design, target, learner, split_id

),

-- The least-squares line of the observed on the predicted values.
split_slopes as (

    select
        *,
        (mean_product - mean_predicted * mean_observed)
        / nullif(mean_square - mean_predicted * mean_predicted, 0) as slope
    from split_averages

),

final as (

    select
        design,
        target,
        learner,
        median(auc) as auc,
        median(slope) as calibration_slope,
        median(mean_observed - slope * mean_predicted) as calibration_intercept
    from split_slopes
    group by design, target, learner

)

select * from final
order by design, target, learner
