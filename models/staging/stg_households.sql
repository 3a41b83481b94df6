-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_households as (

    select * from {{ ref('base_households') }}

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
        household_composition,
        kids_count
    from checked_households
    where reject_reason is null and has_purchases and not is_repeat

)

select * from final
