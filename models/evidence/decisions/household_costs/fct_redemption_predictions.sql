with

treated_units as (

    select *
    from {{ ref('int_unit_costs') }}
    where is_treated = 1 and cost_basis = 'household'

),

-- What one cost for all would predict.
compared_units as (

    select
        *,
        {{ quintile('percent_rank() over by_prediction') }} as quintile,
        {{ exact_avg('coupon_match', 'over splits') }} as mean_match
    from treated_units
    window
        splits as (partition by design, split_id),
        by_prediction as (partition by design, split_id order by expected_match)

),

-- Quintile 0 holds all treated units. Deviance of a Poisson law, as in McCullagh and
-- Nelder (1989), Generalized Linear Models, section 2.3: y log(y / p) - (y - p).
unit_losses as (

    select
        * exclude (quintile),
        unnest([0, quintile]) as quintile,
        coalesce(coupon_match * ln(nullif(coupon_match, 0) / expected_match), 0)
        - coupon_match + expected_match as deviance,
        coalesce(coupon_match * ln(nullif(coupon_match, 0) / mean_match), 0)
        - coupon_match + mean_match as constant_deviance,
        pow(coupon_match - expected_match, 2) as squared_error,
        pow(coupon_match - mean_match, 2) as constant_squared_error
    from compared_units

),

-- Quintiles of all splits are taken together, so a unit counts once per split.
final as (

    select
        design,
        cast(quintile as integer) as quintile,
        cast(round(count(*) / count(distinct split_id)) as integer) as n_units,
        {{ exact_avg('expected_match') }} as expected_match,
        {{ exact_avg('coupon_match') }} as observed_match,
        avg(cast(coupon_match > 0 as integer)) as share_with_match,
        1 - {{ exact_sum('deviance') }} / {{ exact_sum('constant_deviance') }}
            as deviance_explained,
        1 - {{ exact_sum('squared_error') }} / {{ exact_sum('constant_squared_error') }}
            as r_squared
    from unit_losses
    group by design, quintile

)

select * from final
order by design, quintile
