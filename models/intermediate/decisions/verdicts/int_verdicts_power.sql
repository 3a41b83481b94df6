with

power as (

    select * from {{ ref('fct_power') }}

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

    select
        *,
        row_number() over (order by horizon_weeks desc) as horizon_number
    from power
    where
        metric = 'purchase_amount'
        and method = 'cuped'
        and arm_rule = 'one campaign'
        and treated_share = 0.5
        and minimum_detectable_effect is not null

),

-- The households that are needed grow with the square of one over the effect.
needs as (

    select
        *,
        ceil(n_households * pow(minimum_detectable_effect / break_even, 2))
            as n_needed,
        'can_the_next_campaign_prove_it' as question_id,
        case when n_needed <= n_households then 'yes' else 'no' end as answer
    from next_campaign
    cross join contact_costs
    where horizon_number = 1

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
            'detectable': in_money('needs.minimum_detectable_effect'),
        }) }} as verdict,
        words.next_action
    from needs
    inner join words
        on needs.question_id = words.topic and needs.answer = words.answer
    cross join asking_designs

)

select * from final
order by design, question_id
