with

placebo_estimates as (

    select * from {{ ref('int_placebo_estimates') }}

),

variant_changes as (

    select * from {{ ref('int_variant_changes') }}

),

tests as (

    select
        placebo_estimates.placebo_of as design,
        placebo_estimates.outcome,
        placebo_estimates.estimand,
        placebo_estimates.refuter,
        placebo_estimates.estimate,
        placebo_estimates.std_error,
        {{ two_sided_p_value(
            '(placebo_estimates.estimate / nullif(placebo_estimates.std_error, 0))'
        ) }} as p_value,
        -- The placebo is compared with the effect, and both have errors.
        case
            when variant_changes.change < 0 then variant_changes.p_value
            when variant_changes.change is not null then 1
        end as as_large_p_value
    from placebo_estimates
    left join variant_changes
        on
            placebo_estimates.design = variant_changes.variant
            and placebo_estimates.outcome = variant_changes.outcome
            and placebo_estimates.estimand = variant_changes.estimand

),

-- The absence of an effect counts only if the placebo is smaller than the effect by
-- more than chance.
final as (

    select
        *,
        case
            when p_value < {{ var('refutation_level') }} then false
            when as_large_p_value < {{ var('refutation_level') }} then true
        end as is_passed
    from tests

)

select * from final
order by design, outcome, estimand
