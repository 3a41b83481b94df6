with

cate_ranks as (

    select * from {{ ref('int_cate_ranks') }}

),

learners as (

    select * from {{ ref('cate_learners') }}
    where kind = 'learner'

),

-- Effects are compared inside folds, since each fold was predicted by another fit.
-- Equal effects share the mean of their ranks.
centred_units as (

    select
        cate_ranks.design,
        cate_ranks.outcome,
        cate_ranks.learner,
        cate_ranks.split_id,
        cate_ranks.campaign_id,
        cate_ranks.household_id,
        cate_ranks.ranking_value as cate,
        cate_ranks.rank_share <= 0.2 as is_in_top,
        cate_ranks.ranking_value
        - avg(cast(cate_ranks.ranking_value as decimal(38, 12))) over fold_units
            as centred_cate,
        0.5 - avg(cast(cate_ranks.rank_share as decimal(38, 12))) over equal_units
            as centred_rank
    from cate_ranks
    inner join learners on cate_ranks.learner = learners.learner
    window
        fold_units as (
            partition by
                cate_ranks.design,
                cate_ranks.outcome,
                cate_ranks.learner,
                cate_ranks.split_id,
                cate_ranks.fold
        ),
        equal_units as (
            partition by
                cate_ranks.design,
                cate_ranks.outcome,
                cate_ranks.learner,
                cate_ranks.split_id,
                cate_ranks.fold,
                cate_ranks.ranking_value
        )

),

-- Two learners in one split, and one learner in two.
split_agreements as (

    select
        first_learner.design,
        first_learner.outcome,
        first_learner.learner as learner_a,
        second_learner.learner as learner_b,
        first_learner.split_id,
        second_learner.split_id as second_split_id,
        count(*) as n_units,
        {{ correlation('first_learner.centred_cate', 'second_learner.centred_cate') }}
            as pearson,
        {{ correlation('first_learner.centred_rank', 'second_learner.centred_rank') }}
            as spearman,
        avg(
            case
                when sign(first_learner.cate) = sign(second_learner.cate) then 1
                else 0
            end
        ) as same_sign_share,
        count(*) filter (where first_learner.is_in_top and second_learner.is_in_top)
        / count(*) filter (where first_learner.is_in_top) as top_20_overlap
    from centred_units as first_learner
    inner join centred_units as second_learner
        on
            first_learner.design = second_learner.design
            and first_learner.outcome = second_learner.outcome
            and first_learner.campaign_id = second_learner.campaign_id
            and first_learner.household_id = second_learner.household_id
            and first_learner.learner <= second_learner.learner
            and first_learner.split_id <= second_learner.split_id
            and (first_learner.learner = second_learner.learner)
            = (first_learner.split_id < second_learner.split_id)
    group by
        first_learner.design,
        first_learner.outcome,
        first_learner.learner,
        second_learner.learner,
        first_learner.split_id,
        second_learner.split_id

),

final as (

    select
        design,
        outcome,
        learner_a,
        learner_b,
        cast(max(n_units) as integer) as n_units,
        median(pearson) as pearson,
        median(spearman) as spearman,
        median(same_sign_share) as same_sign_share,
        median(top_20_overlap) as top_20_overlap
    from split_agreements
    group by design, outcome, learner_a, learner_b

)

select * from final
order by design, outcome, learner_a, learner_b
