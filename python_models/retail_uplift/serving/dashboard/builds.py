"""Keeps what was asked of a published build until another one is published."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st
from matplotlib.figure import Figure

from retail_uplift.figures.drawing import CURRENCY, Draw
from retail_uplift.figures.pictures import FigureError, read_rows
from retail_uplift.serving import markup, published, questions
from retail_uplift.serving.questions import Money

ENTRIES = 200  # answers that are kept
DRAWING = Lock()  # the looks of matplotlib belong to the whole process


class Build(NamedTuple):
    """A published file; it is another one once its name or its time changes."""

    file: str
    changed_ns: int


def current_build() -> Build:
    """Return what is published now, at the place that the environment names.

    Raises
    ------
    FileNotFoundError
        If nothing is published there.
    """
    pointer = os.environ.get("RETAIL_UPLIFT_PUBLISHED", str(published.POINTER))
    file = published.resolve(Path(pointer))
    return Build(str(file), file.stat().st_mtime_ns)


@st.cache_data(show_spinner=False, max_entries=ENTRIES)
def ask(build: Build, question: str, *values: Any) -> Any:
    """Return the answer of a function of `serving.questions`, kept for the build."""
    with published.connect(Path(build.file)) as connection:
        return getattr(questions, question)(connection, *values)


def money(build: Build) -> Money:
    """Return how amounts of the build are written."""
    return ask(build, "money")


@st.cache_data(show_spinner=False, max_entries=ENTRIES)
def rows_of(build: Build, _draw: Draw, name: str) -> pd.DataFrame:
    """Return the rows of a picture, none if its tables are not published."""
    with published.connect(Path(build.file)) as connection:
        try:
            return read_rows(connection, _draw)
        except FigureError:
            return pd.DataFrame()


@st.cache_data(show_spinner="Drawing ...", max_entries=ENTRIES)
def drawn(build: Build, name: str, chosen: str, _draw: Callable[[], Figure]) -> str:
    """Return a picture as HTML, drawn once for a build and what a reader chose."""
    token = CURRENCY.set(money(build).currency)
    try:
        with DRAWING:
            return markup.image(_draw())
    finally:
        CURRENCY.reset(token)
