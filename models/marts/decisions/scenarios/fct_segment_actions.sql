{#- From this share on a whole segment counts as sent. -#}
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

words as (

    select * from {{ ref('words') }}

),

-- A contact earns the margin on its effect, less its cost.
segment_profits as (

    select
        group_effects.*,
        targeting_shares.current_share,
        targeting_shares.policy_share,
        targeting_shares.mean_margin * group_effects.estimate
        - {{ setting('cost_per_contact') }}
            as profit,
        targeting_shares.mean_margin * group_effects.ci_lower
        - {{ setting('cost_per_contact') }}
            as profit_ci_lower,
        targeting_shares.mean_margin * group_effects.ci_upper
        - {{ setting('cost_per_contact') }}
            as profit_ci_upper
    from group_effects
    inner join targeting_shares
        on
            group_effects.design = targeting_shares.design
            and group_effects.segment_id = targeting_shares.segment_id

),

-- Advice is given only where the interval supports it.
actions as (

    select
        *,
        case
            when gate_status = 'too few' then 'too few'
            when gate_status = 'failed' then 'no overlap'
            when gate_status is null then 'unclear'
            when profit_ci_lower > 0 then 'pays'
            when profit_ci_upper < 0 then 'loses'
            else 'unclear'
        end as answer,
        case
            when answer = 'pays' and current_share < {{ nearly_all }} then 'expand'
            when answer = 'loses' and current_share > 1 - {{ nearly_all }} then 'reduce'
            when answer in ('pays', 'loses') then 'hold'
            else 'test'
        end as action
    from segment_profits

),

final as (

    select
        actions.design,
        cast(actions.segment_id as integer) as segment_id,
        actions.group_name as segment_name,
        actions.n_units,
        actions.n_households,
        actions.estimate as effect,
        actions.ci_lower as effect_ci_lower,
        actions.ci_upper as effect_ci_upper,
        actions.profit as profit_per_contact,
        actions.profit_ci_lower,
        actions.profit_ci_upper,
        cast(actions.current_share as double) as current_share,
        cast(actions.policy_share as double) as policy_share,
        -- Where nothing is significant, as many as today, drawn at random in the
        -- segment.
        cast(
            case
                when actions.answer = 'pays' then 1
                when actions.answer = 'loses' then 0
                else actions.current_share
            end as double
        ) as recommended_share,
        actions.action,
        {{ fill_in('words.words', {
            'finding': 'actions.reason',
            'profit_ci_lower': in_money('actions.profit_ci_lower'),
            'profit_ci_upper': in_money('actions.profit_ci_upper'),
        }) }} as reason,
        actions.gate_status,
        actions.caution
    from actions
    inner join words
        on words.topic = 'segment_action' and actions.answer = words.answer

)

select * from final
order by design, segment_id
