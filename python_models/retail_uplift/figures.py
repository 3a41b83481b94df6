"""Pictures of the marts: ``python -m retail_uplift.figures WAREHOUSE FOLDER``.

A function draws one picture from the rows of a mart; the command reads the rows and
writes each picture as PNG and as SVG. Factors, segments and methods are as many, and
are called, as the rows say. No colour stands alone: segments have a number, methods a
marker, cells a text. Here are the customer marts; effect_figures and decision_figures
draw the others.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from itertools import combinations, cycle
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image
from scipy.spatial import KDTree

from retail_uplift._drawing import (
    BLUE,
    GREY,
    MARKERS,
    PALE,
    PALETTE,
    SKY,
    SMALL_SIZE,
    TEXT_SIZE,
    VERMILION,
    add_legend,
    add_title,
    empty_figure,
    heatmap,
    heatmap_figure,
    number,
    panels_of,
    percent,
    shared_legend,
    styled,
    words,
    wrapped,
)
from retail_uplift.decision_figures import DECISION_PICTURES
from retail_uplift.effect_figures import EFFECT_PICTURES
from retail_uplift.effects._design_panels import read_design_pictures
from retail_uplift.frames import check_columns, checked_rows

ALL_SEGMENTS = 0
NO_PURCHASE = 0
FAILURE = "failure"  # as a metric: a model that could not be fitted

EXACT_COLOURS = 64  # of a PNG; more would cost bytes that nobody sees
COLOUR_STEP = 17  # between the others, of each channel; divides 255
Z_LIMIT = 2.0
BUBBLE_PANEL = (4.4, 3.0)  # width and height in inches
BUBBLE_AREA = 3000.0  # square points of a bubble with all households
LABEL_GAP = 12.0  # points between the middles of two labels

# How to read the metrics of a choice of k, in the order of the panels; others follow.
METRICS = {
    "held_out_error": "lower is better; 1 = the means alone",
    "explained_variance_centred": "higher is better",
    "explained_variance_all_cells": "higher is better",
    "reconstruction_error": "falls with k: look for a bend",
    "loadings_sparsity": "higher is simpler",
    "scores_sparsity": "higher is simpler",
    "stability": "higher is better",
    "mean_index_rank": "lower is better; candidates only",
    "smallest_share": "of the households",
    "silhouette": "higher is better",
    "calinski_harabasz": "higher is better",
    "davies_bouldin": "lower is better",
    "inertia": "falls with k: look for a bend",
    "bic": "lower is better",
}

# Checks of forecasts: title of the panel, number on a bar.
CLV_CHECKS = {
    "purchases_mae": ("Mean miss of a household, in purchase days", "{:,.1f}"),
    "sales_mae": ("Mean miss of a household, in dollars", "{:,.0f}"),
    "purchases_total_bias": ("All purchase days: forecast too high by", "{:+.1%}"),
    "sales_total_bias": ("All sales: forecast too high by", "{:+.1%}"),
}


# --- pictures -----------------------------------------------------------------------


@styled
def factor_heatmap(loadings: pd.DataFrame) -> Figure:
    """Draw which features make up each factor.

    The scale of a factor is arbitrary, so a cell is the loading over the largest one of
    its factor, 0 to 1. Features stand with the factor they speak for most.

    Parameters
    ----------
    loadings : DataFrame
        One row per `factor` and `feature`, with `factor_name` and `loading`, 0 or more.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    loadings = checked_rows(
        loadings, ["factor", "feature"], ["factor_name", "loading"], "loadings"
    )
    cells = loadings.pivot(index="feature", columns="factor", values="loading")
    # A factor that the fit left empty has no largest loading to divide by.
    cells = cells / cells.max().where(lambda largest: largest > 0, 1.0)
    order = pd.DataFrame({"factor": cells.idxmax(axis=1), "size": cells.max(axis=1)})
    order = order.sort_values(["factor", "size"], ascending=[True, False])
    cells = cells.loc[order.index]
    names = loadings.groupby("factor")["factor_name"].first()
    figure, axes = heatmap_figure(cells, cell_width=1.3)
    heatmap(
        axes,
        cells,
        rows=[words(feature) for feature in cells.index],
        columns=[wrapped(f"{k} {names[k]}", 1.2) for k in cells.columns],
        texts=cells.map(lambda share: f"{share:.2f}" if share >= 0.005 else ""),
        colours="Blues",
        limits=(0, 1),
        key="loading over the largest loading of the factor",
    )
    add_title(
        figure,
        f"{cells.shape[1]} factors stand for {len(cells)} features",
        "NMF of the scaled features. A factor is named after the two features that "
        "speak most for it and least for others. Empty: below 0.005.",
        "fct_factor_loadings",
    )
    return figure


