"""Slopes of predicted effects."""

from retail_uplift.effects.surrogate import fit_effect_line


def model(dbt, session):
    dbt.config(materialized="table")
    covariates = dbt.ref("covariates").df()["covariate"]
    return fit_effect_line(
        dbt.ref("int_surrogate_units").df(),
        covariates=sorted(covariates),
    )
