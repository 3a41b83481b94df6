-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_campaigns as (

    select * from {{ ref('base_campaigns') }}

),

final as (

    select
        ---------- ids
        campaign_id,

        ---------- strings
        campaign_type,

        ---------- numbers
        start_day,
        end_day,

        ---------- booleans
        is_open_ended
    from checked_campaigns
    where reject_reason is null and not is_repeat

)

select * from final
