{#- Published only if both estimates are valid. -#}
{% set figures = [
    'sales_unadjusted', 'sales_adjusted', 'sales_lower', 'sales_upper',
    'margin_unadjusted', 'margin_adjusted', 'profit_unadjusted', 'profit_adjusted',
    'profit_lower', 'profit_upper', 'roi_unadjusted', 'roi_adjusted', 'roi_lower',
    'roi_upper',
] %}

with

judgements as (

    select * from {{ ref('int_campaign_judgements') }}

),

words as (

    select * from {{ ref('words') }}

),

final as (

    select
        judgements.* exclude (n_sent, p_value, {{ figures | join(', ') }}),
        judgements.n_contacted as n_sent,
        nullif(judgements.n_sent, 0) as n_compared,
        judgements.tested_p_value as p_value,
        {%- for figure in figures %}
        case when judgements.first_code is null then judgements.{{ figure }} end
            as {{ figure }},
        {%- endfor %}
        judgements.unadjusted_p_value > 0.1
        or judgements.estimate_unadjusted < 0
        or judgements.roi_unadjusted < 0.05 as is_rejected_by_source_rule,
        concat_ws(' ', {{ fill_in('answer_words.words', {
            'reason': 'judgements.first_reason',
            'lower': in_money('judgements.estimate_lower'),
            'upper': in_money('judgements.estimate_upper'),
        }) }}, {{ fill_in('money_words.words', {
            'n_weeks': 'judgements.n_effect_weeks',
            'n_compared': in_digits('judgements.n_sent', 0),
            'cost': in_money('judgements.cost', 0),
            'profit_lower': in_money('judgements.profit_lower', 0),
            'profit_upper': in_money('judgements.profit_upper', 0),
            'break_even': in_money('judgements.break_even_effect'),
            'detectable': in_money('judgements.detectable_effect'),
        }) }}) as verdict,
        {{ fill_in('action_words.words', {
            'harm': in_per_cent(var('impact_harm_share') | string),
        }) }} as next_action,
        {{ fill_in('caution_words.words', {
            'redeemed': in_per_cent('judgements.redeemed_share', 1),
            'redeemer_effect': in_money('judgements.redeemer_effect'),
            'sales': in_money('judgements.sales_before'),
        }) }} as caution
    from judgements
    inner join words as answer_words
        on
            answer_words.topic = 'campaign_answer'
            and answer_words.answer
            = if(judgements.first_code is null, judgements.answer, 'not known')
    left join words as money_words
        on
            money_words.topic = 'campaign_money'
            and judgements.first_code is null
            and judgements.decision = money_words.answer
    left join words as caution_words
        on
            caution_words.topic = 'campaign_caution'
            and caution_words.answer = 'few redeemers'
            and judgements.answer = 'raised sales'
            and judgements.redeemer_effect > judgements.sales_before
    inner join words as action_words
        on
            action_words.topic = 'campaign_action'
            and action_words.answer = case
                when judgements.first_code is not null then 'not known'
                when judgements.decision = 'unclear' and judgements.is_harmless
                    then 'unclear, harmless'
                else judgements.decision
            end

)

select
    campaign_id,
    campaign_type,
    decision,
    answer,
    verdict,
    next_action,
    caution,
    n_sent,
    n_compared,
    n_pre_weeks,
    n_effect_weeks,
    estimate_unadjusted as unadjusted_estimate,
    estimate_adjusted as adjusted_estimate,
    estimate_lower as bracket_lower,
    estimate_upper as bracket_upper,
    {% for figure in figures %}{{ figure }},
    {% endfor %}cost,
    redeemed_share,
    sales_before,
    break_even_effect,
    detectable_effect,
    is_harmless,
    is_placebo_failed,
    p_value,
    q_value,
    tested_profit_p_value as profit_p_value,
    profit_q_value,
    is_rejected_by_source_rule
from final
order by campaign_id
