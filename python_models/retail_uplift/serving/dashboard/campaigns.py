"""Page Campaigns: what each one brought, in which weeks, and whether it paid."""

import pandas as pd
import streamlit as st

from retail_uplift.figures import campaigns as pictures
from retail_uplift.serving import markup, tables
from retail_uplift.serving.dashboard import show
from retail_uplift.serving.dashboard.builds import Build, ask, money

OUTCOMES = (tables.PAID, tables.LOST, tables.EITHER, tables.UNKNOWN)


def page(build: Build) -> None:
    """Show all campaigns, then the one that is picked."""
    st.title("What did each campaign bring?")
    campaigns = ask(build, "campaigns")
    if campaigns.empty:
        show.missing("There are no campaigns:", "the build read no campaign table.")
        return
    campaigns = campaigns.assign(outcome=tables.outcomes(campaigns))
    columns = st.columns(4)
    for column, outcome in zip(columns, OUTCOMES, strict=True):
        n_campaigns = (campaigns["outcome"] == outcome).sum()
        column.metric(outcome, f"{n_campaigns} of {len(campaigns)}")
    show.html(tables.campaigns(campaigns, money(build)))
    show.figure(build, pictures.campaign_brackets)
    _campaign(build, campaigns)


def _campaign(build: Build, campaigns: pd.DataFrame) -> None:
    st.header("One campaign")
    rows = campaigns.set_index("campaign_id")
    rows["start"] = rows["start_date"].map(markup.day)
    labels = {
        number: f"{number} (type {row['campaign_type']}, {row['start']})"
        for number, row in rows.iterrows()
    }
    # The first one to look at is one that paid, else the latest.
    paid = rows.index[rows["outcome"] == tables.PAID]
    first = list(labels).index(paid[-1]) if len(paid) else len(labels) - 1
    chosen = st.selectbox("Campaign", list(labels), first, format_func=labels.get)
    row = rows.loc[chosen]
    st.markdown(show.plain(row["verdict"]))
    st.markdown(f"**Next:** {show.plain(row['next_action'])}")
    if pd.notna(row["caution"]):
        st.markdown(f"**Beware:** {show.plain(row['caution'])}")
    weeks = ask(build, "weekly_sales", int(chosen))
    if weeks.empty:
        show.missing(
            "Its weeks cannot be compared:",
            "too few households were sent it, or too few weeks lie before or after.",
        )
    else:
        draw = pictures.weekly_sales
        show.picture(build, "weekly_sales", str(chosen), lambda: draw(weeks))
    course = ask(build, "time_course", f"campaign {chosen}")
    if len(course):
        draw_course = pictures.time_course
        show.picture(build, "time_course", str(chosen), lambda: draw_course(course))
    with st.expander("All campaigns together, and by type, week by week"):
        show.figure(build, pictures.event_study)
