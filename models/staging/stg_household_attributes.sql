-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_households as (

    select * from {{ ref('base_households') }}

),

listed_attributes as (

    select
        household_id,
        unnest(attributes) as stated
    from checked_households
    where reject_reason is null and has_purchases and not is_repeat

),

final as (

    select
        ---------- ids
        household_id,

        ---------- strings
        stated['attribute'] as attribute,
        stated['level'] as level
    from listed_attributes

)

select * from final
