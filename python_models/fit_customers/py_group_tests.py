"""P-values of differences between two groups, and intervals of Cramer's V."""

from retail_uplift.customers.group_comparisons import group_p_values


def model(dbt, session):
    dbt.config(materialized="table")
    tests = dbt.ref("int_group_tests").filter("not is_by_definition").order("test_id")
    return group_p_values(tests.df())
