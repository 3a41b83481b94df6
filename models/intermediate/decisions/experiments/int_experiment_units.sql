with

assignments as (

    select * from {{ ref('campaign_assignments') }}

),

campaign_targets as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

-- A household with probability 0 or 1 has no household in the other arm to be compared
-- with.
final as (

    select
        assignments.campaign_id,
        assignments.household_id,
        assignments.block_id,
        assignments.p_assign,
        assignments.is_assigned,
        assignments.is_recommended,
        -- Beyond the recommended, households that are sent as before, held out or not.
        assignments.is_recommended
        or assignments.is_holdout
        or assignments.decision = 'send as before' as is_listed,
        assignments.p_assign > 0 and assignments.p_assign < 1 as is_randomised,
        campaign_targets.household_id is not null as is_sent
    from assignments
    left join campaign_targets
        on
            assignments.campaign_id = campaign_targets.campaign_id
            and assignments.household_id = campaign_targets.household_id

)

select * from final
order by campaign_id, household_id
