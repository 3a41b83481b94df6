"""Parameters of the purchase and spend models."""

from retail_uplift.customers.clv import fit_clv


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    histories = dbt.ref("int_clv_histories").filter("period <> 'learning'")
    return fit_clv(
        histories.order("period, household_id").df(),
        min_households=int(meta["min_households"]),
    )
