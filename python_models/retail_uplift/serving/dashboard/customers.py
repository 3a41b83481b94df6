"""Page Customers: who they are, what they are worth and where they go."""

import pandas as pd
import streamlit as st

from retail_uplift.figures import customers as pictures
from retail_uplift.figures.drawing import words as name_in_words
from retail_uplift.serving import markup, tables
from retail_uplift.serving.dashboard import show
from retail_uplift.serving.dashboard.builds import Build, ask, money

IDS = "source_household_id"
VIEWS = {
    "Profiles": pictures.profile_heatmap,
    "Positions": pictures.positioning,
    "Migration": pictures.migration,
    "Value by need": pictures.value_need,
    "Do forecasts come true?": pictures.clv_calibration,
}


def page(build: Build) -> None:
    """Show all segments, then the one that is picked."""
    st.title("Who are our customers?")
    segments = ask(build, "segments")
    if segments.empty:
        show.missing("There are no segments:", "the build has no household.")
        return
    show.html(tables.segments(segments, money(build)))
    view = st.segmented_control("Picture", list(VIEWS), default="Profiles")
    if view:
        show.figure(build, VIEWS[view])
    _needs(build)
    _segment(build, segments)


def _needs(build: Build) -> None:
    cells = ask(build, "value_by_need")
    with st.expander("Value tiers and needs: what to offer whom"):
        if cells.empty:
            show.missing("There are no need types:", "households are too few.")
            return
        whole = markup.whole(money(build))
        cells = cells.assign(
            cross_sell_category=cells["cross_sell_category"].map(
                name_in_words, na_action="ignore"
            )
        )
        columns = {
            "value_tier": ("value", markup.words),
            "need_type": ("need", markup.words),
            "n_households": ("households", markup.count),
            "sales_share": ("of sales", markup.share),
            "mean_sales": ("mean sales", whole),
            "cross_sell_category": ("buys least of, for its tier", markup.words),
            "cross_sell_amount": ("sales that are missing", whole),
        }
        caption = "Value tier and need, the largest share of sales first"
        show.table(cells, columns, caption)


def _segment(build: Build, segments: pd.DataFrame) -> None:
    st.header("One segment")
    names = dict(zip(segments["segment_id"], segments["segment_name"], strict=True))
    chosen = st.selectbox("Segment", list(names), format_func=names.get)
    row = segments[segments["segment_id"] == chosen].iloc[0]
    st.markdown(
        f"**{show.plain(row['strategy'])}** (priority {show.plain(row['priority'])}): "
        f"{show.plain(row['key_actions'])}"
    )
    left, right = st.columns(2)
    with left:
        profile = ask(build, "profiles", int(chosen)).head(8)
        profile = profile.assign(feature=profile["feature"].map(name_in_words))
        columns = {
            "feature": ("feature", markup.words),
            "mean_value": ("mean", markup.number),
            "p10": ("10 % lie below", markup.number),
            "p90": ("10 % lie above", markup.number),
            "z_score": ("standard deviations from all", markup.number),
        }
        show.table(profile, columns, "What sets it apart, the most unusual first")
    with right:
        moves = ask(build, "migration", int(chosen))
        columns = {
            "to_segment_name": ("later in segment", markup.words),
            "n_households": ("households", markup.count),
            "share_of_from": ("of the segment", markup.share),
        }
        show.table(
            moves,
            columns,
            "Where households of its first half went in the second",
        )
    households = ask(build, "households", int(chosen))
    if IDS not in households:
        show.missing(
            "Households have no number here:",
            "the build was published without columns that identify them.",
        )
    st.dataframe(
        households,
        hide_index=True,
        column_config={
            IDS: "household",
            "value_tier": "value",
            "need_type": "need",
            "clv": st.column_config.NumberColumn("customer value", format="%.2f"),
            "recency": "days since a visit",
            "frequency": "visits",
            "monetary_sales": st.column_config.NumberColumn("sales", format="%.2f"),
            "coupon_savings_ratio": st.column_config.NumberColumn(
                "coupon savings of sales", format="percent"
            ),
            "n_campaigns": "campaigns sent",
        },
    )
    st.caption(
        f"{len(households):,} households of the segment, the most valuable first"
    )
