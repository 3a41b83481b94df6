"""Residuals of straight lines."""

from retail_uplift.effects.projection import linear_residuals


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return linear_residuals(
        dbt.ref("int_estimation_units").df(),
        covariates=meta["covariates"],
        outcomes=meta["outcomes"],
    )