@styled
def selection_curves(metrics: pd.DataFrame, stable_from: float | None = None) -> Figure:
    """Draw how the metrics of one clustering change with k, and which k was chosen.

    Parameters
    ----------
    metrics : DataFrame
        One row per `method`, `k` and `metric` of a single `clustering`, with `value`,
        `std_error` (NULL where there is none), `is_chosen` and `reason`. A metric
        called failure, like a NULL value, tells of a fit that failed.
    stable_from : float or None
        Stability from which segments count as stable, 0 to 1; None draws no line.

    Returns
    -------
    Figure
        One panel per metric.

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, repeats a row, has several clusterings or no
        metric, or if several pairs of method and k are chosen.
    """
    metrics = checked_rows(
        metrics,
        ["clustering", "method", "k", "metric"],
        ["value", "std_error", "is_chosen", "reason"],
        "metrics",
    )
    clustering, *others = metrics["clustering"].unique()
    if others:
        raise ValueError(
            f"metrics has several clusterings: {clustering}, {', '.join(others)}."
        )
    chosen = metrics[_is_true(metrics["is_chosen"])].drop_duplicates(["method", "k"])
    if len(chosen) > 1:
        raise ValueError(
            f"metrics has several choices of method and k for {clustering}."
        )
    names = sorted(set(metrics["metric"]) - {FAILURE}, key=_metric_order)
    if not names:
        raise ValueError(f"metrics has no metric for {clustering}.")
    figure, panels = panels_of(len(names), n_columns=3, width=3.4, height=2.3)
    for axes, name in zip(panels, names, strict=True):
        _selection_panel(axes, metrics, name, chosen)
        axes.set_xlabel(f"number of {words(clustering)}, k", fontsize=SMALL_SIZE)
        if name == "stability" and stable_from is not None:
            _threshold(axes, stable_from)
    shared_legend(figure, panels)
    title, notes = f"How many {words(clustering)}? None was chosen", []
    for choice in chosen.itertuples():
        title = f"How many {words(clustering)}? {choice.k}, by {words(choice.method)}"
        if pd.notna(choice.reason):
            notes.append(f"Why: {choice.reason.rstrip('.')}.")
    if metrics["std_error"].notna().any():
        notes.append("Bars: one standard error to either side.")
    if metrics["value"].isna().any():
        notes.append("A gap in a line: the fit failed.")
    add_title(figure, title, " ".join(notes), "fct_segmentation_metrics")
    return figure


