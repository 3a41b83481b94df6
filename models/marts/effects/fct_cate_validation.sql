with

cate_slopes as (

    select * from {{ ref('int_cate_slopes') }}

),

toc_samples as (

    select * from {{ ref('int_toc_samples') }}

),

-- The spread between random halves is that between samples of the full size (Efron's
-- half-sampling, as in Yadlowsky et al. 2025).
toc_splits as (

    select
        design,
        split_id,
        max(autoc) filter (where sample_id = 0) as autoc,
        {{ exact_std_dev('case when sample_id > 0 then autoc end') }}
            as autoc_std_error,
        max(qini) filter (where sample_id = 0) as qini,
        {{ exact_std_dev('case when sample_id > 0 then qini end') }}
            as qini_std_error
    from toc_samples
    group by design, split_id

),

test_splits as (

    select
        design,
        outcome,
        learner,
        'blp_slope' as test,
        slope as value,
        std_error
    from cate_slopes
    where slope is not null
    union all
    select
        design,
        'purchase_amount' as outcome,
        'causal_forest' as learner,
        'autoc' as test,
        autoc as value,
        autoc_std_error as std_error
    from toc_splits
    union all
    select
        design,
        'purchase_amount' as outcome,
        'causal_forest' as learner,
        'qini' as test,
        qini as value,
        qini_std_error as std_error
    from toc_splits

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

tests as (

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

),

-- One-sided: a learner that ranks backwards has found nothing.
limited_tests as (

    select
        *,
        {{ confidence_limit('value', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('value', 'std_error', 'upper') }} as ci_upper,
        case
            when value > 0 then {{ two_sided_p_value('(value / std_error)') }} / 2
            else 1 - {{ two_sided_p_value('(value / std_error)') }} / 2
        end as p_value
    from tests

),

final as (

    select
        design,
        outcome,
        learner,
        test,
        value,
        std_error,
        ci_lower,
        ci_upper,
        p_value,
        p_value < {{ var('heterogeneity_level') }} as is_passed,
        case
            when p_value >= {{ var('heterogeneity_level') }}
                then 'no detectable heterogeneity'
            when test = 'blp_slope' and ci_upper < 1
                then 'effects differ, by less than predicted'
            when test = 'blp_slope' and ci_lower > 1
                then 'effects differ, by more than predicted'
            when test = 'blp_slope' then 'effects differ as predicted'
            else 'ranks better than chance'
        end as verdict
    from limited_tests

)

select * from final
order by design, outcome, learner, test
