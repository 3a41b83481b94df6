with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where is_main_design

),

contact_cost as (

    select * from {{ ref('int_contact_cost') }}

),

expected_matches as (

    select * from {{ ref('int_expected_matches') }}

),

-- cost_score is the doubly robust score of the cost if the unit is sent the campaign:
-- Robins, Rotnitzky and Zhao (1994), where the cost if it is not sent is 0.
costs as (

    select
        unit_propensities.design,
        unit_propensities.split_id,
        unit_propensities.campaign_id,
        unit_propensities.household_id,
        unit_propensities.is_treated,
        unit_propensities.propensity,
        if(expected_matches.design is null, 'flat', 'household') as cost_basis,
        contact_cost.cost_per_contact as flat_cost,
        coalesce(expected_matches.common_cost, contact_cost.cost_per_contact)
            as common_cost,
        expected_matches.coupon_match,
        expected_matches.expected_match,
        coalesce(
            expected_matches.common_cost + expected_matches.expected_match,
            contact_cost.cost_per_contact
        ) as household_cost,
        coalesce(
            expected_matches.common_cost
            + expected_matches.expected_match
            + unit_propensities.is_treated
            * (expected_matches.coupon_match - expected_matches.expected_match)
            / unit_propensities.propensity,
            contact_cost.cost_per_contact
        ) as cost_score
    from unit_propensities
    cross join contact_cost
    left join expected_matches
        on
            unit_propensities.design = expected_matches.design
            and unit_propensities.split_id = expected_matches.split_id
            and unit_propensities.campaign_id = expected_matches.campaign_id
            and unit_propensities.household_id = expected_matches.household_id

),

-- Decisions go by what is expected, and profits count what was measured.
final as (

    select
        *,
        {{ configured_cost('household_cost', 'flat_cost') }} as cost_per_contact,
        {{ configured_cost('cost_score', 'flat_cost') }} as profit_cost,
        {{ configured_cost('common_cost + coalesce(coupon_match, 0)', 'flat_cost') }}
            as paid_cost
    from costs

)

select * from final
order by design, split_id, campaign_id, household_id
