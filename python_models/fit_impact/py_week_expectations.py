"""How others' outcomes change in each week after a start, out of fold."""

from retail_uplift.impact.weeks import expect_weeks


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return expect_weeks(
        dbt.ref("int_impact_covariates").df(),
        dbt.ref("int_week_changes").df(),
        covariates=meta["covariates"],
        outcomes=meta["outcomes"],
        min_sent=int(meta["min_sent"]),
    )
