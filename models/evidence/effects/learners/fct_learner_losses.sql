with

loss_differences as (

    select * from {{ ref('int_cate_loss_differences') }}

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
        design,
        outcome,
        loss,
        learner,
        cast(complexity_rank as integer) as complexity_rank,
        mean_loss,
        difference_to_best,
        std_error,
        is_within_one_error,
        is_chosen,
        learner = '{{ var("primary_learner") }}' as is_primary,
        {{ loss_verdict('is_chosen', 'kind', 'is_within_one_error') }} as verdict
    from compared_learners

)

select * from final
order by design, outcome, loss, learner
