with

targeting_ranks as (

    select * from {{ ref('int_targeting_ranks') }}

),

households as (

    select distinct household_id from targeting_ranks

),

-- Sample 0 holds all households, each of the others a random half of them.
samples as (

    select unnest(generate_series(0, {{ var('toc_samples') }})) as sample_id

),

sampled_households as (

    select
        samples.sample_id,
        households.household_id
    from samples
    cross join households
    where
        samples.sample_id = 0
        or {{ salted_bucket(
            "households.household_id",
            "'" ~ var('fold_salt') ~ "_toc_' || samples.sample_id",
            2
        ) }} = 0

),

ranked_units as (

    select
        targeting_ranks.design,
        targeting_ranks.split_id,
        targeting_ranks.fold,
        targeting_ranks.dr_score,
        sampled_households.sample_id,
        row_number() over (
            partition by
                sampled_households.sample_id,
                targeting_ranks.design,
                targeting_ranks.split_id,
                targeting_ranks.fold
            order by
                targeting_ranks.rank_share asc,
                targeting_ranks.household_id asc,
                targeting_ranks.campaign_id asc
        ) as rank_in_fold,
        count(*) over (
            partition by
                sampled_households.sample_id,
                targeting_ranks.design,
                targeting_ranks.split_id,
                targeting_ranks.fold
        ) as n_in_fold
    from targeting_ranks
    inner join sampled_households
        on targeting_ranks.household_id = sampled_households.household_id

),

-- TOC(k) is the mean score of the first k units less that of all. Its mean over k, the
-- AUTOC, and the mean of (k / n) TOC(k), the Qini coefficient, are weighted sums of the
-- scores (Yadlowsky et al. 2025): a unit of rank r is among the first k for k = r .. n.
weighted_units as (

    select
        *,
        sum(1.0 / rank_in_fold) over (
            partition by sample_id, design, split_id, fold
            order by rank_in_fold desc
        ) - 1 as autoc_weight,
        (n_in_fold - rank_in_fold + 1.0) / n_in_fold
        - (n_in_fold + 1.0) / (2 * n_in_fold) as qini_weight
    from ranked_units

),

final as (

    select
        design,
        split_id,
        sample_id,
        {{ exact_avg('autoc_weight * dr_score') }} as autoc,
        {{ exact_avg('qini_weight * dr_score') }} as qini
    from weighted_units
    group by design, split_id, sample_id

)

select * from final
order by design, split_id, sample_id
