"""Tests of segment differences (see retail_uplift.segment_comparisons)."""

from retail_uplift.fits import compare_segments


def model(dbt, session):
    dbt.config(materialized="table")
    values = dbt.ref("int_segment_test_values").order("variable, household_id").df()
    return compare_segments(values)
