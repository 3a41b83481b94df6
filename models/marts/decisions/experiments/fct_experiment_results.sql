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

contact_costs as (

    select * from {{ ref('int_contact_cost') }}

),

words as (

    select *
    from {{ ref('words') }}
    where topic = 'experiment_result'

),

-- Readers quote every number that is shown, so none is shown where the assignment is
-- broken or an arm is too small.
judged_effects as (

    select
        effects.*,
        metrics.role,
        case
            when checks.is_assignment_broken then 'broken'
            when
                least(effects.n_treated, effects.n_control)
                < {{ var('min_group_households') }}
                then 'small arm'
        end as invalid_answer,
        invalid_answer is null as is_valid,
        case when invalid_answer is null then effects.effect end as valid_effect,
        case when invalid_answer is null then effects.std_error end as valid_error,
        -- Only dollars of sales have a margin.
        case when effects.metric = 'purchase_amount' then {{ setting('margin') }} end
            as margin
    from effects
    inner join metrics on effects.metric = metrics.metric
    inner join checks on effects.campaign_id = checks.campaign_id

),

intervals as (

    select
        judged_effects.*,
        contact_costs.cost_per_contact,
        {{ confidence_limit('valid_effect', 'valid_error', 'lower') }} as ci_lower,
        {{ confidence_limit('valid_effect', 'valid_error', 'upper') }} as ci_upper,
        {{ fill_in('words.words', {
            'min_group_households': var('min_group_households'),
            'n_treated': 'judged_effects.n_treated',
            'n_control': 'judged_effects.n_control',
        }) }} as invalid_reason
    from judged_effects
    cross join contact_costs
    left join words on judged_effects.invalid_answer = words.answer

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
        ci_lower,
        ci_upper,
        case
            when valid_error > 0
                then {{ two_sided_p_value('valid_effect / valid_error') }}
        end as p_value,
        margin * valid_effect - cost_per_contact as profit_per_contact,
        margin * ci_lower - cost_per_contact as profit_ci_lower,
        margin * ci_upper - cost_per_contact as profit_ci_upper
    from intervals

)

select * from final
order by campaign_id, population, metric, method
