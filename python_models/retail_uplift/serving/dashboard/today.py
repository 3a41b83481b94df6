"""Page Today: the answer to each question of a manager."""

from typing import Any

import pandas as pd
import streamlit as st

from retail_uplift.serving import answers
from retail_uplift.serving.dashboard.builds import Build, ask, money
from retail_uplift.serving.dashboard.show import missing, plain

LOOKS = {
    answers.PROVEN: ":green-badge",
    answers.CHECKED: ":blue-badge",
    answers.HINT: ":orange-badge",
    answers.UNKNOWN: ":gray-badge",
    answers.CALCULATED: ":gray-badge",
}


def page(build: Build) -> None:
    """Show the answers by topic."""
    st.title("Today's answers")
    verdicts = ask(build, "verdicts")
    if verdicts.empty:
        missing("There are no answers:", "the build has no campaign to ask about.")
        return
    for topic, rows in answers.by_topic(verdicts).items():
        st.header(topic)
        for _, verdict in rows.iterrows():
            _answer(build, verdict)


def _answer(build: Build, verdict: Any) -> None:
    with st.container(border=True):
        st.subheader(plain(verdict["question"]))
        st.markdown(plain(verdict["verdict"]))
        st.markdown(f"{LOOKS[verdict['evidence']]}[{verdict['evidence']}]")
        figure = answers.figure(verdict, money(build))
        if figure:
            st.markdown(f"**In numbers:** {plain(figure)}")
        st.markdown(f"**Next:** {plain(verdict['next_action'])}")
        if pd.notna(verdict["caution"]):
            st.markdown(f"**Beware:** {plain(verdict['caution'])}")
