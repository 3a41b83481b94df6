with

raw_targets as (

    select * from {{ source('dunnhumby', 'campaign_table') }}

),

final as (

    select
        ---------- ids
        try_cast(campaign as bigint) as campaign_id,
        try_cast(household_key as bigint) as household_id,

        ---------- the row as it came, for the report on rejected rows
        raw_targets as raw_row
    from raw_targets

)

select * from final
