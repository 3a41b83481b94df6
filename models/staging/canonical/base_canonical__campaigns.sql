with

stated_campaigns as (

    select * from {{ ref('base_canonical__stated_campaigns') }}

),

data_ends as (

    select max(day) as last_day from {{ ref('base_canonical__known_days') }}

),

-- The campaigns that one may follow: of a type that is studied, on another day.
next_starts as (

    select
        *,
        min(case when {{ is_studied_type('campaign_type') }} then start_day end) over (
            order by start_day range between 1 following and unbounded following
        ) as next_start_day
    from stated_campaigns

),

-- A campaign without an end, or with one after the data, lasts until the next one
-- starts or the data end. A campaign that has not started yet keeps its days.
final as (

    select
        next_starts.campaign_id,
        next_starts.source_campaign_id,
        next_starts.campaign_type,
        next_starts.start_day,
        next_starts.end_day as stated_end_day,
        coalesce(next_starts.end_day > data_ends.last_day, true) as is_open_ended,
        case
            when next_starts.end_day <= data_ends.last_day then next_starts.end_day
            when next_starts.start_day > data_ends.last_day
                then coalesce(next_starts.end_day, next_starts.start_day)
            when next_starts.next_start_day <= data_ends.last_day
                then next_starts.next_start_day - 1
            else data_ends.last_day
        end as end_day,
        next_starts.problem,
        row_number() over (
            partition by
                next_starts.campaign_id,
                next_starts.campaign_type,
                next_starts.start_day,
                next_starts.end_day
        ) > 1 and next_starts.campaign_id is not null as is_repeat,
        next_starts.raw_row
    from next_starts
    left join data_ends on true

)

select * from final
