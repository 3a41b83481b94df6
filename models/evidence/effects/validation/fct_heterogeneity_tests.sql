with

tests as (

    select * from {{ ref('int_heterogeneity_tests') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

-- All tests of an outcome are one family, because a search over many of them finds one
-- by chance.
ranked_tests as (

    select
        *,
        {{ family_rank('p_value', 'design, outcome') }}
    from tests

),

adjusted_tests as (

    select
        *,
        {{ q_value('p_value', 'design, outcome', 'n_family_tests', 'p_rank') }}
            as q_value,
        -- The primary learner was named in advance.
        case when is_primary then p_value else q_value end
        < {{ var('heterogeneity_level') }} as is_passed
    from ranked_tests

),

final as (

    select
        adjusted_tests.design,
        adjusted_tests.outcome,
        adjusted_tests.learner,
        adjusted_tests.test,
        adjusted_tests.grouping,
        adjusted_tests.estimand,
        cast(adjusted_tests.n_groups as integer) as n_groups,
        cast(adjusted_tests.n_groups_passed as integer) as n_groups_passed,
        cast(adjusted_tests.n_groups_compared as integer) as n_groups_compared,
        cast(adjusted_tests.n_households as integer) as n_households,
        adjusted_tests.estimate,
        adjusted_tests.std_error,
        adjusted_tests.statistic,
        cast(adjusted_tests.degrees_of_freedom as integer) as degrees_of_freedom,
        adjusted_tests.p_value,
        adjusted_tests.q_value,
        {{ heterogeneity_verdict(
            'adjusted_tests.test', 'adjusted_tests.estimate', 'adjusted_tests.ci_lower',
            'adjusted_tests.ci_upper', 'adjusted_tests.is_passed',
            'adjusted_tests.n_groups', 'adjusted_tests.n_groups_passed',
            'adjusted_tests.n_groups_compared'
        ) }} as verdict,
        cautions.caution
    from adjusted_tests
    left join cautions on adjusted_tests.design = cautions.design

)

select * from final
order by design, outcome, learner, test, grouping, estimand
