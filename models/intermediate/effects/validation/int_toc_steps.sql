with

cate_ranks as (

    select *
    from {{ ref('int_cate_ranks') }}
    where outcome = 'purchase_amount'

),

draws as (

    select * from {{ ref('int_toc_draws') }}

),

-- The random order gives the others their scale: each sample has a new one.
ranked_units as (

    select
        cate_ranks.design,
        cate_ranks.learner,
        cate_ranks.split_id,
        cate_ranks.fold,
        cate_ranks.dr_score,
        draws.sample_id,
        draws.thinning,
        row_number() over (
            sampled_fold
            order by
                case
                    when cate_ranks.learner = 'random' then draws.random_number
                end,
                cate_ranks.rank_share
        ) as rank_in_fold,
        count(*) over sampled_fold as n_in_fold
    from cate_ranks
    inner join draws
        on
            cate_ranks.design = draws.design
            and cate_ranks.household_id = draws.household_id
            and (draws.is_in_half or cate_ranks.learner = 'random')
    window
        sampled_fold as (
            partition by
                draws.sample_id,
                cate_ranks.design,
                cate_ranks.learner,
                cate_ranks.split_id,
                cate_ranks.fold
        )

),

rank_numbers as (

    select unnest(generate_series(1, max(n_in_fold))) as rank_number
    from ranked_units

),

-- 1 + 1/2 + ... + 1/r: a table is faster than a running sum over all units.
harmonic_numbers as (

    select
        rank_number,
        sum(1.0 / rank_number) over (order by rank_number asc) as harmonic_number
    from rank_numbers

),

-- TOC(k) is the mean score of the first k units less that of all. Its mean over k, the
-- AUTOC, and the mean of (k / n) TOC(k), the Qini coefficient, are weighted means of
-- the scores (Yadlowsky et al. 2025): a unit of rank r is among the first k for
-- k = r .. n.
weighted_units as (

    select
        ranked_units.*,
        last_rank.harmonic_number
        - own_rank.harmonic_number
        + 1.0 / ranked_units.rank_in_fold
        - 1 as autoc_weight,
        (ranked_units.n_in_fold - ranked_units.rank_in_fold + 1.0)
        / ranked_units.n_in_fold
        - (ranked_units.n_in_fold + 1.0) / (2 * ranked_units.n_in_fold) as qini_weight
    from ranked_units
    inner join harmonic_numbers as own_rank
        on ranked_units.rank_in_fold = own_rank.rank_number
    inner join harmonic_numbers as last_rank
        on ranked_units.n_in_fold = last_rank.rank_number

),

-- Step 1 holds the first 5 % of a fold, step 20 the last.
final as (

    select
        design,
        learner,
        split_id,
        sample_id,
        fold,
        cast(ceil(20.0 * rank_in_fold / n_in_fold) as integer) as step,
        max(thinning) as thinning,
        count(*) as n_units,
        {{ exact_sum('dr_score') }} as score_sum,
        {{ exact_sum('autoc_weight * dr_score') }} as autoc_sum,
        {{ exact_sum('qini_weight * dr_score') }} as qini_sum
    from weighted_units
    group by design, learner, split_id, sample_id, fold, step

)

select * from final
order by design, learner, split_id, sample_id, fold, step
