"""Rankings on perturbed data."""

from retail_uplift.effects.ranking_refutations import refute_rankings


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    return refute_rankings(
        dbt.ref("int_cate_units").df(),
        dbt.ref("int_folds").filter("split_id = 1").df(),
        covariates=list(covariates),
        outcome=meta["outcome"],
        n_replicates=int(meta["n_replicates"]),
        cap_quantile=float(meta["cap_quantile"]),
        seed=int(meta["seed"]),
    )
