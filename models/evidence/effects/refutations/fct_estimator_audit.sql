with

replicate_estimates as (

    select * from {{ ref('stg_replicate_estimates') }}

),

failures as (

    select
        design,
        world,
        count(*) as n_failed
    from replicate_estimates
    where failure is not null
    group by design, world

),

-- The headline is the estimate that the overlap gate chose in a replicate, compared
-- with the true effect of its own estimand.
estimates as (

    select * exclude (failure)
    from replicate_estimates
    where failure is null
    union all by name
    select
        * exclude (failure)
        replace ('headline' as estimand, 'headline' as estimator)
    from replicate_estimates
    where is_headline

),

evaluated_estimates as (

    select
        *,
        estimate - true_effect as error,
        case when true_effect between ci_lower and ci_upper then 1.0 else 0.0 end
            as is_covered,
        case when p_value < 0.05 then 1.0 else 0.0 end as is_rejected
    from estimates

),

summaries as (

    select
        design,
        world,
        estimand,
        estimator,
        count(*) as n_replicates,
        {{ exact_avg('true_effect') }} as true_effect,
        {{ exact_avg('estimate') }} as mean_estimate,
        {{ exact_avg('error') }} as bias,
        sqrt({{ exact_avg('error * error') }}) as rmse,
        {{ exact_std_dev('error') }} as empirical_sd,
        {{ exact_avg('std_error') }} as mean_std_error,
        avg(is_covered) as coverage,
        avg(is_rejected) as rejection_rate,
        max(n_splits) as n_splits,
        bool_or(is_fast) as is_fast,
        max(finished_at) as finished_at
    from evaluated_estimates
    group by design, world, estimand, estimator

),

-- Monte Carlo standard errors: how much another set of as many replicates would differ.
final as (

    select
        summaries.design,
        summaries.world,
        summaries.estimand,
        summaries.estimator,
        cast(summaries.n_replicates as integer) as n_replicates,
        cast(coalesce(failures.n_failed, 0) as integer) as n_failed,
        summaries.true_effect,
        summaries.mean_estimate,
        summaries.bias,
        summaries.empirical_sd / sqrt(summaries.n_replicates) as bias_std_error,
        summaries.rmse,
        summaries.empirical_sd,
        summaries.mean_std_error,
        summaries.coverage,
        sqrt(
            summaries.coverage * (1 - summaries.coverage) / summaries.n_replicates
        ) as coverage_std_error,
        summaries.rejection_rate,
        sqrt(
            summaries.rejection_rate
            * (1 - summaries.rejection_rate)
            / summaries.n_replicates
        ) as rejection_std_error,
        cast(summaries.n_splits as integer) as n_splits,
        summaries.is_fast,
        summaries.finished_at
    from summaries
    left join failures
        on
            summaries.design = failures.design
            and summaries.world = failures.world

)

select * from final
order by design, world, estimand, estimator
