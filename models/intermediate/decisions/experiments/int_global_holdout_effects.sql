with

arms as (

    select * from {{ ref('int_global_holdout_arms') }}

),

checks as (

    select
        *,
        case
            when ratio_p_value < {{ var('srm_level') }} then 'broken'
            when least(n_held_out, n_others) < {{ var('min_group_households') }}
                then 'small group'
            when end_day - start_day + 1 < {{ var('min_outcome_days') }}
                then 'too young'
        end as invalid_answer
    from {{ ref('int_global_holdout_checks') }}

),

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

contact_costs as (

    select * from {{ ref('int_contact_cost') }}

),

-- The two groups are different households, so their squared errors add up (Welch 1947).
differences as (

    select
        others.metric,
        others.method,
        others.mean_value as others_mean,
        held_out.mean_value as held_out_mean,
        others.mean_value - held_out.mean_value as effect,
        sqrt(
            pow(others.std_dev, 2) / others.n_households
            + pow(held_out.std_dev, 2) / held_out.n_households
        ) as std_error
    from arms as others
    inner join arms as held_out
        on
            others.metric = held_out.metric
            and others.method = held_out.method
            and not others.is_global_holdout
            and held_out.is_global_holdout

),

-- Readers quote every number that is shown, so an invalid holdout shows none.
effects as (

    select
        checks.*,
        metrics.role,
        metrics.unit,
        metrics.metric,
        differences.method,
        shown.others_mean,
        shown.held_out_mean,
        shown.effect,
        shown.std_error
    from differences
    inner join metrics on differences.metric = metrics.metric
    cross join checks
    left join differences as shown
        on
            differences.metric = shown.metric
            and differences.method = shown.method
            and checks.invalid_answer is null

),

final as (

    select
        effects.*,
        {{ confidence_limit('effects.effect', 'effects.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('effects.effect', 'effects.std_error', 'upper') }}
            as ci_upper,
        -- Only dollars of sales have a margin.
        case when effects.metric = 'purchase_amount' then {{ setting('margin') }} end
            as margin,
        contact_costs.cost_per_contact
        * (effects.contacts_per_other - effects.contacts_per_held_out) as contact_cost
    from effects
    cross join contact_costs

)

select * from final
order by metric, method
