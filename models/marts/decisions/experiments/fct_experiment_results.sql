with

effects as (

    select * from {{ ref('int_experiment_effects') }}

),

checks as (

    select * from {{ ref('int_experiment_checks') }}

),

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

-- A number that is shown is quoted: none where the assignment is broken or an arm too
-- small.
judged_effects as (

    select
        effects.*,
        metrics.role,
        case
            when checks.is_assignment_broken then 'the assignment is broken'
            when
                least(effects.n_treated, effects.n_control)
                < {{ var('min_group_households') }}
                then 'too few households in an arm'
        end as invalid_reason
    from effects
    inner join metrics on effects.metric = metrics.metric
    inner join checks on effects.campaign_id = checks.campaign_id

),

valid_effects as (

    select
        *,
        invalid_reason is null as is_valid,
        case when invalid_reason is null then effect end as valid_effect,
        case when invalid_reason is null then std_error end as valid_error
    from judged_effects

),

final as (

    select
        campaign_id,
        population,
        metric,
        method,
        role,
        cast(n_treated as integer) as n_treated,
        cast(n_control as integer) as n_control,
        is_valid,
        invalid_reason,
        case when is_valid then treated_mean end as treated_mean,
        case when is_valid then control_mean end as control_mean,
        valid_effect as effect,
        valid_error as std_error,
        {{ confidence_limit('valid_effect', 'valid_error', 'lower') }} as ci_lower,
        {{ confidence_limit('valid_effect', 'valid_error', 'upper') }} as ci_upper,
        case
            when valid_error > 0
                then {{ two_sided_p_value('valid_effect / valid_error') }}
        end as p_value,
        -- Only dollars of sales have a margin.
        case
            when metric = 'purchase_amount'
                then {{ var('margin') }} * valid_effect - {{ var('cost_per_contact') }}
        end as profit_per_contact,
        case
            when metric = 'purchase_amount'
                then {{ var('margin') }}
                    * ({{ confidence_limit('valid_effect', 'valid_error', 'lower') }})
                    - {{ var('cost_per_contact') }}
        end as profit_ci_lower,
        case
            when metric = 'purchase_amount'
                then {{ var('margin') }}
                    * ({{ confidence_limit('valid_effect', 'valid_error', 'upper') }})
                    - {{ var('cost_per_contact') }}
        end as profit_ci_upper
    from valid_effects

)

select * from final
order by campaign_id, population, metric, method
