with

adjustments as (

    select * from {{ ref('int_holdout_adjustments') }}

),

-- Arms are compared inside a campaign, whose draw and season they share. One household
-- alone has no spread that tells its error.
campaign_means as (

    select
        design,
        outcome,
        estimator,
        campaign_id,
        count(*) as n_units,
        sum(is_treated) as n_treated,
        {{ exact_sum('treated_weight') }} as treated_sum,
        {{ exact_sum('control_weight') }} as control_sum,
        {{ exact_sum('treated_weight * adjusted_value') }} / treated_sum
            as treated_mean,
        {{ exact_sum('control_weight * adjusted_value') }} / control_sum
            as control_mean
    from adjustments
    group by design, outcome, estimator, campaign_id
    having sum(is_treated) > 1 and count(*) - sum(is_treated) > 1

),

-- How much each unit moves the mean of its campaign's difference (Hajek 1971), times
-- the units of the campaign. The variance of n values is taken with n - 1.
influences as (

    select
        adjustments.design,
        adjustments.outcome,
        adjustments.estimator,
        adjustments.household_id,
        adjustments.is_treated,
        means.treated_mean - means.control_mean as difference,
        means.n_units * (
            adjustments.treated_weight
            * (adjustments.adjusted_value - means.treated_mean)
            / means.treated_sum
            * sqrt(means.n_treated / (means.n_treated - 1))
            - adjustments.control_weight
            * (adjustments.adjusted_value - means.control_mean)
            / means.control_sum
            * sqrt(
                (means.n_units - means.n_treated)
                / (means.n_units - means.n_treated - 1)
            )
        ) as influence
    from adjustments
    inner join campaign_means as means
        on
            adjustments.design = means.design
            and adjustments.outcome = means.outcome
            and adjustments.estimator = means.estimator
            and adjustments.campaign_id = means.campaign_id

),

household_influences as (

    select
        design,
        outcome,
        estimator,
        household_id,
        {{ exact_sum('difference') }} as difference_sum,
        {{ exact_sum('influence') }} as influence,
        count(*) as n_units,
        sum(is_treated) as n_treated
    from influences
    group by design, outcome, estimator, household_id

),

-- Each campaign counts by its units.
final as (

    select
        design,
        outcome,
        'ATE' as estimand,
        estimator,
        1 as split_id,
        {{ exact_sum('difference_sum') }} / sum(n_units) as estimate,
        {{ clustered_std_error('influence', 'n_units') }} as std_error,
        sum(n_treated) as n_treated,
        sum(n_units) - sum(n_treated) as n_control
    from household_influences
    group by design, outcome, estimator
    having
        least(sum(n_treated), sum(n_units) - sum(n_treated))
        >= {{ var('min_drawn_households') }}

)

select * from final
order by design, outcome, estimator
