"""Who is sent a campaign, and how others' outcomes change, out of fold."""

from retail_uplift.impact.changes import expect_changes, outcomes_side_by_side
from retail_uplift.impact.parts import fit_in_parts


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return fit_in_parts(
        session,
        "campaign_id",
        lambda units, changes: expect_changes(
            units,
            outcomes_side_by_side(changes),
            covariates=meta["covariates"],
            min_sent=int(meta["min_sent"]),
            propensity_clip=float(meta["propensity_clip"]),
        ),
        units=dbt.ref("int_impact_covariates"),
        changes=dbt.ref("int_unit_changes"),
    )
