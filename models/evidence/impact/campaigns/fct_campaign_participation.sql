with

effects as (

    select
        *,
        redeemed_sent - redeemed_others as redeemed_difference,
        bought_sent - bought_others as bought_difference,
        sqrt(bought_variance) as bought_std_error,
        pow(1.959963984540054, 2) as z_square
    from {{ ref('int_participation_effects') }}

),

valid_estimates as (

    select * from {{ ref('fct_campaign_estimates') }}

),

-- Fieller (1954): all ratios that the data do not reject. They form an interval only if
-- the difference in redemptions is significant.
fieller_terms as (

    select
        *,
        pow(redeemed_difference, 2) - z_square * redeemed_variance as a,
        effect * redeemed_difference - z_square * covariance as b,
        pow(effect, 2) - z_square * effect_variance as c
    from effects

),

ratios as (

    select
        *,
        case when a > 0 then effect / redeemed_difference end as redeemer_effect,
        case when a > 0 then (b - sqrt(greatest(0, b * b - a * c))) / a end
            as redeemer_lower,
        case when a > 0 then (b + sqrt(greatest(0, b * b - a * c))) / a end
            as redeemer_upper
    from fieller_terms

),

final as (

    select
        ratios.scope,
        ratios.estimator,
        cast(ratios.n_sent as bigint) as n_sent,
        valid_estimates.scope is not null as is_valid,
        ratios.bought_sent,
        ratios.bought_others,
        ratios.bought_difference,
        {{ confidence_limit(
            'ratios.bought_difference', 'ratios.bought_std_error', 'lower'
        ) }} as bought_difference_lower,
        {{ confidence_limit(
            'ratios.bought_difference', 'ratios.bought_std_error', 'upper'
        ) }} as bought_difference_upper,
        ratios.redeemed_sent,
        ratios.redeemed_others,
        ratios.effect,
        ratios.redeemer_effect,
        ratios.redeemer_lower,
        ratios.redeemer_upper,
        case
            when ratios.redeemer_effect is not null
                then least(ratios.effect, ratios.redeemer_effect)
        end as bound_lower,
        case
            when ratios.redeemer_effect is not null
                then greatest(ratios.effect, ratios.redeemer_effect)
        end as bound_upper
    from ratios
    left join valid_estimates
        on
            ratios.scope = valid_estimates.scope
            and ratios.estimator = valid_estimates.estimator

)

select * from final
order by scope, estimator
