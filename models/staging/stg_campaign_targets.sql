-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_targets as (

    select * from {{ ref('base_campaign_targets') }}

),

final as (

    select
        ---------- ids
        campaign_id,
        household_id
    from checked_targets
    where reject_reason is null

)

select * from final
