with

bootstraps as (

    select * from {{ ref('py_segment_bootstraps') }}

),

agreements as (

    select * from {{ ref('int_segment_agreements') }}

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

samples as (

    select
        count(distinct sample_id) as n_samples,
        count(failure) as n_failed
    from bootstraps

),

bootstrap_rows as (

    select
        'bootstrap' as method,
        case when segment_id = 0 then 'adjusted_rand_index' else 'jaccard' end
            as metric,
        segment_id,
        median(similarity) as value,
        quantile_cont(similarity, 0.025) as ci_lower,
        quantile_cont(similarity, 0.975) as ci_upper
    from bootstraps
    where similarity is not null
    group by segment_id

),

split_half_rows as (

    select
        'split_half' as method,
        metric,
        segment_id,
        value,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper
    from agreements

),

measured_rows as (

    select * from bootstrap_rows
    union all
    select * from split_half_rows

),

-- Only metrics of similarity have a threshold; metrics of change have none.
all_rows as (

    select
        *,
        case
            when metric in ('adjusted_rand_index', 'jaccard')
                then cast({{ var('min_segment_stability') }} as double)
        end as stable_from
    from measured_rows

),

final as (

    select
        all_rows.method,
        all_rows.metric,
        cast(all_rows.segment_id as integer) as segment_id,
        coalesce(segment_names.segment_name, 'All segments') as segment_name,
        all_rows.value,
        all_rows.ci_lower,
        all_rows.ci_upper,
        case when all_rows.method = 'bootstrap' then cast(samples.n_samples as integer)
        end as n_samples,
        case when all_rows.method = 'bootstrap' then cast(samples.n_failed as integer)
        end as n_failed,
        all_rows.stable_from,
        all_rows.value >= all_rows.stable_from as is_stable
    from all_rows
    cross join samples
    left join segment_names on all_rows.segment_id = segment_names.segment_id

)

select * from final
order by method, metric, segment_id
