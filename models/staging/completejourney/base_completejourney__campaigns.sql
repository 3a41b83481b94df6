with

raw_campaigns as (

    select * from {{ source('completejourney', 'campaign_descriptions') }}

),

final as (

    select
        ---------- ids
        campaign_id,

        ---------- strings
        replace(campaign_type, 'Type ', '') as campaign_type,

        ---------- numbers
        date_diff('day', date '2016-12-31', cast(start_date as date)) as start_day,
        date_diff('day', date '2016-12-31', cast(end_date as date)) as end_day,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as source_campaign_id,
        end_day as stated_end_day,
        false as is_open_ended,
        cast(null as varchar) as problem,
        false as is_repeat,

        ---------- the row as it came, for the report on rejected rows
        raw_campaigns as raw_row
    from raw_campaigns

)

select * from final
