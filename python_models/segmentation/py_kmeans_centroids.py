"""Centroids of the full window (see retail_uplift.segmentation.fit_kmeans)."""

from retail_uplift.fits import fit_kmeans


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    scores = (
        dbt.ref("py_factor_scores")
        .filter("window_id = 'full'")
        .order("household_id")
        .df()
    )
    return fit_kmeans(
        scores.drop(columns="window_id"),
        n_segments=int(meta["n_segments"]),
        seed=int(meta["seed"]),
    )
