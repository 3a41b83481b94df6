with

toc_steps as (

    select * from {{ ref('int_toc_steps') }}

),

-- A fold of a small half may lack a step. The mean at that step leaves such a fold out.
fold_curves as (

    select
        *,
        sum(cast(score_sum as decimal(38, 12))) over first_steps
        / sum(n_units) over first_steps as mean_of_first,
        sum(cast(score_sum as decimal(38, 12))) over all_steps
        / sum(n_units) over all_steps as mean_of_all,
        sum(n_units) over all_steps as n_in_fold
    from toc_steps
    window
        all_steps as (partition by design, learner, split_id, sample_id, fold),
        first_steps as (
            partition by design, learner, split_id, sample_id, fold
            order by step asc
            rows unbounded preceding
        )

),

-- TOC: mean score of the first units less that of all units, mean over folds.
final as (

    select
        design,
        learner,
        split_id,
        sample_id,
        step,
        {{ toc_spread_factor('learner', 'max(thinning)') }} as spread_factor,
        {{ exact_sum('n_in_fold * (mean_of_first - mean_of_all)') }}
        / sum(n_in_fold) as toc
    from fold_curves
    group by design, learner, split_id, sample_id, step

)

select * from final
order by design, learner, split_id, sample_id, step
