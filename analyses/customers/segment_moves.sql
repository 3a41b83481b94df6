select
    from_segment_name as segment,
    sum(n_households) as n_households,
    cast(round(100 * max(share_of_from) filter (where is_stay)) as integer)
        as percent_stay,
    max_by(to_segment_name, share_of_from) filter (where not is_stay)
        as most_go_to,
    cast(round(100 * max(share_of_from) filter (where not is_stay)) as integer)
        as percent_go_there,
    max(n_households) filter (where to_segment_id = 0) as n_without_purchase
from {{ ref('fct_segment_migration') }}
group by from_segment_id, from_segment_name
order by from_segment_id
