with

tmle_scores as (

    select * from {{ ref('int_tmle_scores') }}

),

averages as (

    select
        design,
        outcome,
        split_id,
        {{ exact_avg('targeted_score') }} as estimate
    from tmle_scores
    group by design, outcome, split_id

),

final as (

    select
        tmle_scores.design,
        tmle_scores.outcome,
        'ATE' as estimand,
        'TMLE' as estimator,
        tmle_scores.split_id,
        tmle_scores.campaign_id,
        tmle_scores.household_id,
        tmle_scores.is_treated,
        averages.estimate,
        tmle_scores.targeted_score - averages.estimate as influence
    from tmle_scores
    inner join averages
        on
            tmle_scores.design = averages.design
            and tmle_scores.outcome = averages.outcome
            and tmle_scores.split_id = averages.split_id

)

select * from final
order by design, outcome, estimand, estimator, split_id, campaign_id, household_id
