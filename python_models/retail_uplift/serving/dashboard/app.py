"""The frame around the pages: which build is shown, and when there is a newer one."""

from functools import partial

import streamlit as st

from retail_uplift.serving.dashboard import (
    campaigns,
    customers,
    data,
    evidence,
    game,
    today,
    whom_next,
)
from retail_uplift.serving.dashboard.builds import Build, ask, current_build
from retail_uplift.serving.dashboard.show import plain

PAGES = {
    "Today": today,
    "Customers": customers,
    "Campaigns": campaigns,
    "Whom next": whom_next,
    "Targeting game": game,
    "Evidence": evidence,
    "Data": data,
}
LOOK_EVERY = "5s"


@st.fragment(run_every=LOOK_EVERY)
def watch(shown: Build) -> None:
    """Load the page anew once another build is published."""
    if current_build() != shown:
        st.rerun()


def head(build: Build) -> None:
    """Say which build is shown, and whether the last page showed another one."""
    is_new = st.session_state.get("build", build) != build
    st.session_state["build"] = build
    manifest = ask(build, "manifest")
    if manifest.empty:
        st.caption("Build without a manifest")
        return
    facts = manifest.iloc[0]
    text = (
        f"Build of {facts['started_at']:%d %b %Y %H:%M} UTC, edition {facts['edition']}"
    )
    if is_new:
        st.success(f"A new build was published and is shown now: {plain(text)}.")
    else:
        st.caption(plain(text))


def main() -> None:
    """Show the page that was chosen."""
    st.set_page_config(page_title="retail_uplift", layout="wide")
    try:
        build = current_build()
    except FileNotFoundError as error:
        st.error(plain(str(error)))
        st.stop()
    pages = [
        st.Page(
            partial(module.page, build),
            title=title,
            url_path=module.__name__.rsplit(".", 1)[-1],
            default=module is today,
        )
        for title, module in PAGES.items()
    ]
    chosen = st.navigation(pages, position="top")
    head(build)
    watch(build)
    chosen.run()


if __name__ == "__main__":
    main()
