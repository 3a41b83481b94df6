"""Factor models of several sizes."""

from retail_uplift.customers.segment_selection import compare_factor_models
from retail_uplift.frames import pivot_features


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    rows = dbt.ref("int_fit_features").filter("is_reduced").df()
    scaled, features = pivot_features(rows, "scaled_value")
    return compare_factor_models(
        scaled,
        features,
        range(int(meta["min_factors"]), int(meta["max_factors"]) + 1),
        seed=int(meta["seed"]),
        min_households=int(meta["min_households"]),
        n_jobs=int(meta["n_jobs"]),
    )
