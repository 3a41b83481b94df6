"""How sales follow discounts."""

from retail_uplift.impact.discounts import estimate_discount_effects


def model(dbt, session):
    dbt.config(materialized="table")
    return estimate_discount_effects(dbt.ref("int_discount_weeks").df())
