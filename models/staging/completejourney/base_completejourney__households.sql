with

raw_demographics as (

    select * from {{ source('completejourney', 'demographics') }}

),

final as (

    select
        ---------- ids
        household_id,

        ---------- strings
        age,
        income,
        home_ownership,
        marital_status,
        household_size,
        household_comp as household_composition,
        kids_count,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as problem,
        false as is_repeat,

        ---------- the row as it came, for the report on rejected rows
        raw_demographics as raw_row
    from raw_demographics

)

select * from final
