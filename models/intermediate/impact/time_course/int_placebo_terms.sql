with

units as (

    select * from {{ ref('int_placebo_units') }}

),

nuisances as (

    select * from {{ ref('py_placebo_nuisances') }}

),

-- Both estimators compare weighted means of the arms: plain ones of the change, or ones
-- by the odds of the propensity, of what the change has beyond the expected.
weighted_units as (

    select
        units.campaign_id,
        units.household_id,
        units.is_sent,
        unnest(['difference in differences', 'doubly robust']) as estimator,
        unnest([
            1,
            case
                when units.is_sent then 1
                else nuisances.propensity / (1 - nuisances.propensity)
            end
        ]) as weight,
        unnest([units.change, units.change - nuisances.expected_change]) as residual
    from units
    inner join nuisances
        on
            units.campaign_id = nuisances.campaign_id
            and units.household_id = nuisances.household_id

),

arms as (

    select
        estimator,
        campaign_id,
        is_sent,
        count(*) as n_units,
        {{ exact_sum('weight') }} as weight_sum,
        {{ exact_sum('weight * residual') }} / {{ exact_sum('weight') }}
            as mean_residual
    from weighted_units
    group by estimator, campaign_id, is_sent

),

arm_sizes as (

    select
        *,
        -- As in int_difference_terms and int_doubly_robust_terms.
        case
            when estimator = 'doubly robust'
                then sum(n_units) over (partition by estimator, campaign_id)
            else n_units
        end as n_corrected
    from arms

),

final as (

    select
        weighted_units.estimator,
        weighted_units.campaign_id,
        weighted_units.household_id,
        weighted_units.is_sent,
        case when weighted_units.is_sent then 1 else -1 end
        * weighted_units.weight * weighted_units.residual
        / arm_sizes.weight_sum as share_of_estimate,
        case when weighted_units.is_sent then 1 else -1 end
        * sqrt(arm_sizes.n_corrected / (arm_sizes.n_corrected - 1.0))
        * weighted_units.weight * (weighted_units.residual - arm_sizes.mean_residual)
        / arm_sizes.weight_sum as error_term
    from weighted_units
    inner join arm_sizes
        on
            weighted_units.estimator = arm_sizes.estimator
            and weighted_units.campaign_id = arm_sizes.campaign_id
            and weighted_units.is_sent = arm_sizes.is_sent

)

select * from final
order by estimator, campaign_id, household_id
