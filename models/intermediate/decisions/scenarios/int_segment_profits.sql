with

group_effects as (

    select *
    from {{ ref('fct_group_effects') }}
    where grouping = 'segment' and outcome = 'purchase_amount'

),

segment_shares as (

    select * from {{ ref('int_segment_shares') }}

),

contact_cost as (

    select * from {{ ref('int_contact_cost') }}

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
        segment_shares.current_share,
        segment_shares.comparable_share,
        segment_shares.comparable_sent_share,
        segment_shares.policy_share,
        design_checks.failed_check,
        segment_shares.mean_margin * numbered_effects.estimate
        - contact_cost.cost_per_contact as profit,
        segment_shares.mean_margin * numbered_effects.ci_lower
        - contact_cost.cost_per_contact as profit_ci_lower,
        segment_shares.mean_margin * numbered_effects.ci_upper
        - contact_cost.cost_per_contact as profit_ci_upper
    from numbered_effects
    inner join segment_shares
        on
            numbered_effects.design = segment_shares.design
            and numbered_effects.segment_id = segment_shares.segment_id
    left join design_checks on numbered_effects.design = design_checks.design
    cross join contact_cost
    where numbered_effects.effect_number = 1

),

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
        profit_ci_lower,
        profit_ci_upper,
        current_share,
        comparable_share,
        comparable_sent_share,
        policy_share,
        gate_status,
        case
            when gate_status = 'too few' then 'too few'
            when failed_check is not null then failed_check
            when profit_ci_lower > 0 then 'pays'
            when profit_ci_upper < 0 then 'loses'
            else 'unclear'
        end as answer,
        reason as finding,
        caution
    from profits

)

select * from final
order by design, segment_id
