with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where is_main_design

),

matched_pairs as (

    select * from {{ ref('int_matched_pairs') }}

),

matched_controls as (

    select * from {{ ref('int_matched_controls') }}

),

matched_units as (

    select
        design,
        split_id,
        campaign_id,
        household_id,
        1 as n_uses
    from matched_pairs
    union all
    select
        design,
        split_id,
        campaign_id,
        household_id,
        n_uses
    from matched_controls

),

final as (

    select
        unit_propensities.design,
        unit_propensities.split_id,
        unit_propensities.campaign_id,
        unit_propensities.household_id,
        unit_propensities.is_treated,
        1 as unweighted,
        case unit_propensities.is_treated
            when 1 then 1 / unit_propensities.propensity
            else 1 / (1 - unit_propensities.propensity)
        end as ipw,
        case unit_propensities.is_treated
            when 1 then 1
            else unit_propensities.propensity / (1 - unit_propensities.propensity)
        end as att,
        case unit_propensities.is_treated
            when 1 then 1 - unit_propensities.propensity
            else unit_propensities.propensity
        end as overlap,
        coalesce(matched_units.n_uses, 0) as matched
    from unit_propensities
    left join matched_units
        on
            unit_propensities.design = matched_units.design
            and unit_propensities.split_id = matched_units.split_id
            and unit_propensities.campaign_id = matched_units.campaign_id
            and unit_propensities.household_id = matched_units.household_id

)

select * from final
order by design, split_id, campaign_id, household_id
