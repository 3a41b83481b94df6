with

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

unit_outcomes as (

    unpivot estimation_units
    on columns('^(purchase_(amount|count|any)|category_|redemption_)')
    into name outcome value outcome_value

),

-- Placebo designs and variants answer for sales alone.
final as (

    select
        design,
        campaign_id,
        household_id,
        is_treated,
        outcome,
        outcome_value
    from unit_outcomes
    where is_main_design or outcome = 'purchase_amount'

)

select * from final
order by design, outcome, campaign_id, household_id
