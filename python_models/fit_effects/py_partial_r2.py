"""Strength of observed covariates."""

from retail_uplift.effects.associations import partial_r2


def model(dbt, session):
    dbt.config(materialized="table")
    units = dbt.ref("int_estimation_units").df()
    covariates = dbt.ref("covariates").df()
    groups = covariates.groupby("covariate_group")["covariate"].agg(sorted)
    return partial_r2(
        units[units["is_main_design"]],
        dbt.ref("int_unit_outcomes").df(),
        groups=groups.to_dict(),
    )
