"""Out-of-fold effects."""

from retail_uplift.effects.effect_learners import LearnerSettings, cross_fit_learners


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    n_splits = int(meta["n_splits"])
    return cross_fit_learners(
        dbt.ref("int_cate_units").df(),
        dbt.ref("int_folds").filter(f"split_id <= {n_splits}").df(),
        covariates=list(covariates),
        outcomes=meta["outcomes"],
        settings=LearnerSettings(
            seed=int(meta["seed"]),
            learning_rate=float(meta["learning_rate"]),
            max_iter=int(meta["max_iter"]),
            max_leaf_nodes=int(meta["max_leaf_nodes"]),
            min_propensity=float(meta["min_propensity"]),
            alpha=float(meta["alpha"]),
        ),
        n_jobs=int(meta["n_jobs"]),
    )
