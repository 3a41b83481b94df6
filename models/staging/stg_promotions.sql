-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}
-- It is a table, because removing the repeated keys of 21 million rows takes seconds.
{{ config(materialized='table') }}

with

checked_promotions as (

    select * from {{ ref('base_promotions') }}

),

-- Repeated keys would multiply lines in joins, so the stronger placement of each key is
-- kept. Codes are single characters; they are compared as numbers, which is faster.
final as (

    select
        ---------- ids
        product_id,
        store_id,

        ---------- strings
        chr(max(cast(ascii(display) as utinyint))) as display,
        chr(max(cast(ascii(mailer) as utinyint))) as mailer,

        ---------- numbers
        week
    from checked_promotions
    where reject_reason is null
    group by product_id, store_id, week

)

select * from final
