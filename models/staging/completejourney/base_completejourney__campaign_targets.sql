with

raw_targets as (

    select * from {{ source('completejourney', 'campaigns') }}

),

final as (

    select
        ---------- ids
        campaign_id,
        household_id,

        ---------- the row as it came, for the report on rejected rows
        raw_targets as raw_row
    from raw_targets

)

select * from final
