with

needs as (

    select
        *,
        'can_the_next_campaign_prove_it' as question_id,
        if(n_needed <= n_households, 'yes', 'no') as answer
    from {{ ref('int_next_campaign_power') }}

),

-- What a draw can show depends on no past campaign.
asking_designs as (

    select design from {{ ref('fct_overlap') }}
    union
    select design from {{ ref('int_leading_design') }}

),

words as (

    select * from {{ ref('words') }}

),

final as (

    select
        asking_designs.design,
        needs.question_id,
        needs.answer,
        needs.minimum_detectable_effect as estimate,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        {{ fill_in('words.words', {
            'needed': in_digits('needs.n_needed', 0),
            'existing': in_digits('needs.n_households', 0),
            'weeks': 'needs.horizon_weeks',
            'break_even': in_money('needs.break_even'),
            'effect': in_money('needs.effect'),
            'as_what': 'effect_words.words',
            'detectable': in_money('needs.minimum_detectable_effect'),
        }) }} as verdict,
        words.next_action
    from needs
    inner join words
        on needs.question_id = words.topic and needs.answer = words.answer
    inner join words as effect_words
        on
            effect_words.topic = 'effect_of_the_next_campaign'
            and needs.effect_answer = effect_words.answer
    cross join asking_designs

)

select * from final
order by design, question_id
