"""Looks, heatmaps, titles and texts shared by the pictures.

Figures are made without pyplot, so that no call leaves anything behind.
"""

from collections.abc import Sequence
from textwrap import fill

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter

# Okabe and Ito (2008): told apart by colour-blind readers.
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW = "#CC79A7", "#56B4E9", "#F0E442"
GREY, PALE = "#595959", "#BBBBBB"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW, PALE)
MARKERS = ("o", "s", "D", "^", "v")

DPI = 110
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 13, 9, 8  # points
LINE_HEIGHT = 1.25  # of the size of the text
LETTER_WIDTH = 0.6  # of the size of the text; generous for the font in use
HANDLE_WIDTH = 0.6  # inches of a legend's entry without its text
MOST_COLUMNS = 4  # of a legend
N_SHADES = 41  # of a heatmap; odd, so that one of them is the middle

# Proper names; every other name is shown as its words.
NAMES = {
    "nmf": "NMF",
    "k_means": "K-Means",
    "gaussian_mixture": "Gaussian mixture",
    "bg_nbd_gamma_gamma": "BG/NBD and Gamma-Gamma",
    "rfm": "RFM score",
    "run_rate": "same as the last weeks",
    "held_out_error": "held-out error",
    "calinski_harabasz": "Calinski-Harabasz index",
    "davies_bouldin": "Davies-Bouldin index",
    "bic": "BIC",
}

# On top of matplotlib's own defaults, so that no matplotlibrc changes a picture.
styled = style.context(
    [
        "default",
        {
            "axes.axisbelow": True,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.unicode_minus": False,
            # A name with two dollar signs is no formula.
            "text.parse_math": False,
            # Else the ids in an SVG are random.
            "svg.hashsalt": "retail_uplift",
        },
    ]
)


# --- figures ------------------------------------------------------------------------


def empty_figure(width: float, height: float, dpi: int = DPI) -> Figure:
    """Return an empty figure of a size in inches, without its title."""
    layout = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.08)
    return Figure(figsize=(width, height), dpi=dpi, layout=layout)


def panels_of(
    n_panels: int, *, n_columns: int, width: float, height: float, dpi: int = DPI
) -> tuple[Figure, list[Axes]]:
    """Return a figure with panels of a size in inches, left to right, row by row."""
    n_columns = min(n_columns, n_panels)
    n_rows = -(-n_panels // n_columns)
    figure = empty_figure(width * n_columns, height * n_rows, dpi)
    grid = figure.subplots(n_rows, n_columns, squeeze=False)
    panels = list(grid.flat)
    for axes in panels[n_panels:]:
        axes.remove()
    for axes in panels[:n_panels]:
        axes.tick_params(labelsize=SMALL_SIZE)
    return figure, panels[:n_panels]


def heatmap_figure(
    cells: pd.DataFrame, *, cell_width: float, cell_height: float = 0.27
) -> tuple[Figure, Axes]:
    """Return a figure with room for cells of a size in inches and for their labels."""
    n_rows, n_columns = cells.shape
    figure = empty_figure(2.4 + cell_width * n_columns, 1.6 + cell_height * n_rows)
    return figure, figure.subplots()


def heatmap(
    axes: Axes,
    cells: pd.DataFrame,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    texts: pd.DataFrame,
    colours: str,
    limits: tuple[float, float],
    key: str,
) -> QuadMesh:
    """Draw a table of coloured cells with its labels and colour key.

    Parameters
    ----------
    axes : Axes
    cells : DataFrame, r rows and c columns
        Numbers; NaN is left without colour.
    rows, columns : sequence of str
        Labels, the first row on top.
    texts : DataFrame, r rows and c columns
        What the cells say.
    colours : str
        Name of a colour map of matplotlib.
    limits : pair of float
        Numbers at the ends of the colours; the key has an arrow where cells lie beyond.
    key : str
        What the colours mean. One that begins with "share" is shown in percent.

    Returns
    -------
    QuadMesh
    """
    norm = Normalize(*limits)
    colour_map = mpl.colormaps[colours].resampled(N_SHADES)
    values = np.ma.masked_invalid(cells.to_numpy(dtype=float))
    mesh = axes.pcolormesh(
        values, cmap=colour_map, norm=norm, edgecolors="white", linewidth=1
    )
    for (i, j), value in np.ndenumerate(values):
        axes.text(
            j + 0.5,
            i + 0.5,
            texts.iloc[i, j],
            ha="center",
            va="center",
            fontsize=SMALL_SIZE,
            color=_text_colour(colour_map(norm(value))),
        )
    axes.invert_yaxis()
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.tick_params(
        length=0, labelsize=SMALL_SIZE, top=True, labeltop=True, labelbottom=False
    )
    axes.spines[:].set_visible(False)
    is_below, is_above = values.min() < limits[0], values.max() > limits[1]
    ends = {(0, 0): "neither", (1, 0): "min", (0, 1): "max", (1, 1): "both"}
    bar = axes.figure.colorbar(
        mesh,
        ax=axes,
        location="bottom",
        extend=ends[is_below, is_above],
        aspect=40,
        shrink=0.8,
    )
    if key.startswith("share"):
        bar.ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: percent(v)))
    bar.set_label(key, fontsize=SMALL_SIZE)
    bar.ax.tick_params(labelsize=SMALL_SIZE)
    bar.outline.set_visible(False)
    return mesh


