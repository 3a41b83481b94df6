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

-- All outcomes and groupings of an estimand are one family: who tries many finds one.
ranked_tests as (

    select
        *,
        {{ family_rank('p_value', 'design, estimand') }}
    from cautioned_tests

),

adjusted_tests as (

    select
        *,
        {{ q_value('p_value', 'design, estimand') }} as q_value
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
        case
            when has_shared_households and n_groups_compared > 1
                then 'cannot be told: groups share households'
            when p_value is null
                then
                    format(
                        'cannot be told: {} of {} groups pass their gate',
                        n_groups_compared,
                        n_groups
                    )
            when q_value < {{ var('heterogeneity_level') }} then 'groups differ'
            else 'no detectable difference'
        end as verdict,
        caution
    from adjusted_tests

)

select * from final
order by design, outcome, grouping, estimand
