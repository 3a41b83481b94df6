"""Segments found again in resamples."""

from retail_uplift.customers.segment_stability import Chain, bootstrap_segments
from retail_uplift.frames import pivot_features


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    rows = dbt.ref("int_fit_features").filter("is_reduced").df()
    values, features = pivot_features(rows, "filled_value")
    segments = dbt.ref("int_household_segments").filter("window_id = 'full'").df()
    factors = dbt.ref("int_chosen_factors").df()
    chosen = dbt.ref("int_chosen_segments").df()
    chain = Chain(
        features=tuple(features),
        tail=float(meta["scaler_tail"]),
        n_factors=int(factors["n_factors"].item()),
        seed=int(meta["seed"]),
    )
    return bootstrap_segments(
        values,
        segments[segments["household_id"].isin(values["household_id"])],
        chain,
        method=str(chosen["method"].item()),
        n_segments=int(chosen["n_clusters"].item()),
        n_samples=int(meta["n_samples"]),
        n_jobs=int(meta["n_jobs"]),
    )
