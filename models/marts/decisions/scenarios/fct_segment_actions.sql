{#- From this share on a whole group counts as sent. -#}
{% set nearly_all = 0.9 %}

with

segment_profits as (

    select * from {{ ref('int_segment_profits') }}

),

words as (

    select * from {{ ref('words') }}

),

-- Whom the effect speaks of: all units of the segment, or the comparable ones.
subjects as (

    select
        *,
        case estimand when 'ATE' then 1 else comparable_share end as subject_share,
        case estimand when 'ATE' then current_share else comparable_sent_share end
            as subject_sent_share
    from segment_profits

),

-- Advice is given only where the interval supports it.
actions as (

    select
        *,
        case
            when
                answer = 'pays'
                and subject_sent_share < {{ nearly_all }} * subject_share
                then 'expand'
            when
                answer = 'loses'
                and subject_sent_share > (1 - {{ nearly_all }}) * subject_share
                then 'reduce'
            when answer in ('pays', 'loses') then 'hold'
            else 'test'
        end as action
    from subjects

),

final as (

    select
        actions.design,
        cast(actions.segment_id as integer) as segment_id,
        actions.segment_name,
        actions.n_units,
        actions.n_households,
        actions.estimand,
        cast(actions.subject_share as double) as comparable_share,
        actions.effect,
        actions.effect_ci_lower,
        actions.effect_ci_upper,
        actions.profit as profit_per_contact,
        actions.profit_ci_lower,
        actions.profit_ci_upper,
        actions.profit_joint_lower,
        actions.profit_joint_upper,
        if(actions.answer = 'pays', cast(actions.subject_share as double), 0)
            as paying_share,
        if(actions.answer = 'loses', cast(actions.subject_share as double), 0)
            as losing_share,
        if(
            actions.answer not in ('pays', 'loses'),
            cast(actions.subject_share as double), 0
        ) as uncertain_share,
        1 - cast(actions.subject_share as double) as incomparable_share,
        actions.share_in_10_90,
        actions.predicted_effect,
        actions.predicted_profit as predicted_profit_per_contact,
        cast(actions.predicted_above_break_even_share as double)
            as predicted_above_break_even_share,
        cast(actions.current_share as double) as current_share,
        cast(actions.policy_share as double) as policy_share,
        -- Units of which the effect does not speak are treated as today. Where nothing
        -- is significant, as many as today are drawn at random.
        cast(
            case
                when actions.answer in ('pays', 'loses')
                    then
                        actions.current_share - actions.subject_sent_share
                        + if(actions.answer = 'pays', actions.subject_share, 0)
                else actions.current_share
            end as double
        ) as recommended_share,
        actions.action,
        {{ fill_in('words.words', {
            'finding': 'actions.finding',
            'subject': "if(actions.estimand = 'ATE', 'A contact', 'Among the comparable "
            ~ "households of the segment, a contact')",
            'profit_lower': in_money('actions.profit_joint_lower'),
            'profit_upper': in_money('actions.profit_joint_upper'),
        }) }} as reason,
        actions.gate_status,
        actions.caution
    from actions
    inner join words
        on words.topic = 'segment_action' and actions.answer = words.answer

)

select * from final
order by design, segment_id
