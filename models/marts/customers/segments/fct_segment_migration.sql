with

moves as (

    select * from {{ ref('int_segment_moves') }}

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

from_totals as (

    select
        from_segment_id,
        count(*) as n_from
    from moves
    group by from_segment_id

),

to_segments as (

    select
        segment_id,
        segment_name
    from segment_names
    union all
    select
        0 as segment_id,
        'No purchase' as segment_name

),

pair_counts as (

    select
        from_segment_id,
        to_segment_id,
        count(*) as n_households
    from moves
    group by from_segment_id, to_segment_id

),

-- Every pair has a row, because a pair without households is a finding, too.
final as (

    select
        cast(from_totals.from_segment_id as integer) as from_segment_id,
        from_names.segment_name as from_segment_name,
        cast(to_segments.segment_id as integer) as to_segment_id,
        to_segments.segment_name as to_segment_name,
        cast(coalesce(pair_counts.n_households, 0) as integer) as n_households,
        coalesce(pair_counts.n_households, 0) / from_totals.n_from as share_of_from,
        from_totals.from_segment_id = to_segments.segment_id as is_stay
    from from_totals
    cross join to_segments
    inner join segment_names as from_names
        on from_totals.from_segment_id = from_names.segment_id
    left join pair_counts
        on
            from_totals.from_segment_id = pair_counts.from_segment_id
            and to_segments.segment_id = pair_counts.to_segment_id

)

select * from final
order by from_segment_id, to_segment_id
