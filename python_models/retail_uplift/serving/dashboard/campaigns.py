"""Page Campaigns: what each one brought, in which weeks, and whether it paid."""

import pandas as pd
import streamlit as st

from retail_uplift.figures import campaigns as pictures
from retail_uplift.serving import markup
from retail_uplift.serving.dashboard import show
from retail_uplift.serving.dashboard.builds import Build, ask, money

PAID, LOST = "it paid: send it again", "it lost money: stop"
EITHER, UNKNOWN = "it may have paid or lost", "it cannot be known"
# Why, by the answer of fct_campaign_verdicts; other answers are shown as they are.
REASONS = {
    "not comparable": "too few others are like those sent",
    "biased": "the method finds an effect before the start",
    "too few": "too few households",
    "not known": "too few weeks are in the data",
    "unclear": "the limits lie on both sides of 0",
}


def page(build: Build) -> None:
    """Show all campaigns, then the one that is picked."""
    st.title("What did each campaign bring?")
    campaigns = ask(build, "campaigns")
    if campaigns.empty:
        show.missing("There are no campaigns:", "the build read no campaign table.")
        return
    campaigns = campaigns.assign(outcome=outcomes(campaigns))
    columns = st.columns(4)
    for column, outcome in zip(columns, (PAID, LOST, EITHER, UNKNOWN), strict=True):
        n_campaigns = (campaigns["outcome"] == outcome).sum()
        column.metric(outcome, f"{n_campaigns} of {len(campaigns)}")
    whole, exact = markup.whole(money(build)), markup.amount(money(build))
    rows = markup.with_interval(
        campaigns, exact, ("bracket_lower", "bracket_upper"), "effect"
    )
    rows = markup.with_interval(
        rows, whole, ("profit_lower", "profit_upper"), "profit"
    ).assign(reason=rows["answer"].replace(REASONS))
    columns = {
        "campaign_id": ("campaign", markup.words),
        "campaign_type": ("type", markup.words),
        "start_date": ("start", markup.day),
        "n_sent": ("sent to", markup.count),
        "redemption_rate": ("redeemed", markup.share),
        "effect": ("weekly sales per household, change", markup.words),
        "profit": ("profit after its cost", markup.words),
        "outcome": ("did it pay?", markup.words),
        "reason": ("because", markup.words),
    }
    caption = (
        "Campaigns by their start. Change and profit are the limits between which they "
        "lie, over two methods; without a profit it cannot be known"
    )
    show.table(rows, columns, caption)
    show.figure(build, pictures.campaign_brackets)
    _campaign(build, campaigns)


def outcomes(campaigns: pd.DataFrame) -> pd.Series:
    """Say of each campaign (fct_campaign_verdicts) whether it paid."""
    known = campaigns["profit_lower"].notna()
    result = known.map({True: EITHER, False: UNKNOWN})
    result[campaigns["decision"] == "scale"] = PAID
    result[campaigns["decision"] == "stop"] = LOST
    return result


def _campaign(build: Build, campaigns: pd.DataFrame) -> None:
    st.header("One campaign")
    rows = campaigns.set_index("campaign_id")
    labels = {
        number: f"{number} (type {row['campaign_type']}, {markup.day(row['start_date'])})"
        for number, row in rows.iterrows()
    }
    # The first one to look at is one that paid, else the latest.
    paid = rows.index[rows["outcome"] == PAID]
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
