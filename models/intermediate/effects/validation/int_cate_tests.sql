with

cate_slopes as (

    select * from {{ ref('int_cate_slopes') }}

),

toc_samples as (

    select * from {{ ref('int_toc_samples') }}

),

cate_calibrations as (

    select * from {{ ref('int_cate_calibrations') }}

),

raw_uplift_metrics as (

    select
        design,
        outcome,
        learner,
        split_id,
        auuc as auuc_seed,
        qini as qini_seed,
        uplift_10 as uplift_10_seed,
        uplift_20 as uplift_20_seed
    from {{ ref('int_raw_uplift_metrics') }}

),

-- The spread between random halves is that between samples of the full size (macro
-- toc_spread_factor).
toc_splits as (

    select
        design,
        'purchase_amount' as outcome,
        learner,
        split_id,
        max(autoc) filter (where sample_id = 0) as autoc,
        max(spread_factor)
        * {{ exact_std_dev('case when sample_id > 0 then autoc end') }}
            as autoc_std_error,
        max(qini) filter (where sample_id = 0) as qini,
        max(spread_factor)
        * {{ exact_std_dev('case when sample_id > 0 then qini end') }}
            as qini_std_error
    from toc_samples
    where learner != 'random'
    group by design, learner, split_id

),

test_splits as (

    select
        *,
        'blp_slope' as test,
        slope as value
    from cate_slopes
    where slope is not null
    union all by name
    select
        * exclude (autoc, qini, autoc_std_error, qini_std_error),
        'autoc' as test,
        autoc as value,
        autoc_std_error as std_error
    from toc_splits
    union all by name
    select
        * exclude (autoc, qini, autoc_std_error, qini_std_error),
        'qini' as test,
        qini as value,
        qini_std_error as std_error
    from toc_splits
    union all by name
    select
        *,
        'calibration_r2' as test,
        calibration_r2 as value
    from cate_calibrations
    where calibration_r2 is not null
    union all by name
    select * from raw_uplift_metrics
    unpivot (
        value for test in (auuc_seed, qini_seed, uplift_10_seed, uplift_20_seed)
    )

),

medians as (

    select
        design,
        outcome,
        learner,
        test,
        median(value) as value
    from test_splits
    group by design, outcome, learner, test

),

final as (

    select
        medians.design,
        medians.outcome,
        medians.learner,
        medians.test,
        round(max(medians.value), 9) as value,
        round(
            {{ median_std_error(
                'test_splits.value', 'test_splits.std_error', 'medians.value'
            ) }}, 9
        ) as std_error
    from medians
    inner join test_splits
        on
            medians.design = test_splits.design
            and medians.outcome = test_splits.outcome
            and medians.learner = test_splits.learner
            and medians.test = test_splits.test
    group by medians.design, medians.outcome, medians.learner, medians.test

)

select * from final
order by design, outcome, learner, test
