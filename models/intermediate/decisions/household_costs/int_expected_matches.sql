with

redemption_units as (

    select * from {{ ref('int_redemption_units') }}

),

predictions as (

    select * from {{ ref('py_redemption_costs') }}

),

-- One factor per split makes the predictions of the treated add up to their matches.
final as (

    select
        predictions.design,
        predictions.split_id,
        predictions.campaign_id,
        predictions.household_id,
        redemption_units.common_cost,
        redemption_units.coupon_match,
        predictions.predicted_match
        * {{ exact_sum('redemption_units.coupon_match', 'over splits') }}
        / {{ exact_sum(
            'predictions.predicted_match * redemption_units.is_treated',
            'over splits',
        ) }} as expected_match
    from predictions
    inner join redemption_units
        on
            predictions.design = redemption_units.design
            and predictions.campaign_id = redemption_units.campaign_id
            and predictions.household_id = redemption_units.household_id
    window splits as (partition by predictions.design, predictions.split_id)

)

select * from final
order by design, split_id, campaign_id, household_id
