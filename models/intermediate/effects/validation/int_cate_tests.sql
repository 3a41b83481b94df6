with

cate_slopes as (

    select * from {{ ref('int_cate_slopes') }}

),

toc_samples as (

    select *
    from {{ ref('int_toc_samples') }}
    where learner != 'random'

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
        auuc as auuc_raw,
        qini as qini_raw,
        uplift_10 as uplift_10_raw,
        uplift_20 as uplift_20_raw
    from {{ ref('int_raw_uplift_metrics') }}

),

toc_metrics as (

    select *
    from toc_samples
    unpivot (value for test in (autoc, qini))

),

-- The spread between random halves is that between samples of the full size (macro
-- toc_spread_factor).
toc_splits as (

    select
        design,
        'purchase_amount' as outcome,
        learner,
        split_id,
        test,
        max(value) filter (where sample_id = 0) as value,
        max(spread_factor)
        * {{ exact_std_dev('case when sample_id > 0 then value end') }} as std_error
    from toc_metrics
    group by design, learner, split_id, test

),

test_splits as (

    select
        *,
        'blp_slope' as test,
        slope as value
    from cate_slopes
    where slope is not null
    union all by name
    select * from toc_splits
    union all by name
    select
        *,
        'calibration_r2' as test,
        calibration_r2 as value
    from cate_calibrations
    where calibration_r2 is not null
    union all by name
    select * from raw_uplift_metrics
    unpivot (value for test in (auuc_raw, qini_raw, uplift_10_raw, uplift_20_raw))

),

median_values as (

    select
        *,
        median(value) over (
            partition by design, outcome, learner, test
        ) as median_value
    from test_splits

),

final as (

    select
        design,
        outcome,
        learner,
        test,
        round(max(median_value), 9) as value,
        round({{ median_std_error('value', 'std_error', 'median_value') }}, 9)
            as std_error
    from median_values
    group by design, outcome, learner, test

)

select * from final
order by design, outcome, learner, test
