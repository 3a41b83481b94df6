"""Trees that say whom to target."""

from retail_uplift.decisions.policy_trees import TreeSettings, fit_policy_trees


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").df()["covariate"]
    return fit_policy_trees(
        dbt.ref("int_policy_tree_units").df(),
        covariates=sorted(covariates),
        settings=TreeSettings(
            seed=int(meta["seed"]),
            max_depth=int(meta["max_depth"]),
            min_leaf_share=float(meta["min_leaf_share"]),
            min_propensity=float(meta["min_propensity"]),
        ),
        n_jobs=int(meta["n_jobs"]),
    )
