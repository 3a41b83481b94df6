{#- Share of a segment from which all of it counts as sent. -#}
{% set nearly_all = 0.9 %}

with

group_effects as (

    select *
    from {{ ref('fct_group_effects') }}
    where
        grouping = 'segment'
        and outcome = 'purchase_amount'
        and estimand = 'ATE'

),

targeting_shares as (

    select * from {{ ref('int_segment_shares') }}

),

-- What a contact earns in the segment: margin on its effect, less the contact.
segment_profits as (

    select
        group_effects.*,
        targeting_shares.current_share,
        targeting_shares.policy_share,
        targeting_shares.mean_margin * group_effects.estimate
        - {{ var('cost_per_contact') }}
            as profit,
        targeting_shares.mean_margin * group_effects.ci_lower
        - {{ var('cost_per_contact') }}
            as profit_ci_lower,
        targeting_shares.mean_margin * group_effects.ci_upper
        - {{ var('cost_per_contact') }}
            as profit_ci_upper
    from group_effects
    inner join targeting_shares
        on
            group_effects.design = targeting_shares.design
            and group_effects.segment_id = targeting_shares.segment_id

),

-- No advice that the interval does not carry.
actions as (

    select
        *,
        case
            when gate_status != 'passed' or gate_status is null then 'test'
            when profit_ci_lower > 0 and current_share < {{ nearly_all }} then 'expand'
            when profit_ci_lower > 0 then 'hold'
            when profit_ci_upper < 0 and current_share > 1 - {{ nearly_all }}
                then 'reduce'
            when profit_ci_upper < 0 then 'hold'
            else 'test'
        end as action
    from segment_profits

),

final as (

    select
        design,
        cast(segment_id as integer) as segment_id,
        group_name as segment_name,
        n_units,
        n_households,
        estimate as effect,
        ci_lower as effect_ci_lower,
        ci_upper as effect_ci_upper,
        profit as profit_per_contact,
        profit_ci_lower,
        profit_ci_upper,
        cast(current_share as double) as current_share,
        cast(policy_share as double) as policy_share,
        -- Where nothing is sure, as many as today, drawn at random inside the segment.
        cast(
            case
                when action = 'test' then current_share
                when profit_ci_lower > 0 then 1
                else 0
            end as double
        ) as recommended_share,
        action,
        case
            when gate_status = 'too few' then reason
            when gate_status = 'failed'
                then
                    'A contact cannot be graded in this segment: too few of those sent '
                    || 'and not sent are alike. Draw at random whom to send, to learn.'
            when action = 'test'
                then
                    format(
                        'A contact earns between {:.2f} and {:.2f} dollars: it may pay '
                        || 'or not. Draw at random whom to send, to learn.',
                        profit_ci_lower,
                        profit_ci_upper
                    )
            when profit_ci_lower > 0
                then
                    format(
                        'A contact surely earns more than it costs: {:.2f} to {:.2f} '
                        || 'dollars of profit.',
                        profit_ci_lower,
                        profit_ci_upper
                    )
            else
                format(
                    'A contact surely earns less than it costs: {:.2f} to {:.2f} '
                    || 'dollars of profit.',
                    profit_ci_lower,
                    profit_ci_upper
                )
        end as reason,
        gate_status,
        caution
    from actions

)

select * from final
order by design, segment_id
