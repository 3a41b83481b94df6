"""Page Data: from what the answers were made, and what changed."""

import streamlit as st

from retail_uplift.serving import markup, tables
from retail_uplift.serving.dashboard import show
from retail_uplift.serving.dashboard.builds import Build, ask, money


def page(build: Build) -> None:
    """Show the manifest, differences between builds and checks."""
    st.title("From what were these answers made?")
    manifest = ask(build, "manifest")
    if manifest.empty:
        show.missing("The build has no manifest:", "it did not end: run make build.")
        return
    facts = manifest.iloc[0]
    columns = st.columns(4)
    columns[0].metric("Receipt lines", markup.count(facts["n_transactions"]))
    columns[1].metric("Households", markup.count(facts["n_households"]))
    sales = markup.whole(money(build))(facts["sales_value"])
    columns[2].metric("Sales", show.plain(sales))
    columns[3].metric("Rows set aside", markup.count(facts["n_rejected_rows"]))
    st.markdown(
        f"Checks of effects: {facts['n_gates_passed']} passed, "
        f"{facts['n_gates_doubtful']} doubtful, {facts['n_gates_failed']} failed."
    )
    show.html(tables.facts(manifest))
    _left_out(build)
    _wings(build)
    _changes(build, "run_differences", "What changed since the build before?")
    _changes(build, "drift", "Must anything be fitted again?")
    _history(build)


def _left_out(build: Build) -> None:
    st.header("Which rows were not used?")
    rows = ask(build, "left_out")
    if rows.empty:
        st.markdown("Every row of the raw tables was used.")
        return
    columns = {
        "table_name": ("table", markup.words),
        "fate": ("why", markup.words),
        "reason": ("in detail", markup.words),
        "n_left_out": ("rows", markup.count),
        "n_rows": ("of", markup.count),
    }
    show.table(rows, columns, "Rows of the raw tables that are in no other table")


def _wings(build: Build) -> None:
    wings = ask(build, "wings")
    if wings.empty:
        return
    columns = {
        "wing": ("wing", markup.words),
        "built_at": ("built", markup.day),
        "is_current": ("of the newest build", markup.yes),
        "invocation_id": ("build", markup.words),
    }
    show.table(wings, columns, "Which build each part is from")


def _changes(build: Build, question: str, title: str) -> None:
    st.header(title)
    rows = ask(build, question)
    if rows.empty:
        show.missing("It is not known:", "the build compares itself with no other.")
        return
    is_answer = rows["kind"] == "all"
    for _, row in rows[is_answer].iterrows():
        st.markdown(show.plain(row["verdict"].removeprefix(f"{title} ")))
        st.markdown(f"**Next:** {show.plain(row['next_action'])}")
    details = rows[~is_answer]
    if len(details):
        columns = {
            "kind": ("kind", markup.words),
            "name": ("name", markup.words),
            "value_before": ("before", markup.number),
            "value_now": ("now", markup.number),
            "verdict": ("what it means", markup.words),
        }
        show.table(details, columns, "What differs")


def _history(build: Build) -> None:
    rows = ask(build, "history")
    if rows.empty:
        return
    columns = {
        "built_at": ("built", markup.day),
        "edition": ("edition", markup.words),
        "is_full_build": ("all models", markup.yes),
        "invocation_id": ("build", markup.words),
    }
    with st.expander("Builds that are remembered"):
        show.table(rows, columns, "Builds, the newest first")
