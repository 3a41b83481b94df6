-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_targets as (

    select * from {{ ref('base_campaign_targets') }}

),

experiments as (

    select
        campaign_id,
        bool_or(not is_sent) as is_experiment
    from checked_targets
    where reject_reason is null
    group by campaign_id

),

-- Who never bought is no customer yet: stg_left_out_targets counts them.
final as (

    select
        ---------- ids
        checked_targets.campaign_id,
        checked_targets.household_id,

        ---------- numbers
        checked_targets.probability,

        ---------- booleans
        checked_targets.is_sent,
        experiments.is_experiment
    from checked_targets
    inner join experiments on checked_targets.campaign_id = experiments.campaign_id
    where
        checked_targets.reject_reason is null
        and checked_targets.has_purchases
        and not checked_targets.is_repeat

)

select * from final