@styled
def segment_sizes(segments: pd.DataFrame) -> Figure:
    """Draw each segment's share of households beside its share of sales.

    Parameters
    ----------
    segments : DataFrame
        One row per `segment_id`, with `segment_name`, `n_households`,
        `household_share` and `sales_share` (0 to 1) and `mean_sales` (dollars per
        household).

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    shares = ["household_share", "sales_share"]
    segments = checked_rows(
        segments,
        ["segment_id"],
        ["segment_name", "n_households", "mean_sales", *shares],
        "segments",
    )
    figure = empty_figure(8.5, 1.1 + 0.6 * len(segments))
    axes = figure.subplots()
    y = np.arange(len(segments))
    for share, shift, colour, label, details in (
        (*(shares[0], -0.2, SKY), "share of all households", "n_households"),
        (*(shares[1], 0.2, BLUE), "share of all sales", "mean_sales"),
    ):
        unit = "households" if details == "n_households" else "dollars a household"
        texts = [
            f"{percent(value)} ({detail:,.0f} {unit})"
            for value, detail in zip(segments[share], segments[details], strict=True)
        ]
        bars = axes.barh(y + shift, segments[share], 0.38, color=colour, label=label)
        axes.bar_label(bars, texts, padding=4, fontsize=SMALL_SIZE)
    # The text of the longest bar needs room, too.
    axes.set_xlim(0, 1.4 * segments[shares].max(axis=None))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    _segment_axis(axes, _segment_labels(segments, 2.6))
    shared_legend(figure, [axes])
    first = segments.loc[segments["sales_share"].idxmax()]
    add_title(
        figure,
        f"Segment {first['segment_id']} is {percent(first['household_share'])} of the "
        f"households and brings {percent(first['sales_share'])} of the sales",
        "Segments are numbered by mean sales.",
        "dim_segments",
    )
    return figure


@styled
def profile_heatmap(profiles: pd.DataFrame) -> Figure:
    """Draw how far each segment's means lie from those of all households.

    Parameters
    ----------
    profiles : DataFrame
        One row per `segment_id` and `feature`, with `segment_name`, `position` (order
        of the feature), `clustering` and `z_score` (in standard deviations of all
        households; NULL without spread).

    Returns
    -------
    Figure
        Colours end at `Z_LIMIT` in either direction; the numbers do not.

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, repeats a row or has no z-score.
    """
    profiles = checked_rows(
        profiles,
        ["segment_id", "feature"],
        ["segment_name", "position", "clustering", "z_score"],
        "profiles",
    )
    if profiles["z_score"].isna().all():
        raise ValueError("profiles has no z-score.")
    features = profiles.drop_duplicates("feature").sort_values("position")
    cells = profiles.pivot(index="feature", columns="segment_id", values="z_score")
    cells = cells.loc[features["feature"]]
    figure, axes = heatmap_figure(cells, cell_width=1.1)
    heatmap(
        axes,
        cells,
        rows=[words(feature) for feature in cells.index],
        columns=_segment_labels(profiles, 1.0),
        texts=cells.map(_signed),
        # Red below the mean, blue above it.
        colours="RdBu",
        limits=(-Z_LIMIT, Z_LIMIT),
        key="standard deviations below (-) or above (+) the mean of all households",
    )
    _mark_clusterings(axes, features["clustering"].tolist())
    feature, segment_id = cells.abs().stack().idxmax()
    z = cells.loc[feature, segment_id]
    add_title(
        figure,
        f"What sets segments apart: most of all, {words(feature)} in segment "
        f"{segment_id}",
        f"Its mean lies {abs(z):.1f} standard deviations "
        f"{'above' if z > 0 else 'below'} that of all households. Shown are the "
        "features that the segments are fitted on.",
        "fct_segment_profiles",
    )
    return figure


@styled
def positioning(positions: pd.DataFrame) -> Figure:
    """Draw the segments as bubbles, in one panel per pair of variables.

    Parameters
    ----------
    positions : DataFrame
        One row per `pair_id` and `segment_id`, with `pair_name`, `segment_name`,
        `x_variable` and `y_variable` (a feature or the name of a factor), `x_unit` and
        `y_unit`, `x`, `y`, `x_population` and `y_population` (means of all households)
        and `household_share` (0 to 1, the area of the bubble).

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    positions = checked_rows(
        positions,
        ["pair_id", "segment_id"],
        [
            *("pair_name", "segment_name", "household_share"),
            *("x_variable", "x_unit", "x", "x_population"),
            *("y_variable", "y_unit", "y", "y_population"),
        ],
        "positions",
    )
    segments = positions.drop_duplicates("segment_id").sort_values("segment_id")
    colours = dict(zip(segments["segment_id"], cycle(PALETTE), strict=False))
    pairs = [pair for _, pair in positions.groupby("pair_id", sort=True)]
    width, height = BUBBLE_PANEL
    # By far the largest picture: at this resolution its file stays near 200 kB.
    figure, panels = panels_of(
        len(pairs), n_columns=2, width=width, height=height, dpi=90
    )
    for axes, pair in zip(panels, pairs, strict=True):
        _bubbles(axes, pair, colours)
    dots = [
        Line2D([], [], linestyle="", marker="o", markersize=9, color=colour)
        for colour in colours.values()
    ]
    labels = [
        f"{row.segment_id} {row.segment_name} ({percent(row.household_share)})"
        for row in segments.itertuples()
    ]
    add_legend(figure, dots, labels)
    add_title(
        figure,
        f"Where {len(segments)} segments stand on {len(pairs)} pairs of variables",
        "Means of the segments. Area of a bubble: share of the households, in brackets "
        "below. Dashed lines: means of all households; they make the quadrants.",
        "fct_segment_positioning",
    )
    return figure


