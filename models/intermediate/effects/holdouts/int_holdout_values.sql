with

-- Units whose arm was drawn with a known probability.
trial_units as (

    select *
    from {{ ref('int_trial_units') }}
    where known_propensity is not null

),

outcomes as (

    select
        design,
        campaign_id,
        household_id,
        cast(columns(* exclude (design, campaign_id, household_id)) as double)
    from {{ ref('int_trial_outcomes') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

lookbacks as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        trial_units.is_treated,
        trial_units.known_propensity,
        cast(coalesce(sum(purchase_days.sales_value), 0) as double) as lookback_amount,
        cast(coalesce(sum(purchase_days.n_baskets), 0) as double) as lookback_count
    from trial_units
    left join purchase_days
        on
            trial_units.household_id = purchase_days.household_id
            and purchase_days.day
            between trial_units.lookback_start_day and trial_units.lookback_end_day
    group by
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        trial_units.is_treated,
        trial_units.known_propensity

),

outcome_rows as (

    unpivot outcomes
    on columns(* exclude (design, campaign_id, household_id))
    into name outcome value outcome_value

),

-- Sales are predicted by sales of the look-back, all else by baskets.
final as (

    select
        lookbacks.design,
        outcome_rows.outcome,
        lookbacks.campaign_id,
        lookbacks.household_id,
        cast(lookbacks.is_treated as integer) as is_treated,
        lookbacks.known_propensity,
        outcome_rows.outcome_value,
        case
            when
                contains(outcome_rows.outcome, 'amount')
                or outcome_rows.outcome = 'category_purchase'
                then lookbacks.lookback_amount
            else lookbacks.lookback_count
        end as lookback_value
    from lookbacks
    inner join outcome_rows
        on
            lookbacks.design = outcome_rows.design
            and lookbacks.campaign_id = outcome_rows.campaign_id
            and lookbacks.household_id = outcome_rows.household_id

)

select * from final
order by design, outcome, campaign_id, household_id
