"""Coupon match that the retailer pays if a household is sent the campaign."""

from retail_uplift.decisions.redemption_costs import cross_fit_redemption_costs


def model(dbt, session):
    dbt.config(materialized="table")
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    folds = dbt.ref("int_unit_propensities").project("household_id, split_id, fold")
    return cross_fit_redemption_costs(
        dbt.ref("int_redemption_units").df(),
        folds.distinct().df(),
        covariates=list(covariates),
    )
