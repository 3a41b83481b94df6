with

covariate_rows as (

    select * from {{ ref('int_covariate_rows') }}

),

population_units as (

    select *
    from {{ ref('int_population_units') }}
    where is_inside

),

weighted_rows as (

    select
        population_units.design,
        population_units.population,
        population_units.split_id,
        population_units.is_treated,
        covariate_rows.covariate,
        covariate_rows.covariate_value,
        case population_units.is_treated
            when 1 then 1 / population_units.propensity
            else 1 / (1 - population_units.propensity)
        end as ipw
    from population_units
    inner join covariate_rows
        on
            population_units.design = covariate_rows.design
            and population_units.campaign_id = covariate_rows.campaign_id
            and population_units.household_id = covariate_rows.household_id

),

arm_means as (

    select
        design,
        population,
        covariate,
        split_id,
        is_treated,
        var_samp(covariate_value) as unweighted_variance,
        {{ exact_sum('ipw * covariate_value') }} / {{ exact_sum('ipw') }} as ipw_mean
    from weighted_rows
    group by design, population, covariate, split_id, is_treated

),

-- As in fct_covariate_balance: the unweighted variances scale the differences.
split_differences as (

    select
        sent.design,
        sent.population,
        sent.covariate,
        sent.split_id,
        sent.ipw_mean - not_sent.ipw_mean as ipw_difference,
        case
            -- Without any spread the difference is 0, so any divisor will do.
            when sent.unweighted_variance + not_sent.unweighted_variance = 0 then 1
            else sqrt((sent.unweighted_variance + not_sent.unweighted_variance) / 2)
        end as pooled_sd
    from arm_means as sent
    inner join arm_means as not_sent
        on
            sent.design = not_sent.design
            and sent.population = not_sent.population
            and sent.covariate = not_sent.covariate
            and sent.split_id = not_sent.split_id
            and sent.is_treated = 1
            and not_sent.is_treated = 0

),

covariate_differences as (

    select
        design,
        population,
        covariate,
        round(median(ipw_difference / pooled_sd), 9) as smd_ipw
    from split_differences
    group by design, population, covariate

),

final as (

    select
        design,
        population,
        max(abs(smd_ipw)) as max_smd,
        count(*) as n_covariates
    from covariate_differences
    group by design, population

)

select * from final
order by design, population
