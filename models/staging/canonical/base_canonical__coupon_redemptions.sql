{% set raw = raw_table('canonical', 'coupon_redemptions') %}

with

raw_redemptions as (

    select
        redemptions.*,
        redemptions as raw_row
    from {{ raw.relation }} as redemptions

),

days as (

    select
        min(transacted_on - cast(day as integer)) as day_zero,
        bool_and(is_date_unknown) as is_date_unknown
    from {{ ref('base_canonical__known_days') }}

),

final as (

    select
        ---------- ids
        {{ source_key(raw, 'household_id') }} as household_id,
        {{ source_key(raw, 'coupon_upc') }} as coupon_upc,
        {{ source_key(raw, 'campaign_id') }} as campaign_id,

        ---------- numbers
        {{ stated_day(raw, 'day', 'redeemed_on') }} as day,

        ---------- what is wrong with the row, and the row as it came
        coalesce(
            {{ source_key_problem(raw, 'household_id') }},
            {{ source_key_problem(raw, 'coupon_upc') }},
            {{ source_key_problem(raw, 'campaign_id') }},
            {{ day_problem(raw, 'day', 'redeemed_on') }}
        ) as problem,
        raw_redemptions.raw_row
    from raw_redemptions
    left join days on true

)

select * from final
