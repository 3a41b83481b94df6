"""Residuals of straight lines."""

from retail_uplift.effects.projection import linear_residuals


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    return linear_residuals(
        dbt.ref("int_estimation_units").df(),
        covariates=list(covariates),
        outcomes=meta["outcomes"],
    )
