with

participation as (

    select * from {{ ref('int_participation') }}

),

weights as (

    select * from {{ ref('int_week_weights') }}

),

-- Each estimator compares the arms with the weights that its effect has.
weighted_units as (

    select
        'difference in differences' as estimator,
        *,
        1 / count(*) over (partition by campaign_id, is_sent) as weight,
        count(*) over (partition by campaign_id, is_sent) as n_units
    from participation
    union all
    select
        'doubly robust' as estimator,
        participation.*,
        weights.weight,
        weights.n_units
    from participation
    inner join weights
        on
            participation.campaign_id = weights.campaign_id
            and participation.household_id = weights.household_id

),

arms as (

    select
        estimator,
        campaign_id,
        is_sent,
        {{ exact_sum('weight * has_redeemed') }} as redeemed_share,
        {{ exact_sum('weight * has_bought') }} as bought_share
    from weighted_units
    group by estimator, campaign_id, is_sent

),

-- Deviations from the arm's share, in the direction in which the arm counts.
deviations as (

    select
        weighted_units.*,
        case when weighted_units.is_sent then 1 else -1 end
        * sqrt(weighted_units.n_units / (weighted_units.n_units - 1.0))
        * weighted_units.weight as error_weight,
        weighted_units.has_redeemed - arms.redeemed_share as redeemed_deviation,
        weighted_units.has_bought - arms.bought_share as bought_deviation
    from weighted_units
    inner join arms
        on
            weighted_units.estimator = arms.estimator
            and weighted_units.campaign_id = arms.campaign_id
            and weighted_units.is_sent = arms.is_sent
    where weighted_units.n_units > 1

),

final as (

    select
        estimator,
        campaign_id,
        household_id,
        is_sent,
        weight * has_redeemed as redeemed_share,
        error_weight * redeemed_deviation as redeemed_error,
        weight * has_bought as bought_share,
        error_weight * bought_deviation as bought_error
    from deviations

)

select * from final
order by estimator, campaign_id, household_id
