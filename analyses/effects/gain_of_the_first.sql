select
    design,
    cast(round(100 * share_targeted) as integer) as percent_targeted,
    cast(round(toc) as integer) as gain,
    cast(round(ci_lower) as integer) as ci_lower,
    cast(round(ci_upper) as integer) as ci_upper,
    cast(round(random_lower) as integer) as random_from,
    cast(round(random_upper) as integer) as random_to
from {{ ref('fct_toc') }}
where is_primary and share_targeted in (0.1, 0.2, 0.3, 0.5)
order by design, share_targeted
