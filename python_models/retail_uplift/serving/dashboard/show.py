"""Puts texts, tables and pictures on a page."""

from collections.abc import Callable

import pandas as pd
import streamlit as st
from matplotlib.figure import Figure

from retail_uplift.figures.drawing import Draw
from retail_uplift.serving import markup
from retail_uplift.serving.dashboard.builds import Build, drawn, rows_of
from retail_uplift.serving.markup import readable

SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\$*_[]`~<>#|:"})


def plain(text: str) -> str:
    """Return a readable text without Markdown: two $ make no formula."""
    return readable(text).translate(SIGNS)


def html(text: str) -> None:
    """Show a table or a picture of `markup`."""
    st.html(f"<style>{markup.STYLE}</style>{text}")


def table(frame: pd.DataFrame, columns: markup.Columns, caption: str) -> None:
    """Show a short table."""
    html(markup.table(frame, columns, caption))


def missing(what: str, remedy: str) -> None:
    """Say what is not there, and what would bring it."""
    st.info(plain(f"{what} {remedy}"))


def picture(build: Build, name: str, chosen: str, draw: Callable[[], Figure]) -> None:
    """Show a picture; it is drawn once for a build and what a reader chose."""
    html(drawn(build, name, chosen, draw))


def figure(
    build: Build, draw: Draw, *, is_lead_only: bool = True, **equal: object
) -> None:
    """Show a picture of the marts, or say that it has no rows.

    With `is_lead_only` only the first design is drawn, which is the primary one; other
    arguments choose rows by the value of a column.
    """
    rows = rows_of(build, draw, draw.__name__)
    for column, value in equal.items():
        rows = rows[rows[column] == value] if len(rows) else rows
    if is_lead_only and len(rows) and "design" in rows:
        rows = rows[rows["design"] == rows["design"].iloc[0]]
    if rows.empty:
        missing(
            f"Nothing to draw of {draw.__name__.replace('_', ' ')}:",
            "the build has no such rows.",
        )
        return
    picture(build, draw.__name__, repr(equal), lambda: draw(rows))
