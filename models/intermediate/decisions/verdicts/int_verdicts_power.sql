with

power as (

    select * from {{ ref('fct_power') }}

),

past_effects as (

    select * from {{ ref('int_power_targets') }}
    where target = 'effect of past campaigns' and is_gain

),

-- The effect that pays for a contact.
contact_costs as (

    select cost_per_contact / {{ setting('margin') }} as break_even
    from {{ ref('int_contact_cost') }}

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

-- The next campaign is sent to half of the households. Its outcome is sales over the
-- longest horizon, less what the look-back predicts of them.
next_campaign as (

    select * from power
    where
        metric = 'purchase_amount'
        and method = 'cuped'
        and arm_rule = 'one campaign'
        and treated_share = 0.5
        and minimum_detectable_effect is not null
    order by horizon_weeks desc
    limit 1

),

-- To show that a contact pays is to show the difference between its effect and the one
-- that pays for it: with an effect as in the past, otherwise with twice the one that
-- pays. The households that are needed grow with the square of one over the difference.
needs as (

    select
        next_campaign.*,
        contact_costs.break_even,
        past_effects.target_effect > contact_costs.break_even as is_as_in_the_past,
        case
            when is_as_in_the_past then past_effects.target_effect
            else 2 * contact_costs.break_even
        end as effect,
        case when is_as_in_the_past then 'as in the past' else 'twice' end
            as effect_answer,
        ceil(
            next_campaign.n_households
            * pow(
                next_campaign.minimum_detectable_effect
                / (effect - contact_costs.break_even),
                2
            )
        ) as n_needed,
        'can_the_next_campaign_prove_it' as question_id,
        case when n_needed <= next_campaign.n_households then 'yes' else 'no' end
            as answer
    from next_campaign
    cross join contact_costs
    left join past_effects using (metric, horizon_weeks)

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