@styled
def stability(rows: pd.DataFrame) -> Figure:
    """Draw how much of each segment is found again.

    Parameters
    ----------
    rows : DataFrame
        One row per `method` (bootstrap or split_half), `metric` and `segment_id` (0 =
        all segments), with `segment_name`, `value`, `ci_lower`, `ci_upper`, `is_stable`
        and `stable_from` (value from which a segment counts as stable, 0 to 1, the same
        in all rows that have one). Metrics without stable_from are not drawn.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, repeats a row, or has no or several
        values of stable_from.
    """
    rows = checked_rows(
        rows,
        ["method", "metric", "segment_id"],
        ["segment_name", "value", "ci_lower", "ci_upper", "is_stable", "stable_from"],
        "stability",
    )
    stable_from = _stable_from(rows)
    rows = rows[rows["stable_from"].notna()]
    segment_ids = sorted(rows["segment_id"].unique())
    figure = empty_figure(8.5, 1.4 + 0.42 * len(segment_ids))
    axes = figure.subplots()
    for method, shift, colour, marker, label in (
        ("bootstrap", -0.13, BLUE, "o", "in other samples of households"),
        ("split_half", 0.13, VERMILION, "D", "in the other half of the days"),
    ):
        found = rows[(rows["method"] == method) & rows["value"].notna()]
        if len(found):
            y = found["segment_id"].map(segment_ids.index) + shift
            axes.hlines(y, found["ci_lower"], found["ci_upper"], colour, linewidth=2)
            axes.plot(found["value"], y, marker, color=colour, label=label)
    axes.axvline(stable_from, color=GREY, linestyle="--", linewidth=1)
    axes.annotate(
        f"stable from {stable_from:g}",
        (stable_from, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=SMALL_SIZE,
        color=GREY,
    )
    labels = _segment_labels(rows, 2.8)
    if ALL_SEGMENTS in segment_ids:
        labels[0] = f"{rows['segment_name'].iloc[0]}\n(adjusted Rand index)"
        axes.axhline(0.5, color=PALE, linewidth=1)
    axes.set_xlim(min(0.0, rows[["value", "ci_lower"]].min(axis=None)), 1)
    _segment_axis(axes, labels)
    axes.set_xlabel("found again: 0 = nothing, 1 = all", fontsize=TEXT_SIZE)
    shared_legend(figure, [axes])
    single = rows[(rows["method"] == "bootstrap") & (rows["metric"] == "jaccard")]
    count = f"{_is_true(single['is_stable']).sum()} of {len(single)} segments"
    add_title(
        figure,
        f"{count} are stable in other samples of households",
        "How much of a segment a refit finds again (Jaccard coefficient): dots are "
        "medians, lines hold 95 % of the samples. Between the halves of the days the "
        "households themselves move, too.",
        "fct_segment_stability",
    )
    return figure


@styled
def migration(moves: pd.DataFrame) -> Figure:
    """Draw to which segment the households of each segment moved.

    Parameters
    ----------
    moves : DataFrame
        One row per `from_segment_id` (first half of the days) and `to_segment_id`
        (second half, 0 = no purchase), with `from_segment_name`, `to_segment_name`,
        `n_households`, `share_of_from` (0 to 1; NULL if nobody was in the segment) and
        `is_stay`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, repeats a row or has no household.
    """
    moves = checked_rows(
        moves,
        ["from_segment_id", "to_segment_id"],
        [
            *("from_segment_name", "to_segment_name"),
            *("n_households", "share_of_from", "is_stay"),
        ],
        "moves",
    )
    n_households = moves["n_households"].sum()
    if not n_households:
        raise ValueError("moves has no household.")
    key = {"index": "from_segment_id", "columns": "to_segment_id"}
    # Those who bought no more stand last.
    to_ids = sorted(
        moves["to_segment_id"].unique(), key=lambda k: (k == NO_PURCHASE, k)
    )
    cells = moves.pivot(**key, values="share_of_from")[to_ids]
    counts = moves.pivot(**key, values="n_households")[to_ids]
    to_names = moves.groupby("to_segment_id")["to_segment_name"].first()
    segments = moves.rename(columns=lambda name: name.removeprefix("from_"))
    figure, axes = heatmap_figure(cells, cell_width=1.05, cell_height=0.5)
    heatmap(
        axes,
        cells,
        rows=_segment_labels(segments, 2.4),
        columns=[
            wrapped(to_names[k] if k == NO_PURCHASE else f"{k} {to_names[k]}", 0.95)
            for k in to_ids
        ],
        texts=_pair_texts(cells, counts, "{share}\n{count:,.0f}"),
        colours="Blues",
        limits=(0, 1),
        key="share of the households of the row",
    )
    label = wrapped(
        "segment in the first half of the days", 0.5 * len(cells), TEXT_SIZE
    )
    axes.set_ylabel(label, fontsize=TEXT_SIZE)
    axes.set_xlabel("segment in the second half of the days", fontsize=TEXT_SIZE)
    axes.xaxis.set_label_position("top")
    stays = moves.loc[_is_true(moves["is_stay"]), "n_households"].sum()
    add_title(
        figure,
        f"{percent(stays / n_households)} of the households are in the same segment in "
        "both halves of the days",
        "Share of the households of a row and, below it, their number. Segments are "
        "those of all days.",
        "fct_segment_migration",
    )
    return figure


@styled
def value_need(matrix: pd.DataFrame) -> Figure:
    """Draw how many households each value tier and need has, and what they bring.

    Parameters
    ----------
    matrix : DataFrame
        One row per `value_tier` and `need_type`, with `n_households`, `sales_share` (0
        to 1) and `mean_sales` (dollars per household).

    Returns
    -------
    Figure
        Tiers from the highest to the lowest mean sales, needs from the largest to the
        smallest share of sales.

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    matrix = checked_rows(
        matrix,
        ["value_tier", "need_type"],
        ["n_households", "sales_share", "mean_sales"],
        "matrix",
    )
    matrix["sales"] = matrix["mean_sales"].fillna(0) * matrix["n_households"]
    totals = matrix.groupby("value_tier")[["sales", "n_households"]].sum()
    tiers = totals.eval("sales / n_households").sort_values(ascending=False).index
    needs = matrix.groupby("need_type")["sales_share"].sum()
    needs = needs.sort_values(ascending=False, kind="stable").index
    key = {"index": "value_tier", "columns": "need_type"}
    cells = matrix.pivot(**key, values="sales_share").loc[tiers, needs]
    counts = matrix.pivot(**key, values="n_households").loc[tiers, needs]
    figure, axes = heatmap_figure(cells, cell_width=1.5, cell_height=0.7)
    heatmap(
        axes,
        cells,
        rows=[f"{tier} value" for tier in tiers],
        columns=[wrapped(need, 1.4) for need in needs],
        texts=_pair_texts(cells, counts, "{share} of sales\n{count:,.0f} households"),
        colours="Blues",
        limits=(0, cells.max(axis=None)),
        key="share of all sales",
    )
    best = matrix.loc[matrix["sales_share"].idxmax()]
    add_title(
        figure,
        f"{percent(best['sales_share'])} of the sales come from "
        f"{percent(best['n_households'] / matrix['n_households'].sum())} of the "
        f"households: {best['value_tier']} value, {best['need_type']}",
        "Tiers by value, needs by what is bought, found over all tiers.",
        "fct_value_need_matrix",
    )
    return figure


@styled
def clv_calibration(groups: pd.DataFrame) -> Figure:
    """Draw forecast purchases and sales against what came true.

    Parameters
    ----------
    groups : DataFrame
        One row per `method` and `forecast_decile` (households in order of the purchases
        forecast), with `mean_predicted_purchases` and `mean_actual_purchases` (purchase
        days per household), `mean_predicted_sales` and `mean_actual_sales` (dollars).

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    measures = {
        "purchases": "purchase days a household",
        "sales": "dollars a household",
    }
    columns = [f"mean_{kind}_{m}" for m in measures for kind in ("predicted", "actual")]
    groups = checked_rows(groups, ["method", "forecast_decile"], columns, "groups")
    figure, panels = panels_of(len(measures), n_columns=2, width=4.4, height=3.9)
    for axes, (measure, unit) in zip(panels, measures.items(), strict=True):
        predicted, actual = f"mean_predicted_{measure}", f"mean_actual_{measure}"
        looks = zip(
            groups.groupby("method"), cycle(PALETTE), cycle(MARKERS), strict=False
        )
        for (method, rows), colour, marker in looks:
            axes.plot(
                rows[predicted],
                rows[actual],
                color=colour,
                marker=marker,
                markersize=5,
                label=words(method),
            )
        limit = 1.05 * groups[[predicted, actual]].max(axis=None)
        axes.plot([0, limit], [0, limit], "--", color=GREY, label="forecast came true")
        axes.set(xlim=(0, limit), ylim=(0, limit), aspect="equal")
        # The same ticks on both axes, with room for six digits.
        axes.locator_params(nbins=4)
        axes.set_title(measure.capitalize(), fontsize=TEXT_SIZE, fontweight="bold")
        axes.set_xlabel(f"forecast, {unit}", fontsize=TEXT_SIZE)
        axes.set_ylabel(f"came true, {unit}", fontsize=TEXT_SIZE)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    shared_legend(figure, panels)
    add_title(
        figure,
        "Purchases and sales in the holdout, as forecast and as they came true",
        "Means of tenths of the households, in order of the purchases forecast. Below "
        "the dashed line less came true than was forecast.",
        "fct_clv_calibration",
    )
    return figure


@styled
def clv_errors(checks: pd.DataFrame) -> Figure:
    """Draw how far forecasts of purchases and sales miss what came true.

    Parameters
    ----------
    checks : DataFrame
        One row per `check_name` (purchases_mae, sales_mae, purchases_total_bias,
        sales_total_bias; others are not drawn) and `method`, with `value`: purchase
        days or dollars per household, or a share of the actual total.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, a check or all of its values, or repeats
        a row.
    """
    checks = checked_rows(checks, ["check_name", "method"], ["value"], "checks")
    cells = checks.pivot(index="method", columns="check_name", values="value")
    cells = cells.astype(float).dropna(axis="columns", how="all")
    missing = sorted(set(CLV_CHECKS) - set(cells.columns))
    if missing:
        raise ValueError(f"checks has no value of {', '.join(missing)}.")
    # The first method on top.
    cells = cells.sort_index(ascending=False)
    places = range(len(cells))
    figure, panels = panels_of(len(CLV_CHECKS), n_columns=2, width=4.6, height=1.5)
    for axes, (name, (title, form)) in zip(panels, CLV_CHECKS.items(), strict=True):
        bars = axes.barh(places, cells[name].fillna(0), 0.6, color=BLUE)
        texts = [
            "none" if np.isnan(value) else form.format(value).replace("%", " %")
            for value in cells[name]
        ]
        axes.bar_label(bars, texts, padding=3, fontsize=SMALL_SIZE)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.margins(x=0.25)
        axes.set_xticks([])
        axes.set_yticks(places, [wrapped(words(method), 1.2) for method in cells.index])
        axes.tick_params(axis="y", length=0)
        axes.spines[["bottom", "left"]].set_visible(False)
        axes.set_title(title, fontsize=TEXT_SIZE)
    best = words(cells["sales_mae"].idxmin())
    add_title(
        figure,
        f'Forecasts of sales in the holdout: least wrong is "{best}"',
        "Forecasts at the end of the calibration days against what came true in the "
        "days after.",
        "fct_clv_validation",
    )
    return figure


# --- parts of pictures --------------------------------------------------------------


def _stable_from(stability: pd.DataFrame) -> float:
    """Return the value from which segments count as stable."""
    check_columns(stability, ["stable_from"], "stability")
    thresholds = stability["stable_from"].dropna().unique()
    if len(thresholds) != 1:
        raise ValueError(
            f"stability has {len(thresholds)} values of stable_from instead of one."
        )
    return float(thresholds[0])


def _is_true(column: pd.Series) -> pd.Series:
    """Return a truth column with NULL as false."""
    return column.fillna(False).astype(bool)


def _segment_labels(rows: pd.DataFrame, inches: float) -> list[str]:
    """Return number and name of each segment, in the order of the numbers."""
    names = rows.groupby("segment_id")["segment_name"].first()
    return [wrapped(f"{k} {name}", inches) for k, name in names.items()]


def _segment_axis(axes: Axes, labels: Sequence[str]) -> None:
    """Label the rows of a chart, the first on top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(labelsize=TEXT_SIZE)
    axes.tick_params(axis="y", length=0)


def _pair_texts(shares: pd.DataFrame, counts: pd.DataFrame, form: str) -> pd.DataFrame:
    """Return the texts of cells with a share and a count; without a household, none."""
    texts = [
        [
            form.format(share=percent(share), count=count) if count > 0 else "none"
            for share, count in zip(*pair, strict=True)
        ]
        for pair in zip(shares.to_numpy(float), counts.to_numpy(float), strict=True)
    ]
    return pd.DataFrame(texts, index=shares.index, columns=shares.columns)


def _signed(z: float) -> str:
    """Return a z-score with its sign, but without one where it rounds to 0."""
    if pd.isna(z):
        return ""
    return f"{z:+.1f}" if abs(z) >= 0.05 else "0.0"


def _mark_clusterings(axes: Axes, clusterings: Sequence[str]) -> None:
    """Draw a line between the clusterings of a heatmap's rows and name each on the right."""
    starts = [
        i
        for i, clustering in enumerate(clusterings)
        if i == 0 or clusterings[i - 1] != clustering
    ]
    for start, end in zip(starts, [*starts[1:], len(clusterings)], strict=True):
        if start:
            axes.axhline(start, color="black", linewidth=1)
        axes.annotate(
            f"{clusterings[start]} features",
            (1, (start + end) / 2),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            rotation=-90,
            va="center",
            fontsize=SMALL_SIZE,
        )


def _selection_panel(
    axes: Axes, metrics: pd.DataFrame, name: str, chosen: pd.DataFrame
) -> None:
    """Draw one metric's curves over k, with a ring around the chosen model."""
    methods = sorted(metrics["method"].unique())
    looks = zip(methods, cycle(PALETTE), cycle(MARKERS), strict=False)
    for method, colour, marker in looks:
        models = metrics[metrics["method"] == method]
        curve = models[models["metric"] == name].set_index("k")
        if curve.empty:
            continue
        # A k without a value leaves a gap; a line across it would invent one.
        curve = curve[["value", "std_error"]].reindex(sorted(models["k"].unique()))
        curve = curve.astype(float)
        axes.errorbar(
            curve.index,
            curve["value"],
            yerr=curve["std_error"],
            color=colour,
            marker=marker,
            markersize=4,
            label=words(method),
        )
    for choice in chosen.itertuples():
        axes.axvline(choice.k, color=PALE, linewidth=1, zorder=0)
        is_choice = (metrics["method"] == choice.method) & (metrics["k"] == choice.k)
        point = metrics[is_choice & (metrics["metric"] == name)]
        axes.plot(
            point["k"],
            point["value"].astype(float),
            "o",
            markersize=11,
            markerfacecolor="none",
            markeredgecolor="black",
            label="chosen",
        )
    is_share = name.endswith("share")
    # The same in all panels, also in one of few candidates.
    axes.set_xlim(metrics["k"].min() - 0.5, metrics["k"].max() + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if name.startswith("n_"):
        # A count of 0 everywhere would be drawn on a scale of fractions.
        axes.set_ylim(-0.5, max(axes.get_ylim()[1], 4.5))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: percent(value) if is_share else number(value))
    )
    title = words(name)[0].upper() + words(name)[1:]
    if name in METRICS:
        title += f"\n({METRICS[name]})"
    axes.set_title(title, fontsize=TEXT_SIZE)


