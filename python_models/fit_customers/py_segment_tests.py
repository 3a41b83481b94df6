"""Tests of segment differences."""

from retail_uplift.customers.segment_comparisons import compare_segments


def model(dbt, session):
    dbt.config(materialized="table")
    values = dbt.ref("int_segment_test_values").order("variable, household_id").df()
    return compare_segments(values)
