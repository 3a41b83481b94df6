with

forest_effects as (

    select *
    from {{ ref('py_causal_forest') }}
    where outcome = 'purchase_amount'

),

dr_scores as (

    select *
    from {{ ref('int_dr_scores') }}
    where outcome = 'purchase_amount'

),

-- Ranked inside its fold, because each fold was scored by another forest; equal effects
-- are put in a salted order.
ranked_units as (

    select
        dr_scores.design,
        dr_scores.split_id,
        dr_scores.fold,
        dr_scores.campaign_id,
        dr_scores.household_id,
        dr_scores.is_treated,
        dr_scores.dr_score,
        dr_scores.att_score,
        forest_effects.cate,
        row_number() over (
            partition by dr_scores.design, dr_scores.split_id, dr_scores.fold
            order by
                forest_effects.cate desc,
                {{ salted_bucket(
                    "dr_scores.household_id",
                    "'" ~ var('assignment_salt') ~ "_rank'",
                    1000000
                ) }},
                dr_scores.household_id asc,
                dr_scores.campaign_id asc
        ) as rank_in_fold,
        count(*) over (
            partition by dr_scores.design, dr_scores.split_id, dr_scores.fold
        ) as n_in_fold
    from dr_scores
    inner join forest_effects
        on
            dr_scores.design = forest_effects.design
            and dr_scores.split_id = forest_effects.split_id
            and dr_scores.campaign_id = forest_effects.campaign_id
            and dr_scores.household_id = forest_effects.household_id

),

final as (

    select
        design,
        split_id,
        fold,
        campaign_id,
        household_id,
        is_treated,
        dr_score,
        att_score,
        cate,
        -- The middle of the unit's step: half of the units lie at or below 0.5.
        (rank_in_fold - 0.5) / n_in_fold as rank_share
    from ranked_units

)

select * from final
order by design, split_id, campaign_id, household_id
