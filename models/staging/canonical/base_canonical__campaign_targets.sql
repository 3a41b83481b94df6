with

raw_targets as (

    select * from {{ source('canonical', 'campaign_targets') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('campaign_id') }} as campaign_id,
        {{ whole_number('household_id') }} as household_id,

        ---------- the row as it came, for the report on rejected rows
        raw_targets as raw_row
    from raw_targets

)

select * from final
