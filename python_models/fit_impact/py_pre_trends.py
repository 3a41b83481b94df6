"""Trends before a campaign, and how much of a later one would undo its effect."""

from retail_uplift.impact.parts import fit_in_parts
from retail_uplift.impact.pre_trends import check_pre_trends


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    scopes = dbt.ref("int_week_scopes").df()
    n_sent = scopes.groupby("scope")["n_sent"].sum().to_dict()
    return fit_in_parts(
        session,
        "scope",
        lambda terms: check_pre_trends(
            terms, n_sent=n_sent, effect_weeks=int(meta["effect_weeks"])
        ),
        terms=dbt.ref("int_event_study_terms"),
    )
