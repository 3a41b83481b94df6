"""Rules that repeat predicted effects."""

from retail_uplift.effects.surrogate import fit_effect_tree


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").df()["covariate"]
    return fit_effect_tree(
        dbt.ref("int_surrogate_units").df(),
        covariates=sorted(covariates),
        max_depth=int(meta["max_depth"]),
        min_leaf_share=float(meta["min_leaf_share"]),
        seed=int(meta["seed"]),
    )
