-- If this fails, the parts of the effect on sales say something else than the effect.
with

regressions as (

    select *
    from {{ ref('fct_change_regressions') }}
    where error_type = 'CRV1 by household'

),

sums as (

    select
        scope,
        sum(estimate) filter (
            where
            outcome in ('sales_by_active_weeks', 'sales_by_sales_per_active_week')
        ) as parts,
        max(estimate) filter (
            where outcome = 'sales' and starts_with(model, 'stacked')
        ) as whole
    from regressions
    group by scope

)

select *
from sums
where abs(parts - whole) > 1e-6 * greatest(abs(whole), 1)
