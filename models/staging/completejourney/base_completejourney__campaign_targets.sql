with

raw_targets as (

    select * from {{ source('completejourney', 'campaigns') }}

),

final as (

    select
        ---------- ids
        campaign_id,
        household_id,

        ---------- what only a retailer's own tables have
        cast(null as double) as probability,
        true as is_sent,
        cast(null as varchar) as problem,
        false as is_repeat,

        ---------- the row as it came, for the report on rejected rows
        raw_targets as raw_row
    from raw_targets

)

select * from final
