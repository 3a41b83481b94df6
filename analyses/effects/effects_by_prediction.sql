with

primary_learners as (

    select distinct
        design,
        learner
    from {{ ref('fct_toc') }}
    where is_primary

)

select
    calibration.design,
    calibration.cate_group,
    calibration.n_units,
    cast(round(calibration.mean_cate) as integer) as predicted,
    cast(round(calibration.gate) as integer) as effect,
    cast(round(calibration.ci_lower) as integer) as ci_lower,
    cast(round(calibration.ci_upper) as integer) as ci_upper,
    calibration.is_prediction_inside
from {{ ref('fct_cate_calibration') }} as calibration
inner join primary_learners
    on
        calibration.design = primary_learners.design
        and calibration.learner = primary_learners.learner
where calibration.outcome = 'purchase_amount'
order by calibration.design, calibration.cate_group
