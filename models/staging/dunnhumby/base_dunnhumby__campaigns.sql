with

raw_campaigns as (

    select * from {{ source('dunnhumby', 'campaign_desc') }}

),

final as (

    select
        ---------- ids
        try_cast(campaign as bigint) as campaign_id,

        ---------- strings
        replace(description, 'Type', '') as campaign_type,

        ---------- numbers
        try_cast(start_day as bigint) as start_day,
        try_cast(end_day as bigint) as end_day,

        ---------- the row as it came, for the report on rejected rows
        raw_campaigns as raw_row
    from raw_campaigns

)

select * from final
