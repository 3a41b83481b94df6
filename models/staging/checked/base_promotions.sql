{#- Parquet files and tables are read in place, which is faster than a copy. Text is
    parsed once. -#}
{{ config(materialized='ephemeral' if setting('edition') == 'completejourney' or (
    setting('edition') == 'canonical'
    and setting('canonical_format') in ('parquet', 'table')
) else 'table') }}

with

edition_promotions as (

    select * from {{ ref('base_' ~ setting('edition') ~ '__promotions') }}

),

-- Repeated keys are a known property of the data. stg_promotions keeps one row per key
-- and stg_known_duplicates counts the other rows.
final as (

    select
        product_id,
        store_id,
        week,
        display,
        mailer,
        case
            when problem is not null then problem
            when product_id is null then 'product_id is not a whole number'
            when store_id is null then 'store_id is not a whole number'
            when week is null then 'week is not a whole number'
            when display is null or length(display) != 1
                then 'display is not a code of one character'
            when mailer is null or length(mailer) != 1
                then 'mailer is not a code of one character'
        end as reject_reason,
        case when reject_reason is not null then cast(raw_row as varchar) end
            as raw_text
    from edition_promotions

)

select * from final
