with

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

linear_residuals as (

    select * from {{ ref('py_linear_residuals') }}

),

-- Residuals of treatment and outcome given the covariates. PLR (Robinson 1988) takes
-- them from the out-of-fold nuisances, where the mean outcome of both arms is
-- e mu1 + (1 - e) mu0. OLS takes them from linear regressions.
residual_units as (

    select
        design,
        outcome,
        split_id,
        campaign_id,
        household_id,
        is_treated,
        'PLR' as estimator,
        is_treated - propensity as treatment_residual,
        outcome_value - propensity * mu1 - (1 - propensity) * mu0 as outcome_residual,
        cast(1 as bigint) as n_coefficients
    from dr_scores
    union all
    -- The one linear regression is repeated for all splits, so that OLS has the same
    -- rows as the other estimators.
    select
        dr_scores.design,
        dr_scores.outcome,
        dr_scores.split_id,
        dr_scores.campaign_id,
        dr_scores.household_id,
        dr_scores.is_treated,
        'OLS' as estimator,
        linear_residuals.treatment_residual,
        linear_residuals.outcome_residual,
        linear_residuals.n_coefficients
    from dr_scores
    inner join linear_residuals
        on
            dr_scores.design = linear_residuals.design
            and dr_scores.outcome = linear_residuals.outcome
            and dr_scores.campaign_id = linear_residuals.campaign_id
            and dr_scores.household_id = linear_residuals.household_id

),

-- Residuals of a line that was fitted on the same units are too small. The correction
-- is that of HC1 (MacKinnon and White 1985), for clusters as in Stata and statsmodels;
-- residuals of out-of-fold nuisances need none.
averages as (

    select
        design,
        outcome,
        split_id,
        estimator,
        {{ exact_avg('treatment_residual * treatment_residual') }} as mean_square,
        {{ exact_sum('treatment_residual * outcome_residual') }}
        / {{ exact_sum('treatment_residual * treatment_residual') }} as estimate,
        sqrt((count(*) - 1) / greatest(1, count(*) - max(n_coefficients)))
            as small_sample_factor
    from residual_units
    group by design, outcome, split_id, estimator

),

final as (

    select
        residual_units.design,
        residual_units.outcome,
        'variance-weighted' as estimand,
        residual_units.estimator,
        residual_units.split_id,
        residual_units.campaign_id,
        residual_units.household_id,
        residual_units.is_treated,
        averages.estimate,
        residual_units.treatment_residual
        * (
            residual_units.outcome_residual
            - averages.estimate * residual_units.treatment_residual
        )
        / averages.mean_square
        * averages.small_sample_factor as influence
    from residual_units
    inner join averages
        on
            residual_units.design = averages.design
            and residual_units.outcome = averages.outcome
            and residual_units.split_id = averages.split_id
            and residual_units.estimator = averages.estimator

)

select * from final
order by design, outcome, estimand, estimator, split_id, campaign_id, household_id
