with

raw_campaigns as (

    select * from {{ source('canonical', 'campaigns') }}

),

final as (

    select
        ---------- ids
        try_cast(campaign_id as bigint) as campaign_id,

        ---------- strings
        nullif(trim(campaign_type), '') as campaign_type,

        ---------- numbers
        try_cast(start_day as bigint) as start_day,
        try_cast(end_day as bigint) as end_day,

        ---------- the row as it came, for the report on rejected rows
        raw_campaigns as raw_row
    from raw_campaigns

)

select * from final
