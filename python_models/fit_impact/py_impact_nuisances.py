"""Who is sent a campaign, and how others' outcomes change, out of fold."""

from retail_uplift.impact.changes import UNIT, expect_changes


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    rows = dbt.ref("int_unit_changes").df()
    changes = rows.pivot(index=list(UNIT), columns="outcome", values="change")
    return expect_changes(
        dbt.ref("int_impact_covariates").df(),
        changes.reset_index(),
        covariates=meta["covariates"],
        min_sent=int(meta["min_sent"]),
        propensity_clip=float(meta["propensity_clip"]),
    )
