with

tests as (

    select * from {{ ref('int_group_tests') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

cautioned_tests as (

    select
        tests.*,
        cautions.caution
    from tests
    left join cautions on tests.design = cautions.design

),

-- All outcomes and groupings of an estimand are one family of tests, because a search
-- over many of them finds one by chance.
ranked_tests as (

    select
        *,
        {{ family_rank('p_value', 'design, estimand') }}
    from cautioned_tests

),

adjusted_tests as (

    select
        *,
        {{ q_value('p_value', 'design, estimand', 'n_family_tests', 'p_rank') }}
            as q_value
    from ranked_tests

),

final as (

    select
        design,
        outcome,
        grouping,
        estimand,
        cast(n_groups as integer) as n_groups,
        cast(n_groups_compared as integer) as n_groups_compared,
        has_shared_households,
        pooled_estimate,
        statistic,
        cast(degrees_of_freedom as integer) as degrees_of_freedom,
        p_value,
        q_value,
        {{ group_test_verdict(
            'has_shared_households', 'n_groups_compared', 'n_groups', 'q_value'
        ) }} as verdict,
        caution
    from adjusted_tests

)

select * from final
order by design, outcome, grouping, estimand