def _metric_order(metric: str) -> tuple[int, str]:
    """Return a key that sorts known metrics as in `METRICS`, others after them."""
    known = list(METRICS)
    return (known.index(metric) if metric in known else len(known), metric)


def _threshold(axes: Axes, stable_from: float) -> None:
    """Draw the stability from which segments count as stable, and an axis to 1."""
    axes.axhline(stable_from, color=GREY, linestyle="--", linewidth=1)
    axes.set_ylim(min(0.0, axes.get_ylim()[0]), 1.05)
    axes.annotate(
        f"stable from {stable_from:g}",
        (1, stable_from),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL_SIZE,
        color=GREY,
    )


def _bubbles(axes: Axes, pair: pd.DataFrame, colours: dict[int, str]) -> None:
    """Draw the segments of one pair of variables, small bubbles over large ones."""
    pair = pair.sort_values(["household_share", "segment_id"], ascending=[False, True])
    first = pair.iloc[0]
    axes.axvline(first["x_population"], color=GREY, linestyle="--", linewidth=1)
    axes.axhline(first["y_population"], color=GREY, linestyle="--", linewidth=1)
    axes.scatter(
        pair["x"],
        pair["y"],
        s=pair["household_share"] * BUBBLE_AREA,
        c=[colours[segment_id] for segment_id in pair["segment_id"]],
        alpha=0.75,
        edgecolors="black",
        linewidths=0.5,
        zorder=2,
    )
    for axis, set_limits in (("x", axes.set_xlim), ("y", axes.set_ylim)):
        values = [*pair[axis], first[f"{axis}_population"]]
        # Room for the bubbles at the edge.
        margin = 0.18 * (max(values) - min(values) or 1.0)
        set_limits(min(values) - margin, max(values) + margin)
    shifts = _label_shifts(axes, pair)
    for row, shift in zip(pair.itertuples(), shifts, strict=True):
        axes.annotate(
            str(row.segment_id),
            (row.x, row.y),
            xytext=tuple(shift),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=TEXT_SIZE,
            fontweight="bold",
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )
    axes.set_title(first["pair_name"], fontsize=TEXT_SIZE, fontweight="bold")
    axes.set_xlabel(_variable(first, "x", 3.6), fontsize=TEXT_SIZE)
    axes.set_ylabel(_variable(first, "y", 2.4), fontsize=TEXT_SIZE)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def _label_shifts(axes: Axes, pair: pd.DataFrame) -> np.ndarray:
    """Return shifts in points, shape (n, 2), that part the labels of close bubbles."""
    # About the part of a panel that lies within its axes.
    inside = np.array([0.8, 0.7]) * BUBBLE_PANEL * 72
    limits = np.array([axes.get_xlim(), axes.get_ylim()])
    places = pair[["x", "y"]].to_numpy(float) / (limits[:, 1] - limits[:, 0]) * inside
    moved = places.copy()
    for _ in range(50):
        for i, j in combinations(range(len(moved)), 2):
            gap = moved[j] - moved[i]
            distance = np.hypot(*gap)
            if distance < LABEL_GAP:
                # Labels in the same place part to the left and the right.
                way = gap / distance if distance > 0.01 else np.array([1.0, 0.0])
                push = (LABEL_GAP - distance) / 2 * way
                moved[i] -= push
                moved[j] += push
    return moved - places


