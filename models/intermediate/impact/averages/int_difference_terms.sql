with

unit_changes as (

    select * from {{ ref('int_unit_changes') }}

),

arm_means as (

    select
        campaign_id,
        outcome,
        is_sent,
        count(*) as n_units,
        {{ exact_sum('change') }} / count(*) as mean_change
    from unit_changes
    group by campaign_id, outcome, is_sent

),

-- The variance of an arm's mean is s^2 / n with n - 1 in s^2: each arm has its own
-- spread.
final as (

    select
        unit_changes.campaign_id,
        unit_changes.household_id,
        unit_changes.outcome,
        unit_changes.is_sent,
        1.0 / arm_means.n_units as arm_share,
        case when unit_changes.is_sent then 1 else -1 end * unit_changes.change
        / arm_means.n_units as share_of_estimate,
        case when unit_changes.is_sent then 1 else -1 end
        * (unit_changes.change - arm_means.mean_change)
        / sqrt(arm_means.n_units * (arm_means.n_units - 1.0)) as error_term
    from unit_changes
    inner join arm_means
        on
            unit_changes.campaign_id = arm_means.campaign_id
            and unit_changes.outcome = arm_means.outcome
            and unit_changes.is_sent = arm_means.is_sent
    where arm_means.n_units > 1

)

select * from final
order by campaign_id, outcome, household_id
