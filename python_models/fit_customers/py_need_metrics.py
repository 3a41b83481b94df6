"""Need clusters of several sizes."""

from retail_uplift.customers.need_types import compare_need_models


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return compare_need_models(
        dbt.ref("int_fit_features").filter("feature_role = 'need'").df(),
        dbt.ref("int_value_tiers").df(),
        range(int(meta["min_need_types"]), int(meta["max_need_types"]) + 1),
        tail=float(meta["scaler_tail"]),
        seed=int(meta["seed"]),
        n_samples=int(meta["n_samples"]),
        min_households=int(meta["min_households"]),
        n_jobs=int(meta["n_jobs"]),
    )
