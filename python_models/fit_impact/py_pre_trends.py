"""Trends before a campaign, and how much of a later one would undo its effect."""

from retail_uplift.impact.pre_trends import check_pre_trends


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    scopes = dbt.ref("int_week_scopes").df()
    return check_pre_trends(
        dbt.ref("int_event_study_terms").df(),
        n_sent=scopes.groupby("scope")["n_sent"].sum().to_dict(),
        effect_weeks=int(meta["effect_weeks"]),
    )
