with

household_losses as (

    select * from {{ ref('int_cate_losses') }}

),

learners as (

    select * from {{ ref('cate_learners') }}

),

mean_losses as (

    select
        design,
        outcome,
        loss,
        learner,
        {{ exact_sum('loss_sum') }} / sum(n_scores) as mean_loss
    from household_losses
    group by design, outcome, loss, learner

),

-- Of two learners with equal losses the simpler one is the better.
ranked_learners as (

    select
        mean_losses.*,
        learners.kind,
        learners.complexity_rank,
        row_number() over (
            partition by mean_losses.design, mean_losses.outcome, mean_losses.loss
            order by round(mean_losses.mean_loss, 9), learners.complexity_rank
        ) as loss_rank
    from mean_losses
    inner join learners on mean_losses.learner = learners.learner

),

-- Paired: the same household under the learner and under the best one.
household_differences as (

    select
        household_losses.*,
        ranked_learners.kind,
        ranked_learners.complexity_rank,
        ranked_learners.mean_loss,
        household_losses.loss_sum
        - max(household_losses.loss_sum) filter (where ranked_learners.loss_rank = 1)
            over (
                partition by
                    household_losses.design,
                    household_losses.outcome,
                    household_losses.loss,
                    household_losses.household_id
            ) as difference
    from household_losses
    inner join ranked_learners
        on
            household_losses.design = ranked_learners.design
            and household_losses.outcome = ranked_learners.outcome
            and household_losses.loss = ranked_learners.loss
            and household_losses.learner = ranked_learners.learner

),

centred_differences as (

    select
        *,
        {{ exact_sum('difference', 'over learner_households') }}
        / sum(n_scores) over learner_households as mean_difference,
        difference - n_scores * mean_difference as influence
    from household_differences
    window learner_households as (partition by design, outcome, loss, learner)

),

final as (

    select
        design,
        outcome,
        loss,
        learner,
        max(kind) as kind,
        max(complexity_rank) as complexity_rank,
        max(mean_loss) as mean_loss,
        round(max(mean_difference), 9) as difference_to_best,
        round({{ clustered_std_error('influence', 'n_scores') }}, 9) as std_error
    from centred_differences
    group by design, outcome, loss, learner

)

select * from final
order by design, outcome, loss, learner