def _text_colour(rgba: Sequence[float]) -> str:
    """Return black or white, whichever has more contrast to a colour (WCAG 2)."""
    *channels, alpha = rgba
    luminance = np.dot([0.2126, 0.7152, 0.0722], np.power(channels, 2.2))
    return "white" if alpha and luminance < 0.18 else "black"


def shared_legend(figure: Figure, panels: Sequence[Axes]) -> None:
    """Put one legend of all panels below them, each label once."""
    entries = {}
    for axes in panels:
        handles, labels = axes.get_legend_handles_labels()
        entries |= dict(zip(labels, handles, strict=True))
    add_legend(figure, list(entries.values()), list(entries))


def add_legend(
    figure: Figure, handles: Sequence[Artist], labels: Sequence[str]
) -> None:
    """Put a legend below the panels of a figure, in as many columns as have room."""
    widest = max(map(len, labels)) * LETTER_WIDTH * TEXT_SIZE / 72
    n_columns = int(figure.get_size_inches()[0] / (widest + HANDLE_WIDTH))
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=max(1, min(n_columns, MOST_COLUMNS)),
        frameon=False,
        fontsize=TEXT_SIZE,
    )


def add_title(figure: Figure, title: str, note: str, mart: str) -> None:
    """Write above a figure what is seen, how to read it and where it comes from.

    The figure grows by the lines needed, so that its panels keep their size.

    Parameters
    ----------
    figure : Figure
        With all of its panels.
    title, note : str
        Broken into lines as wide as the figure.
    mart : str
        Table that the picture shows.
    """
    # No line is broken at a no-break space.
    note = f"{note} Source:\u00a0marts.{mart}."
    width, height = figure.get_size_inches()
    y = 0.1
    lines = []
    for text, size, look in (
        (title, TITLE_SIZE, {"fontweight": "bold"}),
        (note, TEXT_SIZE, {"color": GREY}),
    ):
        block = wrapped(text, width - 0.2, size)
        lines.append((y, block, {"fontsize": size, **look}))
        y += (block.count("\n") + 1) * LINE_HEIGHT * size / 72 + 0.05
    figure.set_size_inches(width, height + y)
    figure.get_layout_engine().set(rect=(0, 0, 1, height / (height + y)))
    for top, text, look in lines:
        figure.text(
            0.1 / width,
            1 - top / (height + y),
            text,
            va="top",
            linespacing=LINE_HEIGHT,
            **look,
        )


# --- texts --------------------------------------------------------------------------


def wrapped(text: str, inches: float, size: float = SMALL_SIZE) -> str:
    """Break a text into lines of some width; a long word is not broken."""
    n_letters = max(1, int(inches * 72 / (LETTER_WIDTH * size)))
    return fill(text, n_letters, break_long_words=False, break_on_hyphens=False)


def words(name: str) -> str:
    """Return the name of a column, a method, a metric or a clustering as words."""
    if name.startswith("n_"):
        return f"number of {words(name[2:])}"
    return NAMES.get(name, name.replace("_", " "))


def percent(share: float) -> str:
    """Return a share as a percentage, with a decimal where 0 % would hide something."""
    if 0 < share < 0.0005:
        return "< 0.1 %"
    return f"{100 * share:.1f} %" if 0 < share < 0.01 else f"{100 * share:.0f} %"


def number(value: float) -> str:
    """Return a tick's number without needless digits."""
    return f"{round(value, 10):,.10g}"
