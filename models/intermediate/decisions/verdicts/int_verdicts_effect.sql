with

effect_estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

sensitivity as (

    select *
    from {{ ref('fct_sensitivity') }}
    where
        outcome = 'purchase_amount'
        and scenario = 'robustness value of the interval'

),

effect_verdicts as (

    select
        design,
        'did_spend_rise' as question_id,
        'Did the campaigns raise spend?' as question,
        estimate,
        'dollars per household (' || estimand || ')' as unit,
        ci_lower,
        ci_upper,
        p_value,
        case
            when ci_lower > 0 then 'raised spend'
            when ci_upper < 0 then 'lowered spend'
            else 'no detectable effect'
        end as verdict,
        case
            when ci_lower > 0
                then 'Confirm with a random holdout in the next campaign.'
            when ci_upper < 0
                then 'Stop, or test another offer against a random holdout.'
            else 'Do not scale up: hold out at random and measure again.'
        end as next_action
    from effect_estimates

),

sensitivity_verdicts as (

    select
        design,
        'how_fragile_is_it' as question_id,
        'How strong a hidden cause would explain the effect away?' as question,
        confounder_strength as estimate,
        'share of the unexplained targeting and spend' as unit,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        case
            when confounder_strength = 0 then 'there is no effect to explain away'
            else 'one that explains '
                || format('{:.1f} %', 100 * confounder_strength)
                || ' of what the covariates leave of both targeting and spend'
        end as verdict,
        'Ask what the retailer knew that the covariates do not say.' as next_action
    from sensitivity

),

final as (

    select * from effect_verdicts
    union all
    select * from sensitivity_verdicts

)

select * from final
order by design, question_id
