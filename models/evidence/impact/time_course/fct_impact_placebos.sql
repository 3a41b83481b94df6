with

placebo_effects as (

    select
        *,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        {{ two_sided_p_value('(estimate / nullif(std_error, 0))') }} as p_value
    from {{ ref('int_placebo_effects') }}

),

change_effects as (

    select *
    from {{ ref('fct_change_effects') }}
    where outcome = 'sales'

),

-- The absence of an effect counts only if a bias as large as the effect is ruled out.
final as (

    select
        placebo_effects.estimator,
        placebo_effects.scope,
        cast(placebo_effects.n_sent as bigint) as n_sent,
        placebo_effects.estimate,
        placebo_effects.std_error,
        placebo_effects.ci_lower,
        placebo_effects.ci_upper,
        placebo_effects.p_value,
        change_effects.estimate as effect_estimate,
        case
            when placebo_effects.p_value < {{ var('refutation_level') }} then false
            when
                greatest(-placebo_effects.ci_lower, placebo_effects.ci_upper)
                < abs(change_effects.estimate)
                then true
        end as is_passed
    from placebo_effects
    inner join change_effects
        on
            placebo_effects.estimator = change_effects.estimator
            and placebo_effects.scope = change_effects.scope

)

select * from final
order by estimator, scope
