"""Expected purchases and spend of every household, by applying the parameters table."""

from retail_uplift.customers.clv import predict_clv


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    histories = dbt.ref("int_clv_histories").filter("period <> 'learning'")
    return predict_clv(
        histories.order("period, household_id").df(),
        parameters=dbt.ref("py_clv_parameters").df(),
        annual_discount_rate=float(meta["annual_discount_rate"]),
    )
