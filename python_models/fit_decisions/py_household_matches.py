"""Coupon match of the next campaign, predicted for every household."""

from retail_uplift.decisions.redemption_costs import predict_redemption_costs


def model(dbt, session):
    dbt.config(materialized="table")
    design = f"design = '{dbt.config.get('meta')['primary_design']}'"
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    return predict_redemption_costs(
        dbt.ref("int_redemption_units").filter(design).df(),
        dbt.ref("int_latest_covariates").df(),
        covariates=list(covariates),
    )
