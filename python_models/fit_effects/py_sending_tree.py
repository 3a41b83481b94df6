"""Rules by which a campaign may have been sent."""

from retail_uplift.effects.sending_tree import fit_sending_tree


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").df()["covariate"]
    return fit_sending_tree(
        dbt.ref("int_sending_units").df(),
        covariates=sorted(covariates),
        max_depth=int(meta["max_depth"]),
        min_leaf_units=int(meta["min_leaf_units"]),
        seed=int(meta["seed"]),
    )
