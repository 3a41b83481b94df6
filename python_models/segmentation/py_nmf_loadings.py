"""Factor loadings of the full window (see retail_uplift.segmentation.fit_nmf)."""

from retail_uplift.fits import fit_nmf


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    scaled = (
        dbt.ref("int_scaled_features")
        .filter("window_id = 'full'")
        .order("household_id, position")
        .df()
    )
    features = list(scaled["feature"].drop_duplicates())
    wide = scaled.pivot(index="household_id", columns="feature", values="scaled_value")
    return fit_nmf(
        wide.reset_index(),
        features=features,
        n_factors=int(meta["n_factors"]),
        seed=int(meta["seed"]),
    )
