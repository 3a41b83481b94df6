with

group_effects as (

    select *
    from {{ ref('fct_group_effects') }}
    where grouping = 'segment' and outcome = 'purchase_amount'

),

segment_shares as (

    select * from {{ ref('int_segment_shares') }}

),

design_checks as (

    select * from {{ ref('int_design_checks') }}

),

-- The effect on all units of a segment (ATE) if its arms overlap, otherwise the effect
-- on its comparable units (ATO).
numbered_effects as (

    select
        *,
        row_number() over (
            partition by design, segment_id
            order by (gate_status = 'passed' and estimand = 'ATE') desc, estimand desc
        ) as effect_number
    from group_effects
    where estimand in ('ATE', 'ATO')

),

-- A contact earns the margin on its effect, less its cost.
profits as (

    select
        numbered_effects.*,
        segment_shares.* exclude (design, segment_id),
        design_checks.failed_check,
        segment_shares.mean_margin * numbered_effects.estimate
        - segment_shares.mean_cost as profit,
        segment_shares.mean_margin * numbered_effects.std_error as profit_std_error,
        count(numbered_effects.std_error) over (
            partition by numbered_effects.design
        ) as n_compared
    from numbered_effects
    inner join segment_shares using (design, segment_id)
    left join design_checks using (design)
    where numbered_effects.effect_number = 1

),

limits as (

    select
        *,
        {{ simultaneous_limit('profit', 'profit_std_error', 'n_compared', 'lower') }}
            as profit_joint_lower,
        {{ simultaneous_limit('profit', 'profit_std_error', 'n_compared', 'upper') }}
            as profit_joint_upper
    from profits

),

-- Limits that hold for all segments together decide: of many intervals some miss.
final as (

    select
        design,
        segment_id,
        group_name as segment_name,
        n_units,
        n_households,
        estimand,
        estimate as effect,
        ci_lower as effect_ci_lower,
        ci_upper as effect_ci_upper,
        profit,
        {{ confidence_limit('profit', 'profit_std_error', 'lower') }}
            as profit_ci_lower,
        {{ confidence_limit('profit', 'profit_std_error', 'upper') }}
            as profit_ci_upper,
        profit_joint_lower,
        profit_joint_upper,
        share_in_10_90,
        current_share,
        comparable_share,
        comparable_sent_share,
        policy_share,
        predicted_effect,
        predicted_profit,
        predicted_above_break_even_share,
        gate_status,
        case
            when gate_status = 'too few' then 'too few'
            when failed_check is not null then failed_check
            when profit_joint_lower > 0 then 'pays'
            when profit_joint_upper < 0 then 'loses'
            else 'unclear'
        end as answer,
        reason as finding,
        caution
    from limits

)

select * from final
order by design, segment_id
