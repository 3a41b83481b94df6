with

decisions as (

    select * from {{ ref('int_list_decisions') }}

),

units as (

    select * from {{ ref('int_list_units') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'campaign_list'

),

-- Up to four sentences: the decision, the prediction, and what weakens the prediction.
answers as (

    select
        decisions.*,
        units.profit,
        units.profit_lower,
        units.profit_upper,
        case
            when decisions.suppression is not null then decisions.suppression
            when decisions.decision != 'do not send' then decisions.decision
            when decisions.is_targeted then 'beyond the cap'
            when
                decisions.policy = 'treat_none' and not decisions.is_policy_override
                then 'nothing pays'
            else 'not recommended'
        end as decision_answer,
        case
            when decisions.suppression is not null then null
            when units.profit_lower > 0 or units.profit_upper < 0
                then 'clear prediction'
            else 'unclear prediction'
        end as prediction_answer,
        case
            when decisions.suppression is null and decisions.was_sent_before
                then 'sent before'
        end as history_answer,
        case
            when decisions.suppression is null and decisions.outside_support is not null
                then 'outside the trials'
        end as support_answer
    from decisions
    inner join units on decisions.household_id = units.household_id

),

sentences as (

    select
        *,
        unnest([1, 2, 3, 4]) as position,
        unnest([decision_answer, prediction_answer, history_answer, support_answer])
            as answer,
        'policy "' || policy_label || '"'
        || case when is_policy_override then ' (chosen by hand)' else '' end
            as policy_name
    from answers

),

worded_sentences as (

    select
        sentences.household_id,
        sentences.position,
        {{ fill_in('words.words', {
            'policy': 'sentences.policy_name',
            'suppression_reason': 'sentences.suppression_reason',
            'lookback_days': edition_value('lookback_days'),
            'design': "'" ~ var('primary_design') ~ "'",
            'last_campaign_id': 'sentences.last_campaign_id',
            'days_since_contact': 'sentences.days_since_contact',
            'profit': in_money('sentences.profit'),
            'interval': interval_in_money(
                'sentences.profit_lower', 'sentences.profit_upper'
            ),
            'outside_support': 'sentences.outside_support',
        }) }} as sentence
    from sentences
    inner join words on sentences.answer = words.answer

),

final as (

    select
        household_id,
        string_agg(sentence, ' ' order by position) as reason
    from worded_sentences
    group by household_id

)

select * from final
order by household_id
