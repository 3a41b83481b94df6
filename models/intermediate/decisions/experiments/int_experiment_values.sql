with

outcomes as (

    select * from {{ ref('int_experiment_outcomes') }}

),

-- Each household counts in the whole campaign, and among those on or off the list.
population_outcomes as (

    select
        *,
        unnest(
            [
                'all',
                case when is_recommended then 'recommended' else 'not recommended' end
            ]
        ) as population
    from outcomes

),

centred_outcomes as (

    select
        *,
        outcome_value - {{ exact_avg('outcome_value', 'over metric_units') }}
            as centred_outcome,
        lookback_value - {{ exact_avg('lookback_value', 'over metric_units') }}
            as centred_lookback
    from population_outcomes
    window metric_units as (
        partition by campaign_id, population, metric
    )

),

-- CUPED (Deng et al. 2013) with a slope pooled over the arms. A look-back that is the
-- same for all predicts nothing.
slopes as (

    select
        campaign_id,
        population,
        metric,
        {{ cuped_slope('centred_outcome', 'centred_lookback') }} as theta
    from centred_outcomes
    group by campaign_id, population, metric

),

methods as (

    select unnest(['plain', 'cuped']) as method

),

final as (

    select
        centred_outcomes.campaign_id,
        centred_outcomes.population,
        centred_outcomes.metric,
        methods.method,
        centred_outcomes.household_id,
        centred_outcomes.p_assign,
        centred_outcomes.is_assigned,
        centred_outcomes.is_recommended,
        {{ cuped_value(
            'methods.method',
            'centred_outcomes.outcome_value',
            'slopes.theta',
            'centred_outcomes.centred_lookback',
        ) }} as adjusted_value
    from centred_outcomes
    inner join slopes
        on
            centred_outcomes.campaign_id = slopes.campaign_id
            and centred_outcomes.population = slopes.population
            and centred_outcomes.metric = slopes.metric
    cross join methods

)

select * from final
order by campaign_id, population, metric, method, household_id
