-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_attributes as (

    select * from {{ ref('base_household_attributes') }}

),

final as (

    select
        ---------- ids
        household_id,

        ---------- strings
        attribute,
        level
    from checked_attributes

)

select * from final
