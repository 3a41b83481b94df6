with

raw_campaigns as (

    select * from {{ source('dunnhumby', 'campaign_desc') }}

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

        ---------- the row as it came, for the report on rejected rows
        raw_campaigns as raw_row
    from raw_campaigns

)

select * from final