def _variable(point: pd.Series, axis: str, inches: float) -> str:
    """Return the label of an axis, with its unit where the name does not say it."""
    name, unit = words(point[f"{axis}_variable"]), point[f"{axis}_unit"]
    if unit not in name:
        # No line is broken within the brackets, at a no-break space.
        name += " " + f"({unit})".replace(" ", "\u00a0")
    return wrapped(name, inches, TEXT_SIZE)


# --- command ------------------------------------------------------------------------


class FigureError(Exception):
    """What went wrong, in one sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 2 after an argument error, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.figures",
        description="Draw the marts, each picture as PNG and as SVG.",
    )
    parser.add_argument("warehouse", type=Path, help="DuckDB file of a finished build")
    parser.add_argument("folder", type=Path, help="where the pictures go; made if new")
    options = parser.parse_args(arguments)
    try:
        _write_all(options.warehouse, options.folder)
    except (FigureError, ValueError, OSError, duckdb.Error) as error:
        print(f"figures: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


def _write_all(warehouse: Path, folder: Path) -> None:
    """Read all marts, then draw and write picture by picture."""
    if not warehouse.is_file():
        raise FigureError(f"There is no warehouse {warehouse}: run make build first.")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        pictures = read_pictures(connection)
    folder.mkdir(parents=True, exist_ok=True)
    for i, (name, draw) in enumerate(pictures.items(), start=1):
        progress = f"{i} of {len(pictures)} {name}"
        if draw is None:
            print(f"{progress}: not drawn, there are no rows", flush=True)
            continue
        write_picture(draw(), folder, name)
        print(progress, flush=True)


def read_pictures(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, Callable[[], Figure] | None]:
    """Read the rows of every picture.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A finished build.

    Returns
    -------
    dict of str to callable
        By name of the picture, a function that draws it; None for a picture of effects
        or decisions of which there are none. Each clustering of fct_segmentation_metrics
        has a picture of its own.

    Raises
    ------
    FigureError
        If a mart is missing.
    ValueError
        If fct_segment_stability has no threshold, or several.
    """
    read = partial(_read, connection)
    found_again = read("fct_segment_stability")
    stable_from = _stable_from(found_again)
    selections = {
        f"selection_curves_{clustering}": partial(selection_curves, rows, stable_from)
        for clustering, rows in read("fct_segmentation_metrics").groupby(
            "clustering", sort=True
        )
    }
    profiles = read("fct_segment_profiles", "where is_reduced")
    matrix = read("fct_value_need_matrix", "where need_option = 'across_tiers'")
    checks = read("fct_clv_validation", "where check_group = 'holdout_error'")
    return {
        "factor_heatmap": partial(factor_heatmap, read("fct_factor_loadings")),
        **selections,
        "segment_sizes": partial(segment_sizes, read("dim_segments")),
        "profile_heatmap": partial(profile_heatmap, profiles),
        "positioning": partial(positioning, read("fct_segment_positioning")),
        "stability": partial(stability, found_again),
        "migration": partial(migration, read("fct_segment_migration")),
        "value_need": partial(value_need, matrix),
        "clv_calibration": partial(clv_calibration, read("fct_clv_calibration")),
        "clv_errors": partial(clv_errors, checks),
        **read_design_pictures(read, EFFECT_PICTURES | DECISION_PICTURES),
    }


def _read(
    connection: duckdb.DuckDBPyConnection, mart: str, rest: str = ""
) -> pd.DataFrame:
    """Return the rows of a mart."""
    try:
        return connection.sql(f"select * from marts.{mart} {rest}").df()
    except duckdb.CatalogException as error:
        # The query may join another mart.
        missing = re.search(r"name (\w+) does not exist", str(error))
        raise FigureError(
            f"The warehouse has no table marts.{missing[1] if missing else mart}: "
            "run make build first."
        ) from None


@styled
def write_picture(figure: Figure, folder: Path, name: str) -> None:
    """Write a figure as PNG and as SVG; the same figure gives the same bytes.

    Parameters
    ----------
    figure : Figure
    folder : Path
        Must exist.
    name : str
        Of the files, without their suffix.

    Raises
    ------
    OSError
        If the folder does not exist or cannot be written to.
    """
    # Neither the day nor the version of the library is part of a picture.
    pixels = BytesIO()
    figure.savefig(pixels, format="png", metadata={"Software": None})
    image = _with_palette(np.asarray(Image.open(pixels).convert("RGB")))
    image.save(folder / f"{name}.png", optimize=True, dpi=(figure.dpi, figure.dpi))
    figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})


def _with_palette(pixels: np.ndarray) -> Image.Image:
    """Return a picture of at most 256 colours, which needs a third of the bytes.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        The commonest colours stay as they are; the others, mostly at the edges of
        letters and lines, move by 8 of 255 at most, unless they are too many.
    """
    codes = pixels.astype(np.int64) @ [1 << 16, 1 << 8, 1]
    colours, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    channels = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    # Of equal counts the darker comes first: the same picture gives the same bytes.
    commonest = np.argsort(-counts, kind="stable")[:EXACT_COLOURS]
    moved = np.rint(channels / COLOUR_STEP).astype(np.int64) * COLOUR_STEP
    moved[commonest] = channels[commonest]
    kept, which = np.unique(moved, axis=0, return_inverse=True)
    n_pixels = np.bincount(which.ravel(), weights=counts)
    kept = kept[np.sort(np.argsort(-n_pixels, kind="stable")[:256])]
    _, nearest = KDTree(kept).query(moved)
    image = Image.fromarray(nearest[places].astype(np.uint8).reshape(codes.shape))
    image.putpalette(kept.astype(np.uint8).tobytes())
    return image


if __name__ == "__main__":
    sys.exit(main())
