with

predictions as (

    select * from {{ ref('int_cate_predictions') }}

),

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

learners as (

    select * from {{ ref('cate_learners') }}

),

predicted_splits as (

    select distinct
        design,
        outcome,
        split_id
    from predictions

),

-- A single effect for all units cannot rank them.
learner_values as (

    select
        predictions.design,
        predictions.outcome,
        predictions.learner,
        predictions.split_id,
        predictions.campaign_id,
        predictions.household_id,
        predictions.cate as ranking_value
    from predictions
    inner join learners
        on
            predictions.learner = learners.learner
            and learners.kind = 'learner'

),

-- Orders that need no learner. int_cate_ranks puts equal values in a salted order, so
-- that one value for all units gives a random order.
rule_values as (

    select
        predicted_splits.design,
        predicted_splits.outcome,
        learners.learner,
        predicted_splits.split_id,
        estimation_units.campaign_id,
        estimation_units.household_id,
        case learners.learner
            when 'spend_rule' then estimation_units.monetary_sales
            when 'random' then 0
        end as ranking_value
    from predicted_splits
    inner join estimation_units on predicted_splits.design = estimation_units.design
    inner join learners on learners.kind = 'rule'

),

final as (

    select * from learner_values
    union all
    select * from rule_values

)

select * from final
order by design, outcome, learner, split_id, campaign_id, household_id
