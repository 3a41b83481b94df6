"""Slopes of predicted effects (see retail_uplift.surrogate.fit_effect_line)."""

from retail_uplift.fits import fit_effect_line


def model(dbt, session):
    dbt.config(materialized="table")
    covariates = dbt.ref("covariates").df()["covariate"]
    return fit_effect_line(
        dbt.ref("int_surrogate_units").df(),
        covariates=sorted(covariates),
    )
