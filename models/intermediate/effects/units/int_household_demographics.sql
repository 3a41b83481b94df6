with

households as (

    select * from {{ ref('stg_households') }}

),

demographic_levels as (

    select * from {{ ref('demographic_levels') }}

),

stated_levels as (

    unpivot households
    on age, income, home_ownership, marital_status, household_size, kids_count
    into name attribute value level

),

-- A level without a number in the seed counts as not stated.
numbered_levels as (

    select
        stated_levels.household_id,
        stated_levels.attribute,
        demographic_levels.value
    from stated_levels
    inner join demographic_levels
        on
            stated_levels.attribute = demographic_levels.attribute
            and stated_levels.level = demographic_levels.level

),

final as (

    select
        household_id,
        max(value) filter (where attribute = 'age') as age_years,
        max(value) filter (where attribute = 'income') as income_thousands,
        max(value) filter (where attribute = 'home_ownership') as is_homeowner,
        max(value) filter (where attribute = 'marital_status') as is_married,
        max(value) filter (where attribute = 'household_size') as household_size,
        max(value) filter (where attribute = 'kids_count') as n_kids
    from numbered_levels
    group by household_id

)

select * from final
order by household_id
