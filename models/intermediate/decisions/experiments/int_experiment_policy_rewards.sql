with

experiment_values as (

    select *
    from {{ ref('int_experiment_values') }}
    where metric = 'purchase_amount' and population = 'all'

),

experiment_units as (

    select * from {{ ref('int_experiment_units') }}

),

contact_costs as (

    select * from {{ ref('int_contact_cost') }}

),

estimators as (

    select
        unnest(['horvitz_thompson', 'hajek', 'hajek_cuped']) as estimator,
        unnest(['plain', 'plain', 'cuped']) as method

),

policy_units as (

    select
        experiment_values.*,
        estimators.estimator,
        unnest(['recommended', 'whole_list', 'treat_all', 'treat_none']) as policy,
        unnest([
            cast(experiment_units.is_recommended as integer),
            cast(experiment_units.is_listed as integer),
            1,
            0,
        ]) as is_targeted
    from experiment_values
    inner join experiment_units using (campaign_id, household_id)
    inner join estimators on experiment_values.method = estimators.method

),

-- A household counts for a policy if it was assigned what the policy would have done.
-- Its weight is one over the logged probability of that.
weighted_units as (

    select
        policy_units.*,
        {{ setting('margin') }} * policy_units.adjusted_value
        - contact_costs.cost_per_contact * policy_units.is_assigned as reward,
        case
            when policy_units.is_targeted = policy_units.is_assigned
                then
                    1 / if(
                        policy_units.is_assigned = 1,
                        policy_units.p_assign,
                        1 - policy_units.p_assign
                    )
            else 0
        end as weight
    from policy_units
    cross join contact_costs

),

policy_values as (

    select
        campaign_id,
        estimator,
        policy,
        count(*) as n_units,
        case estimator
            when 'horvitz_thompson' then count(*)
            else {{ exact_sum('weight') }}
        end as denominator,
        {{ exact_sum('weight * reward') }} / nullif(denominator, 0) as policy_value
    from weighted_units
    group by campaign_id, estimator, policy

),

-- A household moves the value of the policy by influence / n_units. Hajek's weights are
-- scaled to add up.
final as (

    select
        weighted_units.campaign_id,
        weighted_units.estimator,
        weighted_units.policy,
        weighted_units.household_id,
        weighted_units.is_targeted,
        policy_values.policy_value,
        case weighted_units.estimator
            when 'horvitz_thompson'
                then weighted_units.weight * weighted_units.reward
                    - policy_values.policy_value
            else
                policy_values.n_units
                / nullif(policy_values.denominator, 0)
                * weighted_units.weight
                * (weighted_units.reward - policy_values.policy_value)
        end as influence
    from weighted_units
    inner join policy_values
        on
            weighted_units.campaign_id = policy_values.campaign_id
            and weighted_units.estimator = policy_values.estimator
            and weighted_units.policy = policy_values.policy

)

select * from final
order by campaign_id, estimator, policy, household_id
