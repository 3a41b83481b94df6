with

experiment_values as (

    select * from {{ ref('int_experiment_values') }}

),

weighted_values as (

    select
        *,
        is_assigned / p_assign as treated_weight,
        (1 - is_assigned) / (1 - p_assign) as control_weight
    from experiment_values

),

arm_means as (

    select
        campaign_id,
        population,
        metric,
        method,
        count(*) as n_units,
        sum(is_assigned) as n_treated,
        count(*) - sum(is_assigned) as n_control,
        {{ exact_sum('treated_weight') }} as treated_weight_sum,
        {{ exact_sum('control_weight') }} as control_weight_sum,
        {{ exact_sum('treated_weight * adjusted_value') }}
        / nullif({{ exact_sum('treated_weight') }}, 0) as treated_mean,
        {{ exact_sum('control_weight * adjusted_value') }}
        / nullif({{ exact_sum('control_weight') }}, 0) as control_mean
    from weighted_values
    group by campaign_id, population, metric, method

),

-- How much each household moves the difference of the weighted means (Hajek 1971).
influences as (

    select
        weighted_values.campaign_id,
        weighted_values.population,
        weighted_values.metric,
        weighted_values.method,
        1 as n_units,
        arm_means.n_units * (
            weighted_values.treated_weight
            * (weighted_values.adjusted_value - arm_means.treated_mean)
            / arm_means.treated_weight_sum
            - weighted_values.control_weight
            * (weighted_values.adjusted_value - arm_means.control_mean)
            / arm_means.control_weight_sum
        ) as influence
    from weighted_values
    inner join arm_means
        on
            weighted_values.campaign_id = arm_means.campaign_id
            and weighted_values.population = arm_means.population
            and weighted_values.metric = arm_means.metric
            and weighted_values.method = arm_means.method
            and arm_means.n_treated > 0
            and arm_means.n_control > 0

),

errors as (

    select
        campaign_id,
        population,
        metric,
        method,
        {{ clustered_std_error('influence', 'n_units') }} as std_error
    from influences
    group by campaign_id, population, metric, method

),

final as (

    select
        arm_means.campaign_id,
        arm_means.population,
        arm_means.metric,
        arm_means.method,
        arm_means.n_treated,
        arm_means.n_control,
        arm_means.treated_mean,
        arm_means.control_mean,
        arm_means.treated_mean - arm_means.control_mean as effect,
        errors.std_error
    from arm_means
    left join errors
        on
            arm_means.campaign_id = errors.campaign_id
            and arm_means.population = errors.population
            and arm_means.metric = errors.metric
            and arm_means.method = errors.method

)

select * from final
order by campaign_id, population, metric, method
