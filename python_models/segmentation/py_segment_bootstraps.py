"""Segments found again in resamples (see retail_uplift.segment_stability)."""

from retail_uplift.fits import bootstrap_segments


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    scaled = (
        dbt.ref("int_scaled_features")
        .filter("window_id = 'full'")
        .order("household_id, position")
        .df()
    )
    wide = scaled.pivot(index="household_id", columns="feature", values="scaled_value")
    return bootstrap_segments(
        wide.reset_index(),
        dbt.ref("int_household_segments").filter("window_id = 'full'").df(),
        features=list(scaled["feature"].drop_duplicates()),
        n_factors=int(meta["n_factors"]),
        n_segments=int(meta["n_segments"]),
        seed=int(meta["seed"]),
        n_samples=int(meta["n_samples"]),
        n_jobs=int(meta["n_jobs"]),
    )
