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

-- The decision, then either why there is no comparison, or the prediction and what
-- weakens it.
answers as (

    select
        decisions.*,
        coalesce(decisions.evidence_class = 'comparable', false) as is_comparable,
        decisions.is_policy_override or is_comparable as is_policy_followed,
        units.profit,
        case
            when decisions.suppression is not null then decisions.suppression
            when decisions.is_holdout and not decisions.is_recommended
                then 'hold out as before'
            when decisions.decision not in ('explore', 'do not send')
                then decisions.decision
            when decisions.is_targeted and decisions.is_assigned
                then 'explore beyond the cap'
            when decisions.is_targeted
                then if(is_policy_followed, '', 'as before ') || 'beyond the cap'
            when not is_policy_followed
                then decisions.decision || ' without comparison'
            when decisions.is_assigned then 'explore'
            when
                decisions.policy = 'treat_none' and not decisions.is_policy_override
                then 'nothing pays'
            else 'not recommended'
        end as decision_answer,
        case
            when not is_comparable then decisions.evidence_class
            else 'prediction'
        end as evidence_answer
    from decisions
    inner join units on decisions.household_id = units.household_id

),

sentences as (

    select
        *,
        unnest([1, 2, 3, 4]) as position,
        unnest([
            decision_answer,
            evidence_answer,
            if(is_comparable and was_sent_before, 'sent before', null),
            if(is_comparable and outside_support != '', 'outside the trials', null)
        ]) as answer,
        'policy "' || policy_label || '"'
        || case when is_policy_override then ' (chosen by hand)' else '' end
            as policy_name,
        case
            when propensity < 0.01 then 'under 1 %'
            when propensity > 0.99 then 'over 99 %'
            else {{ in_per_cent('propensity') }}
        end as propensity_words
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
            'outside_support': 'sentences.outside_support',
            'propensity': 'sentences.propensity_words',
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
