with

group_effects as (

    select * from {{ ref('fct_group_effects') }}

),

groupings as (

    select * from {{ ref('int_groupings') }}

),

-- Only groups that pass their gate and have a standard error are compared.
compared_groups as (

    select
        *,
        case when gate_status = 'passed' and std_error > 0 then std_error end
            as compared_error
    from group_effects

),

-- Weights are relative to the most precise group, so that they do not depend on the
-- unit of the outcome.
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

pooled_groups as (

    select
        *,
        sum(cast(precision_weight * estimate as decimal(38, 12))) over effect_groups
        / sum(cast(precision_weight as decimal(38, 12))) over effect_groups
            as pooled_estimate,
        count(*) over effect_groups as n_groups,
        count(compared_error) over effect_groups as n_groups_compared
    from weighted_groups
    window effect_groups as (partition by design, outcome, grouping, estimand)

),

tested_groups as (

    select
        pooled_groups.*,
        groupings.has_shared_households,
        pooled_groups.n_groups_compared > 1
        and not groupings.has_shared_households as is_tested,
        pow(
            (pooled_groups.estimate - pooled_groups.pooled_estimate)
            / pooled_groups.compared_error, 2
        ) as squared_deviation
    from pooled_groups
    inner join groupings
        on
            pooled_groups.design = groupings.design
            and pooled_groups.grouping = groupings.grouping

),

-- Cochran's Q is the Wald statistic of equal effects if groups share no household. If
-- they do, the statistic would need the covariances of the groups: there is no test.
statistics as (

    select
        design,
        outcome,
        grouping,
        estimand,
        max(n_groups) as n_groups,
        max(n_groups_compared) as n_groups_compared,
        bool_or(has_shared_households) as has_shared_households,
        max(pooled_estimate) as pooled_estimate,
        case when bool_and(is_tested) then {{ exact_sum('squared_deviation') }} end
            as statistic,
        case when bool_and(is_tested) then max(n_groups_compared) - 1 end
            as degrees_of_freedom
    from tested_groups
    group by design, outcome, grouping, estimand

),

final as (

    select
        *,
        {{ chi_square_p_value('statistic', 'degrees_of_freedom') }} as p_value
    from statistics

)

select * from final
order by design, outcome, grouping, estimand
