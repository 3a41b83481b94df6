with

learner_effects as (

    select * from {{ ref('int_learner_effects') }}

),

stack_weights as (

    select * from {{ ref('py_stack_weights') }}

),

stacked_effects as (

    select
        learner_effects.design,
        learner_effects.outcome,
        'stack' as learner,
        learner_effects.campaign_id,
        learner_effects.household_id,
        learner_effects.split_id,
        learner_effects.fold,
        {{ exact_sum('stack_weights.weight * learner_effects.cate') }} as cate,
        bool_and(learner_effects.is_out_of_fold) as is_out_of_fold
    from learner_effects
    inner join stack_weights
        on
            learner_effects.design = stack_weights.design
            and learner_effects.outcome = stack_weights.outcome
            and learner_effects.learner = stack_weights.learner
            and learner_effects.split_id = stack_weights.split_id
            and learner_effects.fold = stack_weights.fold
    group by
        learner_effects.design,
        learner_effects.outcome,
        learner_effects.campaign_id,
        learner_effects.household_id,
        learner_effects.split_id,
        learner_effects.fold

),

effects as (

    select * from learner_effects
    union all by name
    select * from stacked_effects

),

final as (

    select
        design,
        outcome,
        learner,
        campaign_id,
        household_id,
        split_id,
        fold,
        cate,
        ci_lower,
        ci_upper,
        is_out_of_fold
    from effects

)

select * from final
order by design, outcome, learner, split_id, campaign_id, household_id
