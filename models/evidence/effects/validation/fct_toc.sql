with

toc_curves as (

    select * from {{ ref('int_toc_curves') }}
    where learner != 'random'

),

random_bands as (

    select * from {{ ref('int_random_bands') }}
    where metric = 'toc'

),

-- The spread between random halves is that between samples of the full size.
curve_splits as (

    select
        design,
        learner,
        split_id,
        step,
        max(toc) filter (where sample_id = 0) as toc,
        max(spread_factor)
        * {{ exact_std_dev('case when sample_id > 0 then toc end') }} as std_error
    from toc_curves
    group by design, learner, split_id, step

),

median_curves as (

    select
        *,
        median(toc) over (partition by design, learner, step) as median_toc
    from curve_splits

),

curves as (

    select
        design,
        learner,
        step,
        round(max(median_toc), 9) as toc,
        round({{ median_std_error('toc', 'std_error', 'median_toc') }}, 9) as std_error
    from median_curves
    group by design, learner, step

),

final as (

    select
        curves.design,
        'purchase_amount' as outcome,
        curves.learner,
        curves.learner = '{{ var("primary_learner") }}' as is_primary,
        cast(curves.step / 20.0 as double) as share_targeted,
        curves.toc,
        curves.std_error,
        {{ confidence_limit('curves.toc', 'curves.std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('curves.toc', 'curves.std_error', 'upper') }} as ci_upper,
        random_bands.random_lower,
        random_bands.random_upper
    from curves
    inner join random_bands
        on
            curves.design = random_bands.design
            and curves.step = random_bands.step

)

select * from final
order by design, outcome, learner, share_targeted
