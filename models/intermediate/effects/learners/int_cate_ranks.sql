with

ranking_values as (

    select * from {{ ref('int_ranking_values') }}

),

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

-- Units are ranked inside their fold, because each fold was predicted by another fit.
-- Equal effects are put in a salted order.
ranked_units as (

    select
        dr_scores.*,
        ranking_values.learner,
        ranking_values.ranking_value,
        row_number() over (
            fold_units
            order by
                ranking_values.ranking_value desc,
                {{ salted_bucket(
                    "ranking_values.household_id",
                    "'" ~ var('assignment_salt') ~ "_rank'",
                    1000000
                ) }},
                ranking_values.household_id asc,
                ranking_values.campaign_id asc
        ) as rank_in_fold,
        count(*) over fold_units as n_in_fold
    from ranking_values
    inner join dr_scores
        on
            ranking_values.design = dr_scores.design
            and ranking_values.outcome = dr_scores.outcome
            and ranking_values.split_id = dr_scores.split_id
            and ranking_values.campaign_id = dr_scores.campaign_id
            and ranking_values.household_id = dr_scores.household_id
    window
        fold_units as (
            partition by
                ranking_values.design,
                ranking_values.outcome,
                ranking_values.learner,
                ranking_values.split_id,
                dr_scores.fold
        )

),

final as (

    select
        design,
        outcome,
        learner,
        split_id,
        fold,
        campaign_id,
        household_id,
        is_treated,
        outcome_value,
        dr_score,
        att_score,
        ranking_value,
        -- The middle of the unit's step: half of the units lie at or below 0.5.
        (rank_in_fold - 0.5) / n_in_fold as rank_share
    from ranked_units

)

select * from final
order by design, outcome, learner, split_id, campaign_id, household_id
