with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where is_main_design

),

crump_rules as (

    select *
    from {{ ref('int_trimming_rules') }}
    where rule = 'crump'

),

excluded_units as (

    select * from {{ ref('int_excluded_units') }}

),

final as (

    select
        unit_propensities.design,
        unit_propensities.split_id,
        unit_propensities.campaign_id,
        unit_propensities.household_id,
        unit_propensities.raw_propensity
        between crump_rules.threshold and 1 - crump_rules.threshold
        and excluded_units.household_id is null as is_comparable
    from unit_propensities
    inner join crump_rules
        on
            unit_propensities.design = crump_rules.design
            and unit_propensities.split_id = crump_rules.split_id
    left join excluded_units
        on
            unit_propensities.design = excluded_units.design
            and unit_propensities.campaign_id = excluded_units.campaign_id
            and unit_propensities.household_id = excluded_units.household_id

)

select * from final
order by design, split_id, campaign_id, household_id
