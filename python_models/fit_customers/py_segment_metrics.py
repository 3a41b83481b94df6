"""Segmentations of several methods and sizes."""

from retail_uplift.customers.segment_selection import compare_cluster_models
from retail_uplift.customers.segment_stability import Chain
from retail_uplift.frames import pivot_features


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    rows = dbt.ref("int_fit_features").filter("is_reduced").df()
    values, features = pivot_features(rows, "filled_value")
    chosen = dbt.ref("int_chosen_factors").df()
    chain = Chain(
        features=tuple(features),
        tail=float(meta["scaler_tail"]),
        n_factors=int(chosen["n_factors"].item()),
        seed=int(meta["seed"]),
    )
    return compare_cluster_models(
        values,
        chain,
        ["k_means", "gaussian_mixture"],
        range(int(meta["min_segments"]), int(meta["max_segments"]) + 1),
        n_samples=int(meta["n_samples"]),
        min_households=int(meta["min_households"]),
        n_jobs=int(meta["n_jobs"]),
    )
