with

-- Households that bought in both halves.
placed_twice as (

    select * from {{ ref('int_segment_moves') }}
    where to_segment_id > 0

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

counted_pairs as (

    select
        from_segment_id,
        to_segment_id,
        count(*) as n_households,
        sum(count(*)) over (partition by from_segment_id) as n_from,
        sum(count(*)) over (partition by to_segment_id) as n_to,
        sum(count(*)) over () as n_all
    from placed_twice
    group by from_segment_id, to_segment_id

),

-- Number of pairs of households: all pairs, and pairs that share a segment in both
-- halves, in the first half and in the second half.
together as (

    select
        max(n_all) * (max(n_all) - 1) / 2.0 as n_pairs,
        sum(n_households * (n_households - 1)) / 2.0 as n_both,
        sum(n_households * (n_from - 1)) / 2.0 as n_first,
        sum(n_households * (n_to - 1)) / 2.0 as n_second,
        sum(case when from_segment_id != to_segment_id then n_households else 0 end)
        / cast(max(n_all) as double) as migration_rate
    from counted_pairs

),

segment_shares as (

    select
        segment_names.segment_id,
        count(*) filter (
            where placed_twice.from_segment_id = segment_names.segment_id
        ) as n_from,
        count(*) filter (
            where placed_twice.to_segment_id = segment_names.segment_id
        ) as n_to,
        count(*) filter (
            where
            placed_twice.from_segment_id = segment_names.segment_id
            and placed_twice.to_segment_id = segment_names.segment_id
        ) as n_both,
        count(*) as n_all
    from segment_names
    cross join placed_twice
    group by segment_names.segment_id

),

-- Half a household is added to each share, so that the logarithm of an empty one is
-- finite.
drifts as (

    select
        segment_id,
        (n_from + 0.5) / (n_all + 0.5 * count(*) over ()) as first_share,
        (n_to + 0.5) / (n_all + 0.5 * count(*) over ()) as second_share
    from segment_shares

),

-- Adjusted Rand index: Hubert and Arabie (1985). Jaccard: households in the segment in
-- both halves over those in either. Population stability index: sum of
-- (p2 - p1) ln(p2 / p1).
final as (

    select
        'adjusted_rand_index' as metric,
        0 as segment_id,
        (n_both - n_first * n_second / n_pairs)
        / nullif((n_first + n_second) / 2 - n_first * n_second / n_pairs, 0) as value
    from together
    union all
    select
        'migration_rate' as metric,
        0 as segment_id,
        migration_rate as value
    from together
    union all
    select
        'jaccard' as metric,
        segment_id,
        n_both / nullif(cast(n_from + n_to - n_both as double), 0) as value
    from segment_shares
    union all
    select
        'population_stability_index' as metric,
        0 as segment_id,
        {{ exact_sum('(second_share - first_share) * ln(second_share / first_share)') }}
            as value
    from drifts

)

select * from final
order by metric, segment_id
