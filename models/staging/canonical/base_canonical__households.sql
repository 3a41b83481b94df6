{% set raw = raw_table('canonical', 'households') %}

with

raw_households as (

    select * from {{ raw.relation }}

),

stated_households as (

    select
        ---------- ids
        {{ source_key(raw, 'household_id') }} as household_id,

        ---------- strings
        {{ stated_text(raw, 'age') }} as age,
        {{ stated_text(raw, 'income') }} as income,
        {{ stated_text(raw, 'home_ownership') }} as home_ownership,
        {{ stated_text(raw, 'marital_status') }} as marital_status,
        {{ stated_text(raw, 'household_size') }} as household_size,
        {{ stated_text(raw, 'household_composition') }} as household_composition,
        {{ stated_text(raw, 'kids_count') }} as kids_count,
        {{ stated_attributes(raw, 'household_id') }} as attributes,

        ---------- what is wrong with the row, and the row as it came
        {{ source_key_problem(raw, 'household_id') }} as problem,
        raw_households as raw_row
    from raw_households

),

final as (

    select
        *,
        row_number() over (partition by household_id, attributes) > 1
        and household_id is not null as is_repeat
    from stated_households

)

select * from final
