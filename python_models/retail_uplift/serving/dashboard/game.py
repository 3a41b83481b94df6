"""Page Targeting game: why those who spend most need not be those who gain most."""

import pandas as pd
import streamlit as st

from retail_uplift.serving import grading, markup
from retail_uplift.serving.dashboard import show
from retail_uplift.serving.dashboard.builds import Build, ask, money

COUPONS = 360  # of the source study
LABELS = {
    "picked": "your pick",
    "random": "as many to anybody, at random",
    "ranked": "as many to the largest predicted effects",
    "current_practice": "as many chosen as the retailer did",
}


def page(build: Build) -> None:
    """Let a player give coupons to segments, then say what they earned."""
    st.title("Target the right customers")
    st.markdown(
        "You see what each segment is like, and not how it reacts. Give the coupons to "
        "the segments that you would mail, then see what they earned in past campaigns."
    )
    units, segments = ask(build, "policy_units"), ask(build, "segments")
    if units.empty or segments.empty:
        show.missing(
            "There is nothing to play with:",
            "the build has no campaign that was sent to some and not to others.",
        )
        return
    sizes = units.groupby(["split_id", "segment_id"]).size().unstack(fill_value=0).min()
    segments = segments.assign(
        n_mailings=segments["segment_id"].map(sizes).fillna(0).astype(int)
    )
    whole = markup.whole(money(build))
    columns = {
        "segment_name": ("segment", markup.words),
        "n_households": ("households", markup.count),
        "mean_sales": ("sales a household", whole),
        "mean_frequency": ("visits", markup.count),
        "mean_recency": ("days since a visit", markup.count),
        "main_factor": ("known for", markup.words),
        "second_factor": ("and for", markup.words),
        "n_mailings": ("mailings to choose from", markup.count),
    }
    caption = "Segments. A mailing is one household in one past campaign"
    show.table(segments, columns, caption)
    most = int(sizes.sum())
    n_coupons = st.number_input("Coupons to give", 1, most, min(COUPONS, most))
    coupons = _coupons(segments, int(n_coupons))
    given = sum(coupons.values())
    st.progress(
        min(1.0, given / n_coupons), text=f"{given:,} of {n_coupons:,} coupons given"
    )
    if given > n_coupons:
        st.warning(f"These are {given - n_coupons:,} coupons too many.")
    is_ready = 0 < given <= n_coupons
    if st.button("Send the coupons", type="primary", disabled=not is_ready):
        st.session_state["sent_coupons"] = coupons
    if st.session_state.get("sent_coupons") == coupons and is_ready:
        _result(build, units, segments, coupons)


def _coupons(segments: pd.DataFrame, n_coupons: int) -> dict[int, int]:
    """Ask how many coupons each segment gets, and return them by segment."""
    coupons = {}
    columns = st.columns(3)
    for place, segment in enumerate(segments.itertuples()):
        most = min(int(segment.n_mailings), n_coupons)
        coupons[int(segment.segment_id)] = int(
            columns[place % len(columns)].number_input(
                show.plain(segment.segment_name),
                min_value=0,
                max_value=most,
                value=0,
                step=10,
                disabled=most == 0,
                key=f"coupons_{segment.segment_id}",
            )
        )
    return coupons


def _result(
    build: Build, units: pd.DataFrame, segments: pd.DataFrame, coupons: dict[int, int]
) -> None:
    terms = {
        "cost": float(units["cost_per_contact"].iloc[0]),
        "margin": float(units["margin"].mean()),
    }
    graded = grading.handed_out(units, coupons, **terms).set_index("policy", drop=False)
    st.header("What they earned")
    whole = markup.whole(money(build))
    own, less = graded.loc["picked"], graded.loc["picked_less_random"]
    limits = ("ci_lower", "ci_upper")
    sure = "chance explains it"
    if less["ci_lower"] > 0 or less["ci_upper"] < 0:
        sure = "chance does not explain it"
    st.markdown(
        show.plain(
            f"Your {own['n_targeted']:,.0f} coupons earned {whole(own['profit'])} "
            f"after their cost (95 % interval {markup.interval(own, whole, limits)}). "
            "What they earned beyond the same coupons at random lies between "
            f"{whole(less['ci_lower'])} and {whole(less['ci_upper'])}: {sure}."
        )
    )
    columns = {
        "policy": ("coupons", markup.words),
        "n_targeted": ("number", markup.count),
        "profit": ("profit", whole),
        "interval": ("95 % interval", markup.words),
    }
    rows = markup.with_interval(graded.drop("picked_less_random"), whole)
    rows = rows.assign(policy=rows["policy"].map(LABELS))
    show.table(rows, columns, "By doubly robust scores of comparable mailings")
    _recommended(build)
    _lesson(build, units, segments, terms)


def _recommended(build: Build) -> None:
    values = ask(build, "policy_values")
    whole = markup.whole(money(build))
    for _, row in values[values["is_recommended"].eq(True)].iterrows():
        limits = markup.interval(row, whole, ("ci_lower", "ci_upper"))
        st.markdown(
            show.plain(
                f'The recommended policy "{row["label"]}" has no limit of coupons: '
                f"{row['n_targeted']:,.0f} of them earned {whole(row['profit'])} "
                f"(95 % interval {limits})."
            )
        )


def _lesson(
    build: Build, units: pd.DataFrame, segments: pd.DataFrame, terms: dict[str, float]
) -> None:
    exact = markup.amount(money(build))
    earned = grading.segment_profits(units, **terms).merge(segments, on="segment_id")
    earned = markup.with_interval(earned, exact)
    columns = {
        "segment_name": ("segment", markup.words),
        "mean_sales": ("sales a household", markup.whole(money(build))),
        "profit": ("a coupon earned", exact),
        "interval": ("95 % interval", markup.words),
    }
    show.table(earned, columns, "What was hidden: what a coupon earned in each segment")
    spends = earned.loc[earned["mean_sales"].idxmax()]
    gains = earned.loc[earned["profit"].idxmax()]
    limits = ("ci_lower", "ci_upper")
    st.markdown(
        show.plain(
            f'"{spends["segment_name"]}" spends most, and a coupon to it earned '
            f"{exact(spends['profit'])} ({markup.interval(spends, exact, limits)}). "
            f'"{gains["segment_name"]}" has the highest profit of a coupon: '
            f"{exact(gains['profit'])} ({markup.interval(gains, exact, limits)}). "
            "What a customer spends is not what a coupon adds. Limits on both sides of "
            "0 mean that nobody knows yet: test there."
        )
    )
