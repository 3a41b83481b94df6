"""Factor loadings of the full window."""

from retail_uplift.customers.segmentation import fit_nmf, mean_factor
from retail_uplift.frames import pivot_features


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    rows = dbt.ref("int_fit_features").filter("is_reduced").df()
    scaled, features = pivot_features(rows, "scaled_value")
    chosen = dbt.ref("int_chosen_factors").df()
    n_factors = int(chosen["n_factors"].item())
    if n_factors == 0:
        return mean_factor(features)
    return fit_nmf(scaled, features, n_factors, seed=int(meta["seed"]))
