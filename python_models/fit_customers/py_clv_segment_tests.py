"""Tests of CLV between segments."""

from retail_uplift.customers.segment_comparisons import compare_segments


def model(dbt, session):
    dbt.config(materialized="table")
    values = dbt.ref("fct_household_clv").order("household_id").df()
    return compare_segments(
        values[["household_id", "segment_id"]].assign(
            variable="clv", number_value=values["clv"], category_value=None
        )
    )
