with

power as (

    select * from {{ ref('fct_power') }}

),

past_effects as (

    select * from {{ ref('int_power_targets') }}
    where target = 'effect of past campaigns' and is_gain

),

settings as (

    select * from {{ ref('int_power_settings') }}

),

-- The effect that pays for a contact.
contact_costs as (

    select cost_per_contact / {{ setting('margin') }} as break_even
    from {{ ref('int_contact_cost') }}

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
final as (

    select
        next_campaign.*,
        next_campaign.minimum_detectable_effect
        / (settings.level_quantile + settings.power_quantile) as std_error,
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
        ) as n_needed
    from next_campaign
    cross join settings
    cross join contact_costs
    left join past_effects using (metric, horizon_weeks)

)

select * from final
