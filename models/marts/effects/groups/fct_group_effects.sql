with

group_estimates as (

    select * from {{ ref('int_group_estimates') }}

),

group_overlap as (

    select * from {{ ref('int_group_overlap') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

sized_estimates as (

    select
        group_estimates.*,
        group_estimates.estimand != 'ATO' as needs_overlap,
        group_overlap.segment_id,
        group_overlap.propensity_region,
        group_overlap.n_units,
        group_overlap.n_households,
        group_overlap.n_treated,
        group_overlap.n_control,
        group_overlap.n_treated_households,
        group_overlap.n_control_households,
        group_overlap.share_in_10_90,
        group_overlap.ess_treated,
        group_overlap.ess_control,
        group_overlap.is_large_enough,
        group_overlap.is_overlap_sufficient,
        group_overlap.overlap_evidence,
        cautions.caution
    from group_estimates
    inner join group_overlap
        on
            group_estimates.design = group_overlap.design
            and group_estimates.grouping = group_overlap.grouping
            and group_estimates.group_name = group_overlap.group_name
    left join cautions on group_estimates.design = cautions.design

),

-- An effect on too few households is not shown, because readers would quote it, and is
-- not tested either.
published_estimates as (

    select
        * exclude (estimate, std_error, p_value),
        case when is_large_enough then estimate end as estimate,
        case when is_large_enough then std_error end as std_error,
        case when is_large_enough then p_value end as p_value
    from sized_estimates

),

ranked_groups as (

    select
        *,
        {{ family_rank('p_value', 'design, outcome, grouping, estimand') }}
    from published_estimates

),

final as (

    select
        design,
        outcome,
        grouping,
        group_name,
        estimand,
        cast(segment_id as integer) as segment_id,
        propensity_region,
        cast(n_units as integer) as n_units,
        cast(n_households as integer) as n_households,
        cast(n_treated as integer) as n_treated,
        cast(n_control as integer) as n_control,
        share_in_10_90,
        ess_treated,
        ess_control,
        estimate,
        std_error,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        p_value,
        {{ q_value(
            'p_value', 'design, outcome, grouping, estimand', 'n_family_tests', 'p_rank'
        ) }} as q_value,
        case
            when is_large_enough
                then {{ gate_status('needs_overlap', 'is_overlap_sufficient') }}
            else 'too few'
        end as gate_status,
        {{ group_reason(
            'is_large_enough', 'n_treated_households', 'n_control_households',
            'needs_overlap', 'is_overlap_sufficient', 'overlap_evidence'
        ) }} as reason,
        caution
    from ranked_groups

)

select * from final
order by design, outcome, grouping, group_name, estimand
