{{ config(group='effects') }}
-- If this fails, the influences of an estimator are not those of its estimate, and its
-- standard error is of something else. The ATO is left out: its weights carry the
-- estimated propensity.
with

influences as (

    select * from {{ ref('int_effect_influences') }}
    union all by name
    select * from {{ ref('int_weighting_influences') }}
    union all by name
    select * from {{ ref('int_regression_influences') }}
    union all by name
    select * from {{ ref('int_tmle_influences') }}

)

-- Against the size of the influences, whose last digits are rounded.
select
    design,
    outcome,
    estimand,
    estimator,
    split_id,
    avg(influence) as mean_influence,
    max(abs(influence)) as largest_influence
from influences
where estimand != 'ATO'
group by design, outcome, estimand, estimator, split_id
having not abs(avg(influence)) <= 1e-6 * (1 + avg(abs(influence)))
