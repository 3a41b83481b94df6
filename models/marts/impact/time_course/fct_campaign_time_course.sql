with

effects as (

    select * from {{ ref('int_week_effects') }}

),

placebos as (

    select * from {{ ref('fct_impact_placebos') }}
    where estimator = 'doubly robust'

),

final as (

    select
        effects.scope,
        effects.outcome,
        cast(effects.relative_week as integer) as relative_week,
        effects.estimate,
        effects.std_error,
        {{ confidence_limit('effects.estimate', 'effects.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('effects.estimate', 'effects.std_error', 'upper') }}
            as ci_upper,
        effects.cumulative_estimate,
        effects.cumulative_std_error,
        {{ confidence_limit(
            'effects.cumulative_estimate', 'effects.cumulative_std_error', 'lower'
        ) }} as cumulative_ci_lower,
        {{ confidence_limit(
            'effects.cumulative_estimate', 'effects.cumulative_std_error', 'upper'
        ) }} as cumulative_ci_upper,
        placebos.is_passed as is_placebo_passed
    from effects
    left join placebos on effects.scope = placebos.scope

)

select * from final
order by scope, outcome, relative_week
