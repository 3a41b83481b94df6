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
        cate_ranks.household_id,
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

centred_units as (

    select
        *,
        avg(cast(dr_score as decimal(38, 12))) over group_units as gate,
        dr_score - gate as influence
    from grouped_units
    window
        group_units as (
            partition by design, outcome, learner, split_id, cate_group
        )

),

household_influences as (

    select
        design,
        outcome,
        learner,
        split_id,
        cate_group,
        household_id,
        max(gate) as gate,
        count(*) as n_units,
        sum(cast(cate as decimal(38, 12))) as cate_sum,
        {{ exact_sum('influence') }} as influence
    from centred_units
    group by design, outcome, learner, split_id, cate_group, household_id

),

final as (

    select
        design,
        outcome,
        learner,
        split_id,
        cate_group,
        sum(n_units) as n_units,
        cast(sum(cate_sum) as double) / sum(n_units) as mean_cate,
        max(gate) as gate,
        round({{ clustered_std_error('influence', 'n_units') }}, 9) as std_error
    from household_influences
    group by design, outcome, learner, split_id, cate_group

)

select * from final
order by design, outcome, learner, split_id, cate_group
