"""Propensities of the next campaign, predicted for every household."""

from retail_uplift.effects.nuisance import predict_propensity


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    design = f"design = '{meta['primary_design']}'"
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    losses = dbt.ref("fct_nuisance_quality").filter(f"{design} and is_chosen")
    learners = losses.filter("target = 'propensity'").df()["learner"]
    return predict_propensity(
        dbt.ref("int_estimation_units").filter(design).df(),
        dbt.ref("int_latest_covariates").df(),
        covariates=list(covariates),
        # A primary design that is too small has neither units nor a learner.
        learner=next(iter(learners), None),
        seed=int(meta["seed"]),
    )
