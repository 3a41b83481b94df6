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

-- Without another arm, or with a single unit in one, there is no comparison.
compared_arms as (

    select
        *,
        count(*) over campaigns as n_arms,
        min(n_units) over campaigns as smaller_arm
    from arm_means
    window campaigns as (partition by campaign_id, outcome)

),

-- The variance of an arm's mean is s^2 / n with n - 1 in s^2: each arm has its own
-- spread.
final as (

    select
        unit_changes.campaign_id,
        unit_changes.household_id,
        unit_changes.outcome,
        unit_changes.is_sent,
        case when unit_changes.is_sent then 1 else -1 end * unit_changes.change
        / arms.n_units as share_of_estimate,
        case when unit_changes.is_sent then 1 else -1 end
        * (unit_changes.change - arms.mean_change)
        / sqrt(arms.n_units * (arms.n_units - 1.0)) as error_term
    from unit_changes
    inner join compared_arms as arms
        on
            unit_changes.campaign_id = arms.campaign_id
            and unit_changes.outcome = arms.outcome
            and unit_changes.is_sent = arms.is_sent
    where arms.n_arms = 2 and arms.smaller_arm > 1

)

select * from final
order by campaign_id, outcome, household_id
