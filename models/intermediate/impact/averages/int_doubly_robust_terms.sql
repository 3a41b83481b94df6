with

unit_changes as (

    select * from {{ ref('int_unit_changes') }}

),

nuisances as (

    select * from {{ ref('py_impact_nuisances') }}

),

weighted_units as (

    select
        unit_changes.campaign_id,
        unit_changes.household_id,
        unit_changes.outcome,
        unit_changes.is_sent,
        unit_changes.change - nuisances.expected_change as residual,
        cast(unit_changes.is_sent as double) as sent_weight,
        case
            when unit_changes.is_sent then 0
            else nuisances.propensity / (1 - nuisances.propensity)
        end as other_weight
    from unit_changes
    inner join nuisances
        on
            unit_changes.campaign_id = nuisances.campaign_id
            and unit_changes.household_id = nuisances.household_id
            and unit_changes.outcome = nuisances.outcome

),

campaign_sums as (

    select
        campaign_id,
        outcome,
        count(*) as n_units,
        sum(sent_weight) as sent_sum,
        {{ exact_sum('other_weight') }} as other_sum,
        {{ exact_sum('sent_weight * residual') }} as sent_residuals,
        {{ exact_sum('other_weight * residual') }} as other_residuals
    from weighted_units
    group by campaign_id, outcome

),

-- Sent households against others that are weighted to look like them, both less the
-- change that the others' history predicts (Sant'Anna and Zhao 2020, Journal of
-- Econometrics 219(1), with weights that sum to one).
final as (

    select
        weighted_units.campaign_id,
        weighted_units.household_id,
        weighted_units.outcome,
        weighted_units.is_sent,
        weighted_units.sent_weight / campaign_sums.sent_sum
        + weighted_units.other_weight / campaign_sums.other_sum as arm_share,
        weighted_units.sent_weight * weighted_units.residual / campaign_sums.sent_sum
        - weighted_units.other_weight * weighted_units.residual
        / campaign_sums.other_sum as share_of_estimate,
        sqrt(campaign_sums.n_units / (campaign_sums.n_units - 1.0)) * (
            weighted_units.sent_weight
            * (
                weighted_units.residual
                - campaign_sums.sent_residuals / campaign_sums.sent_sum
            )
            / campaign_sums.sent_sum
            - weighted_units.other_weight
            * (
                weighted_units.residual
                - campaign_sums.other_residuals / campaign_sums.other_sum
            )
            / campaign_sums.other_sum
        ) as error_term
    from weighted_units
    inner join campaign_sums
        on
            weighted_units.campaign_id = campaign_sums.campaign_id
            and weighted_units.outcome = campaign_sums.outcome

)

select * from final
order by campaign_id, outcome, household_id
