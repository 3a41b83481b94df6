-- Waits for the gate on rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}
-- A table because removing the repeated keys of 21 million rows takes seconds.
{{ config(materialized='table') }}

with

checked_promotions as (

    select * from {{ ref('base_promotions') }}

),

-- One row per key, or lines would multiply in any join. Of repeated rows the stronger
-- placement wins; codes are single characters, so numbers compare faster than strings.
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
