"""Strength of observed covariates (see retail_uplift.associations.partial_r2)."""

from retail_uplift.fits import partial_r2


def model(dbt, session):
    dbt.config(materialized="table")
    covariates = dbt.ref("covariates").df()
    groups = covariates.groupby("covariate_group")["covariate"].agg(sorted)
    return partial_r2(
        dbt.ref("int_estimation_units").df(),
        dbt.ref("int_unit_outcomes").df(),
        groups=groups.to_dict(),
    )
