"""Out-of-fold effects."""

from retail_uplift.effects.causal_forest import cross_fit_causal_forest


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    return cross_fit_causal_forest(
        dbt.ref("int_cate_units").df(),
        dbt.ref("int_folds").df(),
        covariates=list(covariates),
        outcomes=meta["outcomes"],
        seed=int(meta["seed"]),
        n_estimators=int(meta["n_estimators"]),
        min_samples_leaf=int(meta["min_samples_leaf"]),
        max_depth=meta["max_depth"],
        max_features=float(meta["max_features"]),
        alpha=float(meta["alpha"]),
        n_jobs=int(meta["n_jobs"]),
    )
