"""Looks and helpers that all pictures share; figures are made without pyplot."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import wraps
from textwrap import fill
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.text import Text

from retail_uplift.frames import checked_rows

# Okabe and Ito (2008): colour-blind readers can tell them apart.
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW = "#CC79A7", "#56B4E9", "#F0E442"
GREY, PALE = "#595959", "#BBBBBB"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW, PALE)
MARKERS = ("o", "s", "D", "^", "v")
INTERVAL = ["estimate", "ci_lower", "ci_upper"]

TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 13, 9, 8  # points
# On top of matplotlib's own defaults, so that no matplotlibrc changes a picture.
LOOK = {
    "axes.axisbelow": True,
    "axes.labelsize": SMALL_SIZE,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": TEXT_SIZE,
    "axes.unicode_minus": False,
    "figure.dpi": 110,
    "legend.fontsize": TEXT_SIZE,
    "legend.frameon": False,
    "svg.hashsalt": "retail_uplift",  # otherwise the ids in an SVG are random
    "text.parse_math": False,  # a text with two dollar signs is no formula
    "xtick.labelsize": SMALL_SIZE,
    "ytick.labelsize": SMALL_SIZE,
}
# Proper names; every other name is shown as its words.
NAMES = {
    "nmf": "NMF",
    "k_means": "K-Means",
    "gaussian_mixture": "Gaussian mixture",
    "bg_nbd_gamma_gamma": "BG/NBD and Gamma-Gamma",
    "rfm": "RFM score",
    "run_rate": "same as the last weeks",
    "calinski_harabasz": "Calinski-Harabasz index",
    "davies_bouldin": "Davies-Bouldin index",
    "bic": "BIC",
    "linear_dml": "linear DML",
    **{f"{letter}_learner": f"{letter.upper()}-learner" for letter in "strx"},
    "dr_learner": "DR-learner",
}
SECTIONS_OF_ALL = """
    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
