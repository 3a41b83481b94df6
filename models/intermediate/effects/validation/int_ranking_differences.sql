with

toc_samples as (

    select * from {{ ref('int_toc_samples') }}
    where learner != 'random'

),

metric_samples as (

    select *
    from toc_samples
    unpivot (value for metric in (autoc, qini))

),

-- Paired: both rankings order the same half of the households, in the splits that both
-- have.
differences as (

    select
        metric_samples.design,
        metric_samples.learner,
        baselines.learner as baseline,
        metric_samples.metric,
        metric_samples.split_id,
        metric_samples.sample_id,
        metric_samples.spread_factor,
        metric_samples.value - baselines.value as difference
    from metric_samples
    inner join metric_samples as baselines
        on
            metric_samples.design = baselines.design
            and metric_samples.metric = baselines.metric
            and metric_samples.split_id = baselines.split_id
            and metric_samples.sample_id = baselines.sample_id
            and metric_samples.learner != baselines.learner
    where
        baselines.learner = '{{ var("primary_learner") }}'
        or (
            baselines.learner = 'spend_rule'
            -- The primary learner and the rule are compared once.
            and metric_samples.learner != '{{ var("primary_learner") }}'
        )

),

split_differences as (

    select
        design,
        learner,
        baseline,
        metric,
        split_id,
        max(difference) filter (where sample_id = 0) as difference,
        max(spread_factor)
        * {{ exact_std_dev('case when sample_id > 0 then difference end') }}
            as std_error
    from differences
    group by design, learner, baseline, metric, split_id

),

median_differences as (

    select
        *,
        median(difference) over (
            partition by design, learner, baseline, metric
        ) as median_difference
    from split_differences

),

final as (

    select
        design,
        learner,
        baseline,
        metric,
        round(max(median_difference), 9) as difference,
        round(
            {{ median_std_error('difference', 'std_error', 'median_difference') }}, 9
        ) as std_error
    from median_differences
    group by design, learner, baseline, metric

)

select * from final
order by design, learner, baseline, metric
