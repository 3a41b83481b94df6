{% set raw = raw_table('canonical', 'campaigns') %}

with

raw_campaigns as (

    select
        campaigns.*,
        campaigns as raw_row
    from {{ raw.relation }} as campaigns

),

days as (

    select
        min(transacted_on - cast(day as integer)) as day_zero,
        bool_and(is_date_unknown) as is_date_unknown
    from {{ ref('base_canonical__known_days') }}

),

stated_campaigns as (

    select
        ---------- ids
        {{ source_key(raw, 'campaign_id') }} as campaign_id,
        {{ source_spelling(raw, 'campaign_id') }} as source_campaign_id,

        ---------- strings
        coalesce({{ stated_text(raw, 'campaign_type') }}, 'unknown') as campaign_type,

        ---------- numbers
        {{ stated_day(raw, 'start_day', 'start_date') }} as start_day,
        {{ stated_day(raw, 'end_day', 'end_date') }} as end_day,

        ---------- what is wrong with the row, and the row as it came
        coalesce(
            {{ source_key_problem(raw, 'campaign_id') }},
            {{ day_problem(raw, 'start_day', 'start_date') }},
            {{ day_problem(raw, 'end_day', 'end_date', is_required=false) }}
        ) as problem,
        raw_campaigns.raw_row
    from raw_campaigns
    left join days on true

),

-- Mail and mail are one type.
final as (

    select
        * replace (
            min(campaign_type) over (partition by lower(campaign_type)) as campaign_type
        )
    from stated_campaigns

)

select * from final
