with

loss_differences as (

    select * from {{ ref('int_cate_loss_differences') }}

),

stack_weights as (

    select
        design,
        outcome,
        learner,
        {{ exact_avg('weight') }} as stack_weight
    from {{ ref('py_stack_weights') }}
    group by design, outcome, learner

),

-- The rule of one standard error (Breiman, Friedman, Olshen and Stone 1984) chooses the
-- simplest of the learners whose difference to the best is within its standard error.
compared_learners as (

    select
        *,
        difference_to_best <= std_error as is_within_one_error,
        row_number() over (
            partition by design, outcome, loss
            order by difference_to_best <= std_error desc, complexity_rank asc
        ) = 1 as is_chosen
    from loss_differences

),

final as (

    select
        compared.design,
        compared.outcome,
        compared.loss,
        compared.learner,
        cast(compared.complexity_rank as integer) as complexity_rank,
        compared.mean_loss,
        compared.difference_to_best,
        compared.std_error,
        stack_weights.stack_weight,
        compared.is_within_one_error,
        compared.is_chosen,
        compared.learner = '{{ var("primary_learner") }}' as is_primary,
        {{ loss_verdict(
            'compared.is_chosen', 'compared.kind', 'compared.is_within_one_error'
        ) }} as verdict
    from compared_learners as compared
    left join stack_weights
        on
            compared.design = stack_weights.design
            and compared.outcome = stack_weights.outcome
            and compared.learner = stack_weights.learner

)

select * from final
order by design, outcome, loss, learner
