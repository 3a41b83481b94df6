"""What py_impact_nuisances says, for a start that is some weeks too early."""

from retail_uplift.impact.changes import UNIT, expect_changes
from retail_uplift.impact.parts import fit_in_parts


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return fit_in_parts(
        session,
        "campaign_id",
        lambda units: expect_changes(
            units,
            units[[*UNIT, "change"]].rename(columns={"change": "sales"}),
            covariates=meta["covariates"],
            min_sent=int(meta["min_sent"]),
            propensity_clip=float(meta["propensity_clip"]),
        ),
        units=dbt.ref("int_placebo_units"),
    )
