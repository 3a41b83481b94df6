"""Panels by design, forests of intervals and texts of dollars.

Shared by the pictures of effects and of decisions.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from retail_uplift._drawing import SMALL_SIZE, TEXT_SIZE, number, panels_of, wrapped

INTERVAL = ["estimate", "ci_lower", "ci_upper"]

# Of a picture: function, mart, and what follows its name in the query.
Picture = tuple[Callable[..., Figure], str, str]


def read_design_pictures(
    read: Callable[..., pd.DataFrame], pictures: Mapping[str, Picture]
) -> dict[str, Callable[[], Figure] | None]:
    """Read the rows of every picture and the design to lead with.

    Parameters
    ----------
    read : callable
        Returns the rows of a mart, given its name and the rest of the query.
    pictures : mapping of str to Picture
        By name of the picture.

    Returns
    -------
    dict of str to callable or None
        By name of the picture, a function that draws it; None where the data have no
        rows for it (no campaign that can be estimated, say).
    """
    leads = read("fct_verdicts", "where is_primary_design")["design"].unique()
    lead = leads[0] if len(leads) else None
    drawn = {}
    for name, (draw, mart, rest) in pictures.items():
        rows = read(mart, rest)
        # An experiment that is yet to come has no design.
        given = (rows, lead) if "design" in rows else (rows,)
        drawn[name] = None if rows.empty else partial(draw, *given)
    return drawn


def designs_of(rows: pd.DataFrame, lead: str | None) -> list[str]:
    """Return the designs by name, the one to lead with first."""
    return sorted(rows["design"].unique(), key=lambda design: (design != lead, design))


def only_value(rows: pd.DataFrame, column: str, name: str) -> str:
    """Return the only value of a column."""
    value, *others = rows[column].unique()
    if others:
        raise ValueError(f"{name} has several values of {column}.")
    return value


def forest_panels(
    rows: pd.DataFrame, designs: Sequence[str], *, n_lines: float
) -> tuple[Figure, list[Axes]]:
    """Return a figure with a panel below the other for each design's rows."""
    most = rows.groupby("design").size().max()
    return panels_of(
        len(designs), n_columns=1, width=8.8, height=0.7 + 0.21 * n_lines * most
    )


def interval_limits(rows: pd.DataFrame) -> tuple[float, float]:
    """Return limits that show 0, all estimates and intervals that are not far wider."""
    ends = rows[INTERVAL].astype(float)
    # In a panel without a number nothing is drawn.
    lowest = np.nanmin([0, ends["estimate"].min(), ends["ci_lower"].quantile(0.25)])
    highest = np.nanmax([0, ends["estimate"].max(), ends["ci_upper"].quantile(0.75)])
    margin = 0.05 * (highest - lowest or 1.0)
    return lowest - margin, highest + margin


def limit_to(axes: Axes, rows: pd.DataFrame) -> None:
    """Give a forest the limits of its rows, and a line at 0."""
    axes.set_xlim(*interval_limits(rows))
    axes.axvline(0, color="black", linewidth=0.8)


def draw_intervals(
    axes: Axes,
    rows: pd.DataFrame,
    places: np.ndarray,
    colour: str,
    marker: str,
    is_filled: bool,
    label: str,
) -> None:
    """Draw estimates with intervals, with an arrow where one goes on beyond a limit."""
    is_drawn = rows["estimate"].notna().to_numpy()
    rows, places = rows[is_drawn], np.asarray(places, dtype=float)[is_drawn]
    if rows.empty:
        return
    left, right = axes.get_xlim()
    lower, upper = (rows[name].to_numpy(float) for name in ("ci_lower", "ci_upper"))
    axes.hlines(places, lower.clip(left), upper.clip(max=right), colour, linewidth=1.5)
    for is_beyond, end, arrow in (
        (lower < left, left, "<"),
        (upper > right, right, ">"),
    ):
        # An empty line that is not clipped would count as a point in the corner.
        if is_beyond.any():
            axes.plot(
                np.full(is_beyond.sum(), end),
                places[is_beyond],
                arrow,
                color=colour,
                markersize=5,
                clip_on=False,
            )
    axes.plot(
        rows["estimate"].astype(float),
        places,
        marker,
        color=colour,
        markerfacecolor=colour if is_filled else "white",
        markersize=5.5,
        label=label,
    )


def forest_axis(
    axes: Axes, labels: Sequence[str], texts: Sequence[str], title: str
) -> None:
    """Label the rows of a forest on the left, first on top, and their numbers right."""
    axes.set_yticks(range(len(labels)), [wrapped(label, 4.2) for label in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    for place, text in enumerate(texts):
        axes.annotate(
            text,
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_SIZE,
        )
    axes.xaxis.set_major_formatter(FuncFormatter(dollar_tick))
    axes.set_title(title, fontsize=TEXT_SIZE, fontweight="bold", loc="left")


def span_texts(rows: pd.DataFrame, missing: str = "not estimated") -> list[str]:
    """Return estimate and interval of each row in dollars, or why there is none."""
    return [
        missing if pd.isna(row["estimate"]) else span(row) for _, row in rows.iterrows()
    ]


def span(row: pd.Series) -> str:
    """Return an estimate with its interval in dollars."""
    estimate, lower, upper = (dollars(row[name]) for name in INTERVAL)
    return f"{estimate} ({lower} to {upper})"


def dollars(value: float) -> str:
    """Return whole dollars, or cents below one, the sign before the dollar sign."""
    value = float(value)
    text = f"{abs(value):.2f}" if 0.005 <= abs(value) < 1 else f"{abs(value):,.0f}"
    return f"{'-' if value < 0 and text != '0' else ''}${text}"


def dollar_tick(value: float, _: int | None = None) -> str:
    """Return a tick of an axis in dollars, with the digits that tell it from others."""
    # Ticks at $2.50 and $2 must not look alike.
    return f"{'-' if value < 0 else ''}${number(abs(value))}"
