with

effects as (

    select * from {{ ref('py_discount_effects') }}

),

limits as (

    select
        *,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as lower_limit,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as upper_limit
    from effects

),

-- The discount of the next week cannot sell anything yet: what it seems to do is what
-- whoever sets discounts foresaw.
foresight as (

    select
        outcome,
        depth_bin,
        estimate as next_estimate
    from effects
    where discount_week = 1

),

final as (

    select
        limits.outcome,
        limits.discount_week,
        limits.depth_bin,
        case limits.outcome
            when 'sales' then exp(limits.estimate) - 1
            else limits.estimate
        end as effect,
        case limits.outcome
            when 'sales' then exp(limits.lower_limit) - 1
            else limits.lower_limit
        end as ci_lower,
        case limits.outcome
            when 'sales' then exp(limits.upper_limit) - 1
            else limits.upper_limit
        end as ci_upper,
        limits.p_value,
        limits.n_categories,
        limits.n_weeks,
        case
            when limits.discount_week = 1
                then 'A check: this discount comes later.'
            when limits.discount_week = -1
                then 'What is left the week after; below 0, purchases were moved.'
            when foresight.next_estimate / nullif(limits.estimate, 0) > 0
                then {{ in_per_cent('(foresight.next_estimate / limits.estimate)') }}
                    || ' of it shows for a discount that comes a week later, too.'
            else 'Nothing of it shows for a discount that comes a week later.'
        end as reading
    from limits
    left join foresight
        on
            limits.outcome = foresight.outcome
            and limits.depth_bin = foresight.depth_bin

)

select
    outcome,
    discount_week,
    depth_bin,
    effect,
    ci_lower,
    ci_upper,
    p_value,
    n_categories,
    n_weeks,
    reading
from final
order by outcome, discount_week, depth_bin
