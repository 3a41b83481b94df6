"""Page Whom next: which policy pays, at which cost, and the list that follows."""

import pandas as pd
import streamlit as st

from retail_uplift.figures import decisions as pictures
from retail_uplift.serving import grading, markup, tables
from retail_uplift.serving.dashboard import show
from retail_uplift.serving.dashboard.builds import Build, ask, money

POLICIES = {
    "treat_all": "everybody",
    "effect_above_break_even": "effect above break-even",
    "current_practice": "as the retailer did",
}
PERCENTS = range(1, 101)
# Columns of the list that a reader sees, with their headings.
LIST = {
    "source_household_id": "household",
    "decision": "decision",
    "expected_profit": "expected profit",
    "segment_name": "segment",
    "evidence_class": "evidence",
    "propensity": "how often such were sent it",
    "predicted_effect": "predicted effect on sales",
    "reason": "reason",
}


def page(build: Build) -> None:
    """Show the policies, let cost and margin change, then show the list."""
    st.title("Whom should the next campaign go to?")
    verdicts = ask(build, "verdicts")
    values = ask(build, "policy_values")
    if values.empty:
        show.missing(
            "No policy can be evaluated:",
            "the build has no campaign that was sent to some and not to others.",
        )
    else:
        for question in ("which_policy_pays", "do_customers_differ"):
            for _, row in verdicts[verdicts["question_id"] == question].iterrows():
                st.markdown(show.plain(row["verdict"]))
        _policies(build, values)
        _what_if(build)
    _list(build)


def _policies(build: Build, values: pd.DataFrame) -> None:
    with st.expander("Compare all policies", expanded=True):
        show.html(tables.policies(values, money(build)))
    views = {
        "Policies": pictures.policy_forest,
        "Segments": pictures.segment_actions,
        "Costs and margins": pictures.scenario_heatmap,
    }
    view = st.segmented_control("Show as a picture", list(views))
    if view:
        show.figure(build, views[view])


@st.fragment
def _what_if(build: Build) -> None:
    st.header("What if a contact cost more, or the margin were lower?")
    units = ask(build, "policy_units")
    if units.empty:
        show.missing("Nothing can be graded again:", "scores were not published.")
        return
    built_cost = float(units["cost_per_contact"].iloc[0])
    built_margin = float(units["margin"].mean())
    form = markup.amount(money(build))
    left, middle, right = st.columns(3)
    cost = left.slider(
        f"Cost of a contact ({money(build).currency.name})",
        min_value=0.0,
        max_value=round(20 * built_cost, 2) or 1.0,
        value=built_cost,
        help=f"As built: {form(built_cost)}",
    )
    percent = middle.slider(
        "Margin on sales (%)",
        min_value=1.0,
        max_value=100.0,
        value=100 * built_margin,
        step=0.5,
        help=f"As built: {100 * built_margin:.1f} %",
    )
    n_units = round(units.groupby("split_id").size().mean())
    cap = right.slider("At most so many contacts", 1, n_units, n_units)
    margin = percent / 100
    st.markdown(
        show.plain(
            f"A contact pays for itself above {form(cost / margin)} of sales. "
            f"{cap:,} contacts cost {markup.whole(money(build))(cap * cost)}."
        )
    )
    graded = grading.policy_profits(
        units, cost=cost, margin=margin, max_contacts=None if cap == n_units else cap
    )
    _graded(build, graded)
    curve = grading.profit_curve(units, cost=cost, margin=margin, percents=PERCENTS)
    is_passed = ask(build, "policy_values")["gate_status"].ne("failed").any()
    curve = curve.assign(
        design=units["design"].iloc[0],
        population=units["population"].iloc[0],
        gate_status="passed" if is_passed else "failed",
    )
    key = f"{cost} {margin}"
    show.picture(build, "roi_curve", key, lambda: pictures.roi_curve(curve))


def _graded(build: Build, graded: pd.DataFrame) -> None:
    whole = markup.whole(money(build))
    rows = markup.with_interval(graded, whole)
    rows["answer"] = "may earn or lose"
    rows.loc[rows["ci_lower"] > 0, "answer"] = "earns"
    rows.loc[rows["ci_upper"] < 0, "answer"] = "loses"
    rows["policy"] = rows["policy"].map(POLICIES)
    columns = {
        "policy": ("policy", markup.words),
        "n_targeted": ("contacts", markup.count),
        "profit": ("profit", whole),
        "interval": ("95 % interval", markup.words),
        "answer": ("against sending nothing", markup.words),
    }
    caption = (
        "Graded again by the published scores. A cap leaves the largest predicted "
        "effects of the break-even rule, and a random part of everybody"
    )
    show.table(rows, columns, caption)


@st.fragment
def _list(build: Build) -> None:
    st.header("The list")
    summary = ask(build, "list_summary")
    if summary.empty:
        show.missing("There is no list:", "the build has no campaign to learn from.")
        return
    show.html(tables.list_summary(summary, money(build)))
    _rollout(build)
    households = ask(build, "campaign_list")
    if households.empty or "source_household_id" not in households:
        show.missing(
            "The households are not in this file:",
            "it was published without columns that identify them; make list exports "
            "the list from the build.",
        )
        return
    whole = markup.whole(money(build))
    chosen = _filtered(households)
    total = chosen.loc[chosen["is_assigned"], "cost_per_contact"].sum()
    st.markdown(
        show.plain(
            f"{len(chosen):,} of {len(households):,} households, "
            f"{chosen['is_assigned'].sum():,} contacts, cost {whole(total)}"
        )
    )
    st.dataframe(
        chosen[list(LIST)],
        hide_index=True,
        column_config=LIST
        | {
            name: st.column_config.NumberColumn(LIST[name], format="%.2f")
            for name in ("expected_profit", "propensity", "predicted_effect")
        },
    )
    st.download_button(
        "Download these households as CSV",
        chosen.drop(columns=["household_id"]).to_csv(index=False).encode(),
        "campaign_list.csv",
        "text/csv",
        on_click="ignore",
    )


def _rollout(build: Build) -> None:
    phases = ask(build, "rollout")
    with st.expander("What happens after the list"):
        show.html(tables.rollout(phases))


def _filtered(households: pd.DataFrame) -> pd.DataFrame:
    """Return the households that a reader asks for, within the budget."""
    left, middle, right = st.columns(3)
    filters = {
        "decision": left.multiselect("Decision", sorted(set(households["decision"]))),
        "segment_name": middle.multiselect(
            "Segment", sorted(set(households["segment_name"].dropna()))
        ),
        "evidence_class": right.multiselect(
            "Evidence", sorted(set(households["evidence_class"].dropna()))
        ),
    }
    chosen = households
    for column, values in filters.items():
        if values:
            chosen = chosen[chosen[column].isin(values)]
    most = float(chosen.loc[chosen["is_assigned"], "cost_per_contact"].sum().round(2))
    budget = st.number_input(
        "Budget for contacts; the largest expected profits come first",
        min_value=0.0,
        value=None,
        placeholder=f"no limit ({most:,.2f} for all)",
    )
    if budget is None:
        return chosen
    sent = chosen[chosen["is_assigned"]]
    return sent[sent["cost_per_contact"].cumsum() <= budget]
