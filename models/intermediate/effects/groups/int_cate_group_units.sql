with

cate_ranks as (

    select * from {{ ref('int_cate_ranks') }}

),

learners as (

    select * from {{ ref('cate_learners') }}
    where kind = 'learner'

),

-- Group 1 has the smallest predicted effects of its fold.
grouped_units as (

    select
        cate_ranks.design,
        cate_ranks.outcome,
        cate_ranks.learner,
        cate_ranks.split_id,
        cate_ranks.campaign_id,
        cate_ranks.household_id,
        cate_ranks.is_treated,
        cate_ranks.ranking_value as cate,
        cate_ranks.dr_score,
        cast(
            {{ var('calibration_groups') }}
            - floor(cate_ranks.rank_share * {{ var('calibration_groups') }})
            as integer
        ) as cate_group
    from cate_ranks
    inner join learners on cate_ranks.learner = learners.learner

),

final as (

    select
        design,
        outcome,
        learner,
        split_id,
        campaign_id,
        household_id,
        is_treated,
        cate,
        cate_group,
        avg(cast(dr_score as decimal(38, 12))) over group_units as gate,
        dr_score - gate as influence
    from grouped_units
    window
        group_units as (
            partition by design, outcome, learner, split_id, cate_group
        )

)

select * from final
order by design, outcome, learner, split_id, campaign_id, household_id
