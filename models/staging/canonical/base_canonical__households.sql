with

raw_households as (

    select * from {{ optional_source('canonical', 'households') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('household_id') }} as household_id,

        ---------- strings
        nullif(trim(age), '') as age,
        nullif(trim(income), '') as income,
        nullif(trim(home_ownership), '') as home_ownership,
        nullif(trim(marital_status), '') as marital_status,
        nullif(trim(household_size), '') as household_size,
        nullif(trim(household_composition), '') as household_composition,
        nullif(trim(kids_count), '') as kids_count,

        ---------- the row as it came, for the report on rejected rows
        raw_households as raw_row
    from raw_households

)

select * from final
