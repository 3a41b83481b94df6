with

flags as (

    select * from {{ ref('int_list_flags') }}

),

propensities as (

    select * from {{ ref('py_household_propensities') }}

),

-- The population whose effects decide, and whether it passes its gate.
decisive_populations as (

    select *
    from {{ ref('fct_target_populations') }}
    where design = '{{ var("primary_design") }}' and is_decisive

),

-- Of the comparable population the trials say what a campaign does. Above and below it
-- they hold no household of the other arm to compare with.
final as (

    select
        flags.household_id,
        propensities.propensity,
        case
            when flags.suppression is not null then null
            when coalesce(decisive_populations.gate_status, 'failed') = 'failed'
                then 'no comparison'
            when decisive_populations.population = 'all' then 'comparable'
            when propensities.propensity > decisive_populations.highest_propensity
                then 'always sent'
            when propensities.propensity < decisive_populations.lowest_propensity
                then 'never sent'
            when propensities.propensity is not null then 'comparable'
        end as evidence_class
    from flags
    left join propensities on flags.household_id = propensities.household_id
    left join decisive_populations on true

)

select * from final
order by household_id
