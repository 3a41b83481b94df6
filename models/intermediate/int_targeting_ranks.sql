with

cate_ranks as (

    select * from {{ ref('int_cate_ranks') }}

),

-- Policies rank by the learner that was named before any of them was graded: one chosen
-- by the scores that grade it would look better than it is.
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
        ranking_value as cate,
        rank_share
    from cate_ranks
    where
        outcome = 'purchase_amount'
        and learner = '{{ var("primary_learner") }}'

)

select * from final
order by design, split_id, campaign_id, household_id
