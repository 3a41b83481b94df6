with

raw_demographics as (

    select * from {{ empty_if_absent('dunnhumby', 'hh_demographic') }}

),

-- Levels have the names of the bundled edition, so that both can be compared.
final as (

    select
        ---------- ids
        {{ whole_number('household_key') }} as household_id,

        ---------- strings
        age_desc as age,
        income_desc as income,
        case homeowner_desc
            when 'Unknown' then null
            when 'Probable Owner' then 'Probable Homeowner'
            else homeowner_desc
        end as home_ownership,
        case marital_status_code
            when 'A' then 'Married'
            when 'B' then 'Unmarried'
        end as marital_status,
        household_size_desc as household_size,
        case hh_comp_desc
            when 'Single Female' then '1 Adult No Kids'
            when 'Single Male' then '1 Adult No Kids'
            when 'Unknown' then null
            else hh_comp_desc
        end as household_composition,
        case kid_category_desc
            when 'None/Unknown' then '0'
            else kid_category_desc
        end as kids_count,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as problem,
        false as is_repeat,

        ---------- the row as it came, for the report on rejected rows
        raw_demographics as raw_row
    from raw_demographics

)

select * from final
