with

cate_tests as (

    select * from {{ ref('int_cate_tests') }}

),

random_bands as (

    select * from {{ ref('int_random_bands') }}

),

-- One-sided: a learner that ranks in reverse has found nothing.
limited_tests as (

    select
        *,
        learner = '{{ var("primary_learner") }}' as is_primary,
        {{ confidence_limit('value', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('value', 'std_error', 'upper') }} as ci_upper,
        {{ upper_tail_p_value('value', 'std_error') }} as p_value
    from cate_tests

),

ranked_tests as (

    select
        *,
        {{ family_rank('p_value', 'design') }}
    from limited_tests

),

adjusted_tests as (

    select
        *,
        {{ q_value('p_value', 'design', 'n_family_tests', 'p_rank') }} as q_value
    from ranked_tests

),

-- The primary learner was named in advance, so its p-value decides. Its rivals are
-- many, so their q-values decide.
decided_tests as (

    select
        *,
        case when is_primary then p_value else q_value end
        < {{ var('heterogeneity_level') }} as is_passed
    from adjusted_tests

),

final as (

    select
        decided_tests.design,
        decided_tests.outcome,
        decided_tests.learner,
        decided_tests.is_primary,
        decided_tests.test,
        decided_tests.value,
        decided_tests.std_error,
        decided_tests.ci_lower,
        decided_tests.ci_upper,
        random_bands.random_lower,
        random_bands.random_upper,
        decided_tests.p_value,
        decided_tests.q_value,
        decided_tests.is_passed,
        {{ validation_verdict(
            'decided_tests.test',
            'decided_tests.value',
            'decided_tests.ci_lower',
            'decided_tests.ci_upper',
            'decided_tests.is_passed'
        ) }} as verdict
    from decided_tests
    left join random_bands
        on
            decided_tests.design = random_bands.design
            and decided_tests.test = random_bands.metric

)

select * from final
order by design, outcome, learner, test
