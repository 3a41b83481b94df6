"""Out-of-fold propensities."""

from retail_uplift.effects.nuisance import cross_fit_propensity


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    units = dbt.ref("int_estimation_units").df()
    return cross_fit_propensity(
        units,
        dbt.ref("int_folds").df(),
        covariates=list(covariates),
        seed=int(meta["seed"]),
        fast_designs=set(units.loc[~units["is_main_design"], "design"]),
        n_jobs=int(meta["n_jobs"]),
    )
