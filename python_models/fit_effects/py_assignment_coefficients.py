"""What assignment goes with."""

from retail_uplift.effects.associations import assignment_coefficients


def model(dbt, session):
    dbt.config(materialized="table")
    units = dbt.ref("int_estimation_units").df()
    covariates = dbt.ref("covariates").df()["covariate"]
    return assignment_coefficients(
        units[units["is_main_design"]], covariates=sorted(covariates)
    )
