"""Effects of the first campaign of a household, by the week in which it came."""

from retail_uplift.impact.group_times import estimate_group_times


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return estimate_group_times(
        dbt.ref("int_group_time_panel").df(),
        min_sent=int(meta["min_sent"]),
        first_week=-int(meta["pre_weeks"]),
        last_week=int(meta["followed_weeks"]),
    )
