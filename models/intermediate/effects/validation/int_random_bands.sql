with

toc_samples as (

    select * from {{ ref('int_toc_samples') }}
    where learner = 'random' and sample_id > 0

),

toc_curves as (

    select * from {{ ref('int_toc_curves') }}
    where learner = 'random' and sample_id > 0

),

-- Metrics of random orders. A random order is the same in all splits.
random_values as (

    select
        design,
        sample_id,
        'autoc' as metric,
        0 as step,
        median(spread_factor * autoc) as value
    from toc_samples
    group by design, sample_id
    union all
    select
        design,
        sample_id,
        'qini' as metric,
        0 as step,
        median(spread_factor * qini) as value
    from toc_samples
    group by design, sample_id
    union all
    select
        design,
        sample_id,
        'toc' as metric,
        step,
        median(spread_factor * toc) as value
    from toc_curves
    group by design, sample_id, step

),

final as (

    select
        design,
        metric,
        step,
        round(quantile_cont(value, 0.025), 9) as random_lower,
        round(quantile_cont(value, 0.975), 9) as random_upper
    from random_values
    group by design, metric, step

)

select * from final
order by design, metric, step
