{#- The effect that pays for a contact. -#}
{% set break_even = var('cost_per_contact') / var('margin') %}

with

power as (

    select * from {{ ref('fct_power') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

-- The next campaign: half of the households sent, sales over the longest horizon less
-- what the look-back foretells.
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

-- Households go with the square of the effect.
needs as (

    select
        *,
        cast(
            ceil(n_households * pow(minimum_detectable_effect / {{ break_even }}, 2))
            as bigint
        ) as n_needed
    from next_campaign
    where horizon_number = 1

),

final as (

    select
        overlap.design,
        'can_the_next_campaign_prove_it' as question_id,
        'Can the next campaign prove it?' as question,
        needs.minimum_detectable_effect as estimate,
        format(
            'dollars of sales in {} weeks that would be found', needs.horizon_weeks
        ) as unit,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        case
            when needs.n_needed <= needs.n_households
                then
                    format(
                        'yes: {} of {} households, half of them sent, would show an '
                        || 'effect that pays for the contact ({:.2f} dollars)',
                        needs.n_needed,
                        needs.n_households,
                        {{ break_even }}
                    )
            else
                format(
                    'no: an effect that pays for the contact ({:.2f} dollars) takes {} '
                    || 'households, and there are {}; these would show one of {:.0f}',
                    {{ break_even }},
                    needs.n_needed,
                    needs.n_households,
                    needs.minimum_detectable_effect
                )
        end as verdict,
        case
            when needs.n_needed <= needs.n_households
                then 'Draw at random inside fct_campaign_list, and build again after.'
            else 'Pool several campaigns, or ask for a larger effect: see fct_power.'
        end as next_action
    from needs
    cross join overlap

)

select * from final
order by design, question_id
