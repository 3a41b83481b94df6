with

predictions as (

    select * from {{ ref('int_cate_predictions') }}

),

learners as (

    select *
    from {{ ref('cate_learners') }}
    where kind = 'learner'

),

-- The width of the forest's intervals puts units in an order, and claims no more.
final as (

    select
        predictions.design,
        predictions.outcome,
        predictions.learner,
        predictions.campaign_id,
        predictions.household_id,
        avg(predictions.cate order by predictions.split_id) as cate,
        avg(
            predictions.ci_upper - predictions.ci_lower order by predictions.split_id
        ) filter (where predictions.learner = 'causal_forest') as interval_width
    from predictions
    inner join learners on predictions.learner = learners.learner
    group by
        predictions.design,
        predictions.outcome,
        predictions.learner,
        predictions.campaign_id,
        predictions.household_id

)

select * from final
order by design, outcome, learner, campaign_id, household_id
