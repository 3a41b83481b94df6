with

plans as (

    select
        *,
        unnest(cast({{ var('interim_shares') }} as double[])) as share
    from {{ ref('int_next_campaign_power') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'interim_look'

),

-- The drift is the effect in errors.
scaled_plans as (

    select
        *,
        (effect - break_even) / nullif(std_error, 0) as drift,
        {{ normal_quantile('1 - ' ~ var('power_alpha') ~ ' / 4') }} / sqrt(share)
            as spending_z
    from plans

),

-- A look spends some of the false alarms (Lan and DeMets 1983), the end has the rest.
levels as (

    select
        *,
        2 * {{ two_sided_p_value('spending_z') }} as spent_level
    from scaled_plans

),

quantiles as (

    select
        *,
        {{ normal_quantile('1 - spent_level / 2') }} as success_z,
        {{ normal_quantile('1 - (' ~ var('power_alpha') ~ ' - spent_level) / 2') }}
            as final_z,
        {{ normal_quantile(var('min_conditional_power')) }} as giving_up_z
    from levels

),

-- Below futility_z the end is passed with less than the given chance, if the effect is
-- as planned (Lan, Simon and Halperin 1982).
limits as (

    select
        *,
        std_error / sqrt(share) as look_error,
        least(
            (final_z - drift * (1 - share) + sqrt(1 - share) * giving_up_z)
            / sqrt(share),
            success_z
        ) as futility_z
    from quantiles

),

chances as (

    select
        *,
        break_even + success_z * look_error as success_effect,
        break_even + futility_z * look_error as futility_effect,
        break_even + final_z * std_error as final_effect,
        ceil(share * n_households) as n_households_at_look,
        {{ upper_tail_p_value('success_z - drift * sqrt(share)', 1) }}
            as early_success_chance,
        {{ upper_tail_p_value('drift * sqrt(share) - futility_z', 1) }}
            as early_failure_chance,
        {{ upper_tail_p_value('-futility_z', 1) }}
            as early_failure_chance_at_break_even,
        {{ upper_tail_p_value('final_z - drift', 1) }} as final_power
    from limits

),

final as (

    select
        chances.share,
        cast(chances.n_households_at_look as integer) as n_households_at_look,
        cast(chances.n_households as integer) as n_households,
        cast(chances.horizon_weeks as integer) as horizon_weeks,
        chances.break_even,
        chances.effect as planned_effect,
        chances.success_effect,
        chances.futility_effect,
        chances.final_effect,
        chances.spent_level,
        chances.early_success_chance,
        chances.early_failure_chance,
        chances.early_failure_chance_at_break_even,
        chances.final_power,
        {{ fill_in('words.words', {
            'seen': in_digits('chances.n_households_at_look', 0),
            'all': in_digits('chances.n_households', 0),
            'success': in_money('chances.success_effect'),
            'futility': in_money('chances.futility_effect'),
            'final': in_money('chances.final_effect'),
            'lost': in_per_cent('chances.early_failure_chance', 0),
            'saved': in_per_cent('chances.early_failure_chance_at_break_even', 0),
        }) }} as plan
    from chances
    cross join words

)

select * from final
order by share
