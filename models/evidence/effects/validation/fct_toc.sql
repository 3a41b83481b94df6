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

medians as (

    select
        design,
        learner,
        step,
        median(toc) as toc
    from curve_splits
    group by design, learner, step

),

curves as (

    select
        medians.design,
        medians.learner,
        medians.step,
        round(max(medians.toc), 9) as toc,
        round(
            {{ median_std_error(
                'curve_splits.toc', 'curve_splits.std_error', 'medians.toc'
            ) }}, 9
        ) as std_error
    from medians
    inner join curve_splits
        on
            medians.design = curve_splits.design
            and medians.learner = curve_splits.learner
            and medians.step = curve_splits.step
    group by medians.design, medians.learner, medians.step

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
