"""Factor scores of every household and window, by applying the loadings table."""

from retail_uplift.customers.segmentation import score_factors


def model(dbt, session):
    dbt.config(materialized="table")
    keys = ["household_id", "window_id"]
    scaled = dbt.ref("int_scaled_features").filter("is_reduced").df()
    wide = scaled.pivot(index=keys, columns="feature", values="scaled_value")
    return score_factors(
        wide.reset_index(), loadings=dbt.ref("py_nmf_loadings").df(), keys=keys
    )
