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

        ---------- numbers
        count(*) as n_targets,
        count(*) filter (where not has_purchases) as n_without_purchase
    from checked_targets
    where reject_reason is null and not is_repeat
    group by campaign_id

)

select * from final
