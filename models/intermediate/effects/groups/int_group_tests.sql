with

group_effects as (

    select * from {{ ref('fct_group_effects') }}

),

unit_groups as (

    select * from {{ ref('int_unit_groups') }}

),

-- A household that stands in several trials may be in several groups of a grouping.
household_groups as (

    select
        design,
        grouping,
        household_id,
        count(distinct group_name) as n_groups
    from unit_groups
    group by design, grouping, household_id

),

groupings as (

    select
        design,
        grouping,
        max(n_groups) > 1 as has_shared_households
    from household_groups
    group by design, grouping

),

-- Only groups that pass their gate are compared, and that have an error to compare by.
compared_groups as (

    select
        *,
        case when gate_status = 'passed' and std_error > 0 then std_error end
            as compared_error
    from group_effects

),

-- Relative to the most precise group, so that the weights do not depend on the unit.
weighted_groups as (

    select
        *,
        pow(
            min(compared_error) over (
                partition by design, outcome, grouping, estimand
            ) / compared_error, 2
        ) as precision_weight
    from compared_groups

),

pooled_effects as (

    select
        design,
        outcome,
        grouping,
        estimand,
        count(*) as n_groups,
        count(compared_error) as n_groups_compared,
        {{ exact_sum('precision_weight * estimate') }}
        / {{ exact_sum('precision_weight') }} as pooled_estimate
    from weighted_groups
    group by design, outcome, grouping, estimand

),

-- Cochran's Q is the Wald statistic of equal effects where groups share no household;
-- where they do, it would need their covariances and is not told.
statistics as (

    select
        pooled_effects.design,
        pooled_effects.outcome,
        pooled_effects.grouping,
        pooled_effects.estimand,
        max(pooled_effects.n_groups) as n_groups,
        max(pooled_effects.n_groups_compared) as n_groups_compared,
        bool_or(groupings.has_shared_households) as has_shared_households,
        max(pooled_effects.pooled_estimate) as pooled_estimate,
        case
            when
                max(pooled_effects.n_groups_compared) > 1
                and not bool_or(groupings.has_shared_households)
                then
                    {{ exact_sum(
                        'pow((weighted_groups.estimate - pooled_effects.pooled_estimate)'
                        ~ ' / weighted_groups.compared_error, 2)'
                    ) }}
        end as statistic,
        case
            when
                max(pooled_effects.n_groups_compared) > 1
                and not bool_or(groupings.has_shared_households)
                then max(pooled_effects.n_groups_compared) - 1
        end as degrees_of_freedom
    from pooled_effects
    inner join weighted_groups
        on
            pooled_effects.design = weighted_groups.design
            and pooled_effects.outcome = weighted_groups.outcome
            and pooled_effects.grouping = weighted_groups.grouping
            and pooled_effects.estimand = weighted_groups.estimand
    inner join groupings
        on
            pooled_effects.design = groupings.design
            and pooled_effects.grouping = groupings.grouping
    group by
        pooled_effects.design,
        pooled_effects.outcome,
        pooled_effects.grouping,
        pooled_effects.estimand

),

final as (

    select
        *,
        {{ chi_square_p_value('statistic', 'degrees_of_freedom') }} as p_value
    from statistics

)

select * from final
order by design, outcome, grouping, estimand
