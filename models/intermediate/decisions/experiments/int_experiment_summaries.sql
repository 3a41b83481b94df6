with

-- CUPED decides. It was named before any result was there, so that nobody picks the
-- method by its answer.
results as (

    select *
    from {{ ref('fct_experiment_results') }}
    where method = 'cuped'

),

-- The list would be sent from now on, so it decides; without one the whole campaign
-- does.
list_sizes as (

    select
        campaign_id,
        bool_or(population = 'recommended' and is_valid) as has_valid_list
    from results
    group by campaign_id

),

decisive_results as (

    select
        results.*,
        results.role = 'guardrail' and results.ci_upper < 0 as has_fallen
    from results
    inner join list_sizes on results.campaign_id = list_sizes.campaign_id
    where
        results.population
        = case when list_sizes.has_valid_list then 'recommended' else 'all' end

),

final as (

    select
        campaign_id,
        max(population) as population,
        bool_and(is_valid) as is_valid,
        max(invalid_reason) as invalid_reason,
        max(profit_per_contact) as profit_per_contact,
        max(profit_ci_lower) as profit_ci_lower,
        max(profit_ci_upper) as profit_ci_upper,
        string_agg(case when has_fallen then metric end, ', ' order by metric)
            as failed_guardrails
    from decisive_results
    group by campaign_id

)

select * from final
order by campaign_id
