"""The chosen need clusters of each clustering."""

from retail_uplift.customers.need_types import fit_need_models


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return fit_need_models(
        dbt.ref("int_fit_features").filter("feature_role = 'need'").df(),
        dbt.ref("int_value_tiers").df(),
        dbt.ref("int_chosen_needs").df(),
        seed=int(meta["seed"]),
    )
