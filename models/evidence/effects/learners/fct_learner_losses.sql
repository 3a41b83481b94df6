with

loss_differences as (

    select * from {{ ref('int_cate_loss_differences') }}

),

-- One standard error (Breiman, Friedman, Olshen and Stone 1984): of the learners that
-- the best does not beat by more than the error of the difference, the simplest.
judged_learners as (

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
        case
            when is_chosen and kind = 'constant'
                then 'chosen: no learner is detectably better than one effect for all'
            when is_chosen then 'chosen: the simplest within one standard error'
            when is_within_one_error
                then 'within one standard error of the best, but less simple'
            else 'worse than the best by more than one standard error'
        end as verdict
    from judged_learners

)

select * from final
order by design, outcome, loss, learner
