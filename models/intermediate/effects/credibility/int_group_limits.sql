with

-- All units of a group (ATE) if its arms overlap, otherwise its comparable ones (ATO).
group_effects as (

    select *
    from {{ ref('fct_group_effects') }}
    where
        grouping in ('segment', 'propensity_region', 'segment_and_region')
        and estimand in ('ATE', 'ATO')
    qualify
        row_number() over (
            partition by design, outcome, grouping, group_name
            order by (gate_status = 'passed' and estimand = 'ATE') desc, estimand desc
        ) = 1

),

counted_groups as (

    select
        *,
        count(std_error) over (partition by design, outcome, grouping) as n_compared
    from group_effects

),

limits as (

    select
        *,
        {{ simultaneous_limit('estimate', 'std_error', 'n_compared', 'lower') }}
            as joint_lower,
        {{ simultaneous_limit('estimate', 'std_error', 'n_compared', 'upper') }}
            as joint_upper
    from counted_groups

),

final as (

    select
        design,
        outcome,
        grouping,
        group_name,
        segment_id,
        propensity_region,
        n_units,
        estimand,
        estimate,
        joint_lower,
        joint_upper,
        case
            when estimate is null then 'no comparison'
            when joint_lower > 0 then 'above zero'
            when joint_upper < 0 then 'below zero'
            else 'uncertain'
        end as evidence_class,
        caution
    from limits

)

select * from final
order by design, outcome, grouping, group_name
