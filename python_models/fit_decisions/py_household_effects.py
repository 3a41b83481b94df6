"""Effects of the next campaign, predicted for every household."""

from retail_uplift.effects.causal_forest import predict_causal_forest


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    units = dbt.ref("int_cate_units").df()
    # Policies are graded by the primary learner; nothing else may pick households.
    is_forest = meta["primary_learner"] == "causal_forest"
    return predict_causal_forest(
        units[(units["design"] == meta["primary_design"]) & is_forest],
        dbt.ref("int_latest_covariates").df(),
        covariates=list(covariates),
        outcome="purchase_amount",
        seed=int(meta["seed"]),
        n_estimators=int(meta["n_estimators"]),
        min_samples_leaf=int(meta["min_samples_leaf"]),
        max_depth=meta["max_depth"],
        max_features=float(meta["max_features"]),
        alpha=float(meta["alpha"]),
    )