"""
Draw = Callable[[pd.DataFrame], Figure]


class Currency(NamedTuple):
    """What amounts are called: a plural, and the sign before a number."""

    name: str = "dollars"
    symbol: str = "$"


# Of the pictures being drawn, whose texts are written about dollars.
DOLLARS = Currency()
CURRENCY: ContextVar[Currency] = ContextVar("currency", default=DOLLARS)


def picture(*keys: str) -> Callable[[Draw], Draw]:
    """Return a decorator that checks the frame of a picture and sets the shared look.

    The frame must have the columns that the documentation names in backticks. The
    function gets the rows in the order of `keys`, which identify them, but designs in
    the order in which they first appear.
    """

    def decorate(draw: Draw) -> Draw:
        documented = re.findall(r"`([a-z]\w*)`", draw.__doc__ or "")
        columns = [name for name in dict.fromkeys(documented) if name not in keys]

        @wraps(draw)
        def checked(frame: pd.DataFrame) -> Figure:
            name = f"The frame of {draw.__name__}"
            rows = checked_rows(frame, keys, columns, name)
            if "design" in keys:
                places = {
                    design: i for i, design in enumerate(frame["design"].unique())
                }
                rows["place"] = rows["design"].map(places)
                rows = rows.sort_values("place", kind="stable", ignore_index=True)
            with looks():
                figure = draw(rows)
            for text in figure.findobj(Text):
                text.set_text(text.get_text().replace("dollars", CURRENCY.get().name))
            return figure

        checked.__doc__ = f"{draw.__doc__}\n{SECTIONS_OF_ALL}"
        return checked

    return decorate


def looks() -> style.context:
    """Return a context with the shared look, for drawing and for writing."""
    return style.context(["default", LOOK])


# --- figures ------------------------------------------------------------------------


def grid(
    n: int,
    *,
    n_columns: int,
    width: float,
    height: float,
    height_ratios: Sequence[float] | None = None,
) -> list[Axes]:
    """Return n panels of a new figure, row by row, of a (mean) size in inches."""
    n_columns = min(n_columns, n)
    n_rows = -(-n // n_columns)
    figure = Figure((width * n_columns, height * n_rows), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.1, h_pad=0.08)
    look = {"squeeze": False, "height_ratios": height_ratios}
    panels = list(figure.subplots(n_rows, n_columns, **look).flat)
    for axes in panels[n:]:
        axes.remove()
    return panels[:n]


def panels_by(
    rows: pd.DataFrame, by: str | list[str], *, row_height: float = 0, **size: float
) -> list[tuple[Axes, pd.DataFrame]]:
    """Return a panel of a new figure, and the rows for it, per value of some columns.

    A panel is as high as said in `size` plus `row_height` per row of the largest. Its
    title is the design. It says so where the rows speak of the comparable units alone,
    and warns where the arms overlap too little.
    """
    if rows.empty:
        raise ValueError("The frame has no row that is drawn.")
    groups = [group for _, group in rows.groupby(by, sort=False)]
    size["height"] += row_height * max(map(len, groups))
    panels = list(zip(grid(len(groups), **size), groups, strict=True))
    for axes, group in panels:
        if "design" in group:
            title = words(group["design"].iloc[0])
            populations = group.get("population", pd.Series(dtype=str)).unique()
            if len(populations) == 1:
                if populations[0] == "comparable":
                    title += "\ncomparable units only"
                if not group["gate_status"].eq("passed").all():
                    title += "\nthe arms overlap too little: read it as a hint"
            axes.set_title(title)
    return panels


def finish(axes: Axes, title: str, note: str) -> Figure:
    """Put one legend below all panels of a figure, and a title and a note above them.

    The figure grows by all of them, so that panels keep their size.
    """
    figure, entries = axes.figure, {}
    for panel in figure.axes:
        handles, labels = panel.get_legend_handles_labels()
        entries |= dict(zip(labels, handles, strict=True))
    width, height = figure.get_size_inches()
    entries = {wrapped(label, width - 1): handle for label, handle in entries.items()}
    if entries:
        n_columns = int(width / (0.6 + 0.075 * max(map(len, entries))))
        n_columns = min(max(n_columns, 1), 4)
        look = {"loc": "outside lower center", "ncols": n_columns}
        figure.legend(entries.values(), entries.keys(), **look)
        height += 0.2 * -(-len(entries) // n_columns)
    title = wrapped(title, width - 0.2, TITLE_SIZE)
    note = wrapped(note, width - 0.2, TEXT_SIZE)
    middle = 0.15 + (title.count("\n") + 1) * TITLE_SIZE / 58
    top = middle + 0.05 + (note.count("\n") + 1) * TEXT_SIZE / 58
    figure.set_size_inches(width, height + top)
    figure.get_layout_engine().set(rect=(0, 0, 1, height / (height + top)))
    look = {"va": "top", "size": TITLE_SIZE, "weight": "bold"}
    figure.text(0.1 / width, 1 - 0.1 / (height + top), title, **look)
    look = {"va": "top", "size": TEXT_SIZE, "color": GREY}
    figure.text(0.1 / width, 1 - middle / (height + top), note, **look)
    return figure


def heatmap(
    cells: pd.DataFrame,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    texts: pd.DataFrame,
    key: str,
    limits: tuple[float, float],
    colours: str = "Blues",
    cell: tuple[float, float] = (1.1, 0.27),
    axes: Axes | None = None,
) -> Axes:
    """Draw coloured cells with texts, labels and a colour key, without NaN.

    A key that begins with "share" is in percent, one with "dollars" in dollars. A new
    figure, without axes given, has cells of a size in inches.
    """
    if axes is None:
        width, height = np.multiply(cells.shape[::-1], cell) + np.array([2.4, 1.6])
        [axes] = grid(1, n_columns=1, width=width, height=height)
    norm = Normalize(*limits)
    colour_map = mpl.colormaps[colours].resampled(41).with_extremes(bad="white")
    values = np.ma.masked_invalid(cells.to_numpy(float))
    look = {"cmap": colour_map, "norm": norm, "edgecolors": "white"}
    mesh = axes.pcolormesh(values, **look)
    for (i, j), value in np.ndenumerate(values):
        is_dark = np.dot(colour_map(norm(value))[:3], [0.21, 0.72, 0.07]) < 0.45
        look = {"color": "white" if is_dark else "black", "size": SMALL_SIZE}
        axes.text(j + 0.5, i + 0.5, texts.iloc[i, j], ha="center", va="center", **look)
    labels = [wrapped(label, cell[0] - 0.1) for label in columns]
    axes.set_xticks(np.arange(len(labels)) + 0.5, labels)
    axes.set_yticks(np.arange(len(rows)) + 0.5, [wrapped(row, 2.4) for row in rows])
    axes.tick_params(length=0, top=True, labeltop=True, labelbottom=False)
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    beyond = int(np.any(cells < limits[0])) + 2 * int(np.any(cells > limits[1]))
    look = {"aspect": 40, "shrink": 0.8, "location": "bottom"}
    look["extend"] = ("neither", "min", "max", "both")[beyond]
    bar = axes.figure.colorbar(mesh, ax=axes, **look)
    bar.set_label(key)
    bar.outline.set_visible(False)
    unit = "%" if key.startswith("share") else "$" if "dollars" in key else ""
    bar.ax.locator_params(nbins=5)
    ticks(bar.ax, x=unit)
    return axes


def intervals(
    axes: Axes,
    places: Sequence[float],
    rows: pd.DataFrame,
    label: str,
    look: tuple[str, str, bool],
) -> None:
    """Draw rows with `INTERVAL` as points and lines; the look is as in `forest`."""
    colour, marker, is_filled = look
    known = rows["estimate"].notna().to_numpy()
    if known.any():
        estimate, lower, upper = rows.loc[known, INTERVAL].to_numpy(float).T
        face = {"color": colour, "markerfacecolor": colour if is_filled else "white"}
        errors = [estimate - lower, upper - estimate]
        places = np.asarray(places, float)[known]
        axes.errorbar(
            estimate, places, xerr=errors, fmt=marker, label=label, ms=5.5, **face
        )


def forest(
    axes: Axes,
    rows: pd.DataFrame,
    labels: Sequence[str],
    kinds: Mapping[str, tuple[str, str, bool]],
    texts: Sequence[str] | None = None,
) -> None:
    """Draw an estimate with its interval, and its numbers in dollars, per row.

    A row has `INTERVAL` and its kind, a text of the legend; `kinds` has a colour, a
    marker and whether it is filled. Other texts may stand beside the rows.
    """
    for kind, look in kinds.items():
        chosen = (rows["kind"] == kind).to_numpy()
        intervals(axes, np.flatnonzero(chosen), rows[chosen], kind, look)
    texts = [span(row) for _, row in rows.iterrows()] if texts is None else texts
    for i, text in enumerate(texts):
        beside = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
        axes.annotate(text, (1, i), (8, 0), va="center", size=SMALL_SIZE, **beside)
    # All estimates and 0 are in sight; an interval that is far wider than most is cut.
    estimate, lower, upper = rows[INTERVAL].to_numpy(float).T
    low, high = pd.Series(lower).quantile(0.25), pd.Series(upper).quantile(0.75)
    width = high - low
    low = np.nanmin([0, *estimate, *lower.clip(low - width)])
    high = np.nanmax([0, *estimate, *upper.clip(max=high + width)])
    margin = 0.05 * (high - low or 1.0)
    axes.set_xlim(low - margin, high + margin)
    axes.axvline(0, color="black", linewidth=0.8, zorder=0)
    axes.set_title(axes.get_title(), loc="left", weight="bold")
    axes.set_title("", loc="center")
    row_labels(axes, labels)
    ticks(axes, x="$")


def row_labels(axes: Axes, labels: Sequence[str]) -> None:
    """Label the rows of a chart on the left, the first on top."""
    axes.set_yticks(range(len(labels)), [wrapped(label, 4.2) for label in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def ticks(axes: Axes, **units: str) -> None:
    """Show the numbers of axes x and y as amounts ($), percent (%) or plain ("")."""
    symbol = CURRENCY.get().symbol
    forms = {
        "": lambda value, _: f"{value:,.10g}",
        "%": lambda value, _: f"{100 * value:.10g} %",
        "$": lambda value, _: f"{'-' if value < 0 else ''}{symbol}{abs(value):,.10g}",
    }
    for axis, unit in units.items():
        getattr(axes, f"{axis}axis").set_major_formatter(forms[unit])


# --- texts --------------------------------------------------------------------------


def wrapped(text: str, inches: float, size: float = SMALL_SIZE) -> str:
    """Break a text into lines of some width; a long word is not broken."""
    n_letters = max(1, int(inches * 120 / size))
    return fill(text, n_letters, break_long_words=False, break_on_hyphens=False)


def words(name: str) -> str:
    """Return the name of a column, a design or a method as words."""
    if name.startswith("n_"):
        return f"number of {words(name[2:])}"
    return NAMES.get(name, name.replace("_", " "))


def percent(share: float) -> str:
    """Return a share as a percentage, with a decimal where 0 % would hide something."""
    if 0 < share < 0.0005:
        return "< 0.1 %"
    return f"{100 * share:.1f} %" if 0 < share < 0.01 else f"{100 * share:.0f} %"


def money(value: float) -> str:
    """Return an amount in whole units, or hundredths below one, the sign first."""
    text = f"{abs(value):.2f}" if 0.005 <= abs(value) < 1 else f"{abs(value):,.0f}"
    return f"{'-' if value < 0 and text != '0' else ''}{CURRENCY.get().symbol}{text}"


def span(row: pd.Series, missing: str = "not estimated") -> str:
    """Return the estimate of a row with its interval in dollars, or why it has none."""
    if pd.isna(row["estimate"]):
        return missing
    if row[INTERVAL].isna().any():
        return f"{money(float(row['estimate']))} (no interval)"
    estimate, lower, upper = (money(float(row[name])) for name in INTERVAL)
    return f"{estimate} ({lower} to {upper})"


def cautions(rows: pd.DataFrame) -> str:
    """Return what to beware of in some designs (`caution`), as sentences of a note."""
    warned = rows.dropna(subset="caution").groupby("caution")["design"].unique()
    texts = [f" On {' and '.join(map(words, d))}: {text}" for text, d in warned.items()]
    return "".join(texts)
