with

raw_campaigns as (

    select * from {{ empty_if_absent('dunnhumby', 'campaign_desc') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('campaign') }} as campaign_id,

        ---------- strings
        replace(description, 'Type', '') as campaign_type,

        ---------- numbers
        {{ whole_number('start_day') }} as start_day,
        {{ whole_number('end_day') }} as end_day,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as source_campaign_id,
        {{ whole_number('end_day') }} as stated_end_day,
        false as is_open_ended,
        cast(null as varchar) as problem,
        false as is_repeat,

        ---------- the row as it came, for the report on rejected rows
        raw_campaigns as raw_row
    from raw_campaigns

)

select * from final
