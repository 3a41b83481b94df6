with

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

cost_models as (

    select * from {{ ref('fct_cost_models') }}

),

headlines as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where design = '{{ var("primary_design") }}' and is_headline

),

trial_units as (

    select *
    from {{ ref('int_trial_units') }}
    where design = '{{ var("primary_design") }}'

),

horizons as (

    select unnest({{ var('power_horizon_weeks') }}) as horizon_weeks

),

mean_outcome_days as (

    select avg(n_outcome_days) as n_days
    from trial_units

),

-- A contact costs the same, however long its effect is measured.
break_evens as (

    select
        metrics.metric,
        horizons.horizon_weeks,
        'break-even, ' || cost_models.cost_model as target,
        cost_models.break_even_effect as target_effect,
        cost_models.is_configured,
        true as is_gain
    from metrics
    cross join cost_models
    cross join horizons
    where metrics.role = 'primary'

),

-- The effect of the past campaigns, spread evenly over their outcome windows.
past_effects as (

    select
        metrics.metric,
        horizons.horizon_weeks,
        'effect of past campaigns' as target,
        abs(headlines.estimate) * case
            when metrics.grows_with_days
                then horizons.horizon_weeks * 7 / mean_outcome_days.n_days
            else 1
        end as target_effect,
        false as is_configured,
        headlines.estimate > 0 as is_gain
    from metrics
    inner join headlines on metrics.metric = headlines.outcome
    cross join horizons
    cross join mean_outcome_days

),

final as (

    select * from break_evens
    where target_effect > 0
    union all
    select * from past_effects
    where target_effect > 0

)

select * from final
order by metric, horizon_weeks, target
