{% set is_own = setting('edition') == 'canonical' %}

with

edition_campaigns as (

    select * from {{ ref('base_' ~ setting('edition') ~ '__campaigns') }}

),

numbered_campaigns as (

    select
        *,
        row_number() over (
            partition by campaign_id, is_repeat order by start_day, stated_end_day
        ) as key_row_number
    from edition_campaigns

),

final as (

    select
        campaign_id,
        source_campaign_id,
        campaign_type,
        start_day,
        end_day,
        is_open_ended,
        is_repeat,
        case
            when problem is not null then problem
            when campaign_id is null then 'campaign_id is not a whole number'
            {% if not is_own -%}
            when campaign_type is null or campaign_type not in ('A', 'B', 'C')
                then 'unknown campaign type'
            {% endif -%}
            when start_day is null then 'start_day is not a whole number'
            when end_day is null then 'end_day is not a whole number'
            when stated_end_day < start_day then 'end_day is before start_day'
            when is_repeat then null
            when key_row_number > 1 then 'duplicated key (campaign_id)'
        end as reject_reason,
        case when reject_reason is not null then cast(raw_row as varchar) end
            as raw_text
    from numbered_campaigns

)

select * from final
