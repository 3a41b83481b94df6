"""How others' outcomes change in each week after a start, out of fold."""

from retail_uplift.impact.parts import fit_in_parts
from retail_uplift.impact.weeks import expect_weeks


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return fit_in_parts(
        session,
        "campaign_id",
        lambda units, changes: expect_weeks(
            units,
            changes,
            covariates=meta["covariates"],
            outcomes=meta["outcomes"],
            min_sent=int(meta["min_sent"]),
        ),
        units=dbt.ref("int_impact_covariates"),
        changes=dbt.ref("int_week_changes"),
    )
