"""Clusters of the full window."""

from retail_uplift.customers.segmentation import fit_segments, score_factors
from retail_uplift.frames import pivot_features


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    rows = dbt.ref("int_fit_features").filter("is_reduced").df()
    scaled, _ = pivot_features(rows, "scaled_value")
    loadings = dbt.ref("py_nmf_loadings").df()
    chosen = dbt.ref("int_chosen_segments").df()
    return fit_segments(
        score_factors(scaled, loadings, keys=["household_id"]),
        method=str(chosen["method"].item()),
        n_segments=int(chosen["n_clusters"].item()),
        seed=int(meta["seed"]),
    )
