"""Residuals of straight lines (see retail_uplift.projection.linear_residuals)."""

from retail_uplift.fits import linear_residuals


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return linear_residuals(
        dbt.ref("int_estimation_units").df(),
        covariates=meta["covariates"],
        outcomes=meta["outcomes"],
    )
