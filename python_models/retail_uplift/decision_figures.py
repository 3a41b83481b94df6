"""Pictures of the decisions marts, drawn by ``python -m retail_uplift.figures``.

A function draws one picture from the rows of a mart, with a panel per design; the
design to lead with comes first and gives the title. Where the arms overlap too little
to grade anything, title and panel say so. No colour stands alone: what is told apart
has a marker, a line of its own or a text, too.
"""

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from retail_uplift._drawing import (
    BLUE,
    GREEN,
    GREY,
    MARKERS,
    ORANGE,
    PALE,
    SMALL_SIZE,
    TEXT_SIZE,
    VERMILION,
    add_title,
    heatmap,
    panels_of,
    percent,
    shared_legend,
    styled,
    words,
)
from retail_uplift.effect_figures import OUTCOME
from retail_uplift.effects._design_panels import (
    INTERVAL,
    Picture,
    designs_of,
    dollar_tick,
    dollars,
    draw_intervals,
    forest_axis,
    forest_panels,
    interval_limits,
    limit_to,
    only_value,
    span,
    span_texts,
)
from retail_uplift.frames import checked_rows

EVERYBODY = "treat_all"
POLICIES = {
    "effect_above_break_even": "the break-even rule",
    EVERYBODY: "sending to everybody",
}
# Looks of fct_segment_actions.action: colour, marker, whether it is filled,
# words of a title.
ACTIONS = {
    "expand": (BLUE, "^", True, "send to more"),
    "hold": (GREY, "o", True, "leave as they are"),
    "test": (ORANGE, "D", False, "test at random"),
    "reduce": (VERMILION, "v", True, "send to fewer"),
}
TOO_FEW = "too few"  # as a gate: a segment that is not estimated
# Targets of fct_power_targets that are drawn: label, colour and line.
TARGETS = {
    "break-even, documents_flat": (
        "break-even effect at the documents' cost",
        VERMILION,
        "--",
    ),
    "break-even, mailing_and_retailer_funded": (
        "break-even effect at the retailer's own cost",
        ORANGE,
        "-.",
    ),
    "effect of past campaigns": ("effect of past campaigns", "black", ":"),
}
TOO_LITTLE = "arms overlap too little: a hint, no grade"
NO_GRADE = ", and the arms overlap too little to rely on any figure"
POINTWISE = "Bands: 95 %, for each {} on its own; the highest of many is flattered."
TOTAL = "Dollars on all units, a unit being a household in a past campaign"


# --- pictures -----------------------------------------------------------------------


@styled
def roi_curve(points: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw what is earned by sending to the first customers by predicted effect.

    Parameters
    ----------
    points : DataFrame
        One row per `design` and `share_targeted` (above 0, to 1), with `profit`,
        `ci_lower`, `ci_upper` and `is_overlap_sufficient`. Each design has the share 1.
    lead : str or None
        Design that comes first and gives the title; None takes them by name.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, repeats a row or lacks the share 1.
    """
    points = checked_rows(
        points,
        ["design", "share_targeted"],
        ["profit", "ci_lower", "ci_upper", "is_overlap_sufficient"],
        "points",
    )
    designs = designs_of(points, lead)
    figure, panels = panels_of(len(designs), n_columns=2, width=4.6, height=3.2)
    for axes, design in zip(panels, designs, strict=True):
        rows = points[points["design"] == design]
        everybody = rows[rows["share_targeted"] == 1]
        if everybody.empty:
            raise ValueError(f"points lacks the share 1 of {design}.")
        _band(axes, rows["share_targeted"], rows, "profit", "95 % interval")
        _curve(axes, rows["share_targeted"], rows["profit"], "largest effects first")
        axes.plot(
            [0, 1],
            [0, everybody["profit"].iloc[0]],
            "--",
            color=ORANGE,
            linewidth=1.4,
            label="as many, drawn at random",
        )
        best = _best(rows)
        text = f"{dollars(best['profit'])} at {percent(best['share_targeted'])}"
        _mark_best(axes, best["share_targeted"], best, text)
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
        _dollar_axis(axes)
        axes.set_xlabel("share of the units sent to", fontsize=SMALL_SIZE)
        axes.set_title(_design_title(rows), fontsize=TEXT_SIZE)
    panels[0].set_ylabel("profit, dollars", fontsize=SMALL_SIZE)
    shared_legend(figure, panels)
    first = points[points["design"] == designs[0]]
    best = _best(first)
    add_title(
        figure,
        _earning_sentence(first, "shares of customers to send to")
        + f"; the highest profit, at {percent(best['share_targeted'])}, is "
        + span(best.rename({"profit": "estimate"}))
        + _gate_clause(first),
        f"{TOTAL}, against sending nothing; graded on households that the ranking did "
        f"not see. {POINTWISE.format('share')}",
        "fct_roi_curve",
    )
    return figure


@styled
def policy_forest(policies: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw what each policy would have earned against sending nothing.

    Parameters
    ----------
    policies : DataFrame
        One row per `design` and `policy`, with `label`, `share_targeted` (0 to 1),
        `n_units`, `profit_vs_none` and `profit_vs_none_ci_lower` and `_upper`,
        `n_overlap_units`, `overlap_profit`, `overlap_ci_lower` and `overlap_ci_upper`
        (the same where no extrapolation is needed; NULL without such units),
        `gate_status` and `caution` (on the design; NULL for none).
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    against_none = [f"profit_vs_none{end}" for end in ("", "_ci_lower", "_ci_upper")]
    overlapping = ["overlap_profit", "overlap_ci_lower", "overlap_ci_upper"]
    keys = ["design", "policy"]
    columns = [
        *("label", "share_targeted", "n_units", "n_overlap_units"),
        *(*against_none, *overlapping, "gate_status", "caution"),
    ]
    policies = checked_rows(policies, keys, columns, "policies")
    policies = policies[[*keys, *columns]].sort_values(
        ["share_targeted", "policy"], kind="stable"
    )
    policies["is_overlap_sufficient"] = policies["gate_status"] == "passed"
    everywhere = policies.rename(columns=dict(zip(against_none, INTERVAL, strict=True)))
    alike = policies.rename(columns=dict(zip(overlapping, INTERVAL, strict=True)))
    designs = designs_of(policies, lead)
    figure, panels = forest_panels(policies, designs, n_lines=1.25)
    for axes, design in zip(panels, designs, strict=True):
        rows = everywhere[everywhere["design"] == design]
        places = np.arange(len(rows))
        is_graded = rows["is_overlap_sufficient"].to_numpy(bool)
        limit_to(axes, rows)
        for mask, is_filled, label in (
            (is_graded, True, "all units"),
            (~is_graded, False, "all units, but the arms overlap too little to grade"),
        ):
            draw_intervals(
                *(axes, rows[mask], places[mask] - 0.14, BLUE, "D", is_filled, label)
            )
        draw_intervals(
            *(axes, alike[alike["design"] == design], places + 0.2, GREY, "s", True),
            "units that could well have been in either arm",
        )
        labels = [
            f"{row.label} ({percent(row.share_targeted)} sent to)"
            for row in rows.itertuples()
        ]
        sizes = rows.iloc[0]
        forest_axis(
            axes,
            labels,
            span_texts(rows),
            f"{words(design)}: {sizes['n_units']:,} units, "
            f"{sizes['n_overlap_units']:,} that could have been in either arm",
        )
    shared_legend(figure, panels)
    first = everywhere[everywhere["design"] == designs[0]]
    # Sending nothing is what the others are held against.
    sending = first[first["share_targeted"] > 0]
    title = f"No policy of {words(designs[0])} sends anything"
    if not sending.empty:
        title = _earning_sentence(sending, "policies") + _gate_clause(sending)
    note = (
        "Profit against sending nothing, dollars on all units (households in a past "
        "campaign), with 95 % intervals, not adjusted for their number; an arrow goes "
        "on beyond the picture. By share sent to. Squares: the same on units with a "
        "propensity of 0.1 to 0.9 alone, which are fewer, so that sums are smaller."
    )
    add_title(figure, title, note + _cautions(policies), "fct_policy_values")
    return figure


@styled
def scenario_heatmap(cells: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw what policies would have earned at other costs and margins.

    Parameters
    ----------
    cells : DataFrame
        One row per `design`, `policy`, `cost_per_contact` and `margin`, with
        `is_configured` (framed), `profit`, `ci_lower`, `ci_upper` and
        `is_overlap_sufficient`.
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure
        A row of panels per design, a column per policy.

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    cells = checked_rows(
        cells,
        ["design", "policy", "cost_per_contact", "margin"],
        ["is_configured", "profit", "ci_lower", "ci_upper", "is_overlap_sufficient"],
        "cells",
    )
    designs = designs_of(cells, lead)
    policies = sorted(cells["policy"].unique(), key=lambda p: (p == EVERYBODY, p))
    n_rows, n_columns = cells["cost_per_contact"].nunique(), cells["margin"].nunique()
    figure, panels = panels_of(
        len(designs) * len(policies),
        n_columns=len(policies),
        # A few columns are narrower than their title.
        width=max(4, 1.0 + 0.85 * n_columns),
        height=1.5 + 0.3 * n_rows,
    )
    pairs = [(design, policy) for design in designs for policy in policies]
    most = float(cells["profit"].abs().max()) or 1.0
    for axes, (design, policy) in zip(panels, pairs, strict=True):
        rows = cells[(cells["design"] == design) & (cells["policy"] == policy)]
        if rows.empty:
            axes.set_axis_off()
            continue
        rows = rows.assign(
            text=[f"{dollars(row.profit)} ({_sign(row)})" for row in rows.itertuples()]
        )
        keys = {"index": "cost_per_contact", "columns": "margin"}
        profits = rows.pivot(**keys, values="profit")
        mesh = heatmap(
            axes,
            profits,
            rows=[f"${cost:,.2f}" for cost in profits.index],
            columns=[percent(margin) for margin in profits.columns],
            texts=rows.pivot(**keys, values="text").fillna(""),
            colours="PuOr",
            limits=(-most, most),
            key="profit, dollars",
        )
        mesh.colorbar.ax.xaxis.set_major_locator(MaxNLocator(4))
        mesh.colorbar.ax.xaxis.set_major_formatter(FuncFormatter(dollar_tick))
        for row in rows.itertuples():
            corner = (
                profits.columns.get_loc(row.margin),
                profits.index.get_loc(row.cost_per_contact),
            )
            if row.profit < 0:
                axes.add_patch(
                    Rectangle(
                        *(corner, 1, 1),
                        fill=False,
                        edgecolor=PALE,
                        hatch="//",
                        hatch_linewidth=0.5,
                        linewidth=0,
                        zorder=1.5,
                    )
                )
            if row.is_configured:
                axes.add_patch(
                    Rectangle(
                        *(corner, 1, 1), fill=False, edgecolor="black", linewidth=2
                    )
                )
        axes.set_ylabel("cost of a contact", fontsize=SMALL_SIZE)
        name = POLICIES.get(policy, words(policy))
        axes.set_title(f"{name}, by margin\n{_design_title(rows)}", fontsize=TEXT_SIZE)
    first = cells[cells["design"] == designs[0]]
    add_title(
        figure,
        _scenario_sentence(first, policies),
        f"{TOTAL}. Behind a profit: (+) its 95 % interval lies above $0, (-) below, "
        "(?) it holds $0. Hatched: a loss, sure or not. Framed: today's cost and "
        "margin. The rule is set anew in each cell and graded on households it did not "
        "see.",
        "fct_scenarios",
    )
    return figure


@styled
def segment_actions(segments: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw what a contact earns in each segment and what to do there.

    Parameters
    ----------
    segments : DataFrame
        One row per `design` and `segment_id`, with `segment_name`, `n_households`,
        `profit_per_contact`, `profit_ci_lower`, `profit_ci_upper` (NULL if too few
        households), `current_share`, `recommended_share` (0 to 1), `action`,
        `gate_status` and `caution` (on the design; NULL for none).
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, repeats a row or has an unknown action.
    """
    interval = ["profit_per_contact", "profit_ci_lower", "profit_ci_upper"]
    segments = checked_rows(
        segments,
        ["design", "segment_id"],
        [
            *("segment_name", "n_households", *interval, "current_share"),
            *("recommended_share", "action", "gate_status", "caution"),
        ],
        "segments",
    ).rename(columns=dict(zip(interval, INTERVAL, strict=True)))
    unknown = sorted(set(segments["action"]) - set(ACTIONS))
    if unknown:
        raise ValueError(f"segments has unknown actions: {', '.join(unknown)}.")
    designs = designs_of(segments, lead)
    figure, panels = forest_panels(segments, designs, n_lines=1.7)
    for axes, design in zip(panels, designs, strict=True):
        rows = segments[segments["design"] == design]
        places = np.arange(len(rows))
        limit_to(axes, rows)
        for action, (*looks, _) in ACTIONS.items():
            mask = (rows["action"] == action).to_numpy()
            draw_intervals(axes, rows[mask], places[mask], *looks, action)
        labels = [
            f"{row.segment_id} {row.segment_name} ({row.n_households:,} households)"
            for row in rows.itertuples()
        ]
        texts = [
            f"{text}\n{_action_text(row)}"
            for text, row in zip(
                span_texts(rows, "too few households in an arm"),
                rows.itertuples(),
                strict=True,
            )
        ]
        forest_axis(axes, labels, texts, words(design))
    shared_legend(figure, panels)
    first = segments[segments["design"] == designs[0]]
    add_title(
        figure,
        _actions_sentence(first),
        "Profit of a contact, dollars, with 95 % intervals, not adjusted for their "
        "number; an arrow goes on beyond the picture. Below the numbers: the action, "
        "the share sent to today and the share recommended. A test draws as many as "
        "today at random, so that the next campaign can be graded."
        + _cautions(segments),
        "fct_segment_actions",
    )
    return figure


@styled
def budget_curve(points: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw what a budget earns and what its next dollar is worth.

    Parameters
    ----------
    points : DataFrame
        One row per `design` and `contact_cost` (dollars spent), with `profit`,
        `ci_lower`, `ci_upper`, `marginal_profit`, `marginal_ci_lower`,
        `marginal_ci_upper` (per dollar; NULL if none is spent) and
        `is_overlap_sufficient`.
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure
        The profit on top, below it that of the next dollar.

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    next_dollar = ["marginal_profit", "marginal_ci_lower", "marginal_ci_upper"]
    points = checked_rows(
        points,
        ["design", "contact_cost"],
        ["profit", "ci_lower", "ci_upper", *next_dollar, "is_overlap_sufficient"],
        "points",
    )
    designs = designs_of(points, lead)
    figure, panels = panels_of(
        2 * len(designs), n_columns=len(designs), width=4.6, height=2.5
    )
    for i, design in enumerate(designs):
        rows = points[points["design"] == design]
        upper, lower = panels[i], panels[len(designs) + i]
        spent = rows["contact_cost"]
        _band(upper, spent, rows, "profit", "95 % interval")
        _curve(upper, spent, rows["profit"], "profit of the budget")
        best = _best(rows)
        text = f"{dollars(best['profit'])} for {dollars(best['contact_cost'])}"
        _mark_best(upper, best["contact_cost"], best, text)
        _dollar_axis(upper)
        upper.set_title(_design_title(rows), fontsize=TEXT_SIZE)
        marginal = rows[["contact_cost", *next_dollar]].rename(
            columns=dict(zip(next_dollar, INTERVAL, strict=True))
        )
        _band(lower, spent, marginal, "estimate", "95 % interval")
        _curve(lower, spent, marginal["estimate"], "profit of the next dollar", GREEN)
        lower.set_ylim(*interval_limits(marginal))
        _dollar_axis(lower)
        for axes in (upper, lower):
            axes.set_xlim(0, 1.02 * spent.max())
            axes.xaxis.set_major_locator(MaxNLocator(5))
            axes.xaxis.set_major_formatter(FuncFormatter(dollar_tick))
        lower.set_xlabel("dollars spent on contacts", fontsize=SMALL_SIZE)
    panels[0].set_ylabel("profit of the budget,\ndollars", fontsize=SMALL_SIZE)
    panels[len(designs)].set_ylabel(
        "profit of the next dollar,\ndollars", fontsize=SMALL_SIZE
    )
    shared_legend(figure, panels)
    first = points[points["design"] == designs[0]]
    add_title(
        figure,
        _budget_sentence(first),
        f"{TOTAL}, largest predicted effects first. The next dollar is measured on the "
        "last five per cent of the units, the dollar itself taken off: below $0 it "
        f"loses. {POINTWISE.format('budget')} Wide bands are cut.",
        "fct_roi_curve",
    )
    return figure


@styled
def power_curves(targets: pd.DataFrame) -> Figure:
    """Draw the smallest effect that an experiment finds against those that matter.

    Parameters
    ----------
    targets : DataFrame
        One row per `treated_share` (0 to 1), `arm_rule`, `method` (plain or cuped),
        `horizon_weeks` and `target` of one `metric` in dollars, with `n_campaigns`,
        `target_effect`, `minimum_detectable_effect`, `n_households` and `is_possible`.
        Targets that `TARGETS` does not name are not drawn.

    Returns
    -------
    Figure
        A panel per share treated.

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, repeats a row, has several metrics or
        numbers of households, or no target that is drawn.
    """
    experiment = ["treated_share", "arm_rule", "method", "horizon_weeks"]
    targets = checked_rows(
        targets,
        [*experiment, "target"],
        [
            *("metric", "target_effect", "minimum_detectable_effect"),
            *("n_households", "is_possible"),
        ],
        "targets",
    )
    only_value(targets, "metric", "targets")
    n_households = only_value(targets, "n_households", "targets")
    targets = targets[targets["target"].isin(TARGETS)]
    if targets.empty:
        raise ValueError("targets has no target that is drawn.")
    shares = sorted(targets["treated_share"].unique())
    arm_rules = sorted(targets["arm_rule"].unique())
    figure, panels = panels_of(len(shares), n_columns=3, width=3.4, height=4)
    for axes, share in zip(panels, shares, strict=True):
        rows = targets[targets["treated_share"] == share]
        for target, (label, colour, line) in TARGETS.items():
            level = rows[rows["target"] == target].drop_duplicates("horizon_weeks")
            # An empty line would still have a place in the legend.
            if not level.empty:
                axes.plot(
                    level["horizon_weeks"],
                    level["target_effect"],
                    line,
                    color=colour,
                    linewidth=1.6,
                    label=label,
                )
        looks = zip(arm_rules, cycle(MARKERS), strict=False)
        for arm_rule, marker in looks:
            for method, colour, label in (
                ("cuped", BLUE, f"{arm_rule}, with CUPED"),
                ("plain", GREY, arm_rule),
            ):
                curve = rows[
                    (rows["arm_rule"] == arm_rule) & (rows["method"] == method)
                ].drop_duplicates("horizon_weeks")
                if not curve.empty:
                    axes.plot(
                        curve["horizon_weeks"],
                        curve["minimum_detectable_effect"],
                        color=colour,
                        marker=marker,
                        markersize=5 if method == "cuped" else 8,
                        markerfacecolor=colour if method == "cuped" else "none",
                        label=label,
                    )
        axes.set_ylim(0, 1.05 * targets["minimum_detectable_effect"].max())
        axes.set_xticks(sorted(targets["horizon_weeks"].unique()))
        axes.yaxis.set_major_formatter(FuncFormatter(dollar_tick))
        axes.set_xlabel("weeks that count", fontsize=SMALL_SIZE)
        axes.set_title(
            f"{percent(share)} of the households sent to", fontsize=TEXT_SIZE
        )
    panels[0].set_ylabel(
        "smallest effect found, dollars a household", fontsize=SMALL_SIZE
    )
    shared_legend(figure, panels)
    counts = [
        f"{reached['is_possible'].sum()} would find the {label}"
        for target, (label, *_) in TARGETS.items()
        if not (reached := targets[targets["target"] == target]).empty
    ]
    n_experiments = len(targets.drop_duplicates(experiment))
    add_title(
        figure,
        f"Of {n_experiments} experiments on the {n_households:,} households that "
        f"exist, {', '.join(counts)}",
        "An experiment finds, with the chance of var power_target, an effect whose "
        "line runs above its point. CUPED takes off what the weeks before foretell. "
        "Arms drawn anew, same arm throughout: several campaigns pooled. Own cost: "
        "coupons that the retailer paid and an assumed mailing. The past effect is "
        "spread evenly over its weeks.",
        "fct_power_targets",
    )
    return figure


# --- parts of pictures --------------------------------------------------------------


def _band(
    axes: Axes, x: pd.Series, rows: pd.DataFrame, middle: str, label: str
) -> None:
    """Draw the interval around a curve, and a line at 0."""
    is_known = rows[middle].notna()
    axes.fill_between(
        x[is_known],
        rows.loc[is_known, "ci_lower"].astype(float),
        rows.loc[is_known, "ci_upper"].astype(float),
        color=BLUE,
        alpha=0.18,
        linewidth=0,
        label=label,
    )
    axes.axhline(0, color="black", linewidth=0.8)


def _curve(
    axes: Axes, x: pd.Series, y: pd.Series, label: str, colour: str = BLUE
) -> None:
    axes.plot(x, y.astype(float), color=colour, linewidth=1.6, label=label)


def _best(rows: pd.DataFrame) -> pd.Series:
    """Return the row of the highest profit, the first of several."""
    return rows.loc[rows["profit"].idxmax()]


def _mark_best(axes: Axes, x: float, best: pd.Series, text: str) -> None:
    """Mark the highest profit, with where it lies and how much it is."""
    axes.plot(
        [x],
        [best["profit"]],
        "D",
        color=VERMILION,
        markersize=6,
        label="highest profit",
        zorder=3,
    )
    left, right = axes.get_xlim()
    is_right = x > (left + right) / 2
    axes.annotate(
        text,
        (x, best["profit"]),
        xytext=(-8 if is_right else 8, 6),
        textcoords="offset points",
        ha="right" if is_right else "left",
        fontsize=SMALL_SIZE,
    )


def _dollar_axis(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(dollar_tick))
    axes.margins(y=0.08)
    axes.grid(axis="y", color=PALE, linewidth=0.4)


def _design_title(rows: pd.DataFrame) -> str:
    """Return the design of a panel, with a warning where it cannot be graded."""
    title = words(rows["design"].iloc[0])
    return title if _is_graded(rows) else f"{title}\n{TOO_LITTLE}"


def _is_graded(rows: pd.DataFrame) -> bool:
    return bool(rows["is_overlap_sufficient"].eq(True).all())


def _sign(cell: tuple) -> str:
    """Return on which side of 0 an interval lies, ? if it holds 0."""
    if cell.ci_lower > 0:
        return "+"
    return "-" if cell.ci_upper < 0 else "?"


def _action_text(segment: tuple) -> str:
    today, then = percent(segment.current_share), percent(segment.recommended_share)
    drawn = " at random" if segment.action == "test" else ""
    return f"{segment.action}: {today} -> {then}{drawn}"


def _cautions(rows: pd.DataFrame) -> str:
    """Return what to beware of in some designs, as sentences behind a note."""
    cautions = rows.dropna(subset="caution").groupby("caution")["design"].unique()
    return "".join(
        f" On {' and '.join(map(words, sorted(designs)))}: {caution}"
        for caution, designs in cautions.items()
    )


# --- titles -------------------------------------------------------------------------


def _earning_sentence(rows: pd.DataFrame, things: str) -> str:
    """Return how many of some shares or policies earn, by their intervals."""
    n_above = int((rows["ci_lower"] > 0).sum())
    sentence = f"{n_above or 'None'} of the {len(rows)} {things}"
    design = words(rows["design"].iloc[0])
    if n_above and not _is_graded(rows):
        # Where no grade can be relied on, an interval makes nothing sure.
        return f"{sentence} had an interval above $0 in {design}"
    return f"{sentence} surely {'earn' if n_above > 1 else 'earns'} in {design}"


def _gate_clause(rows: pd.DataFrame) -> str:
    """Return what a title adds where the arms overlap too little."""
    return "" if _is_graded(rows) else NO_GRADE


def _scenario_sentence(cells: pd.DataFrame, policies: list[str]) -> str:
    """Return how often each policy earns and loses over all costs and margins."""
    parts = []
    for policy in policies:
        rows = cells[cells["policy"] == policy]
        if rows.empty:
            continue
        signs = [_sign(row) for row in rows.itertuples()]
        parts.append(
            f"{POLICIES.get(policy, words(policy))} earns at {signs.count('+')}, loses "
            f"at {signs.count('-')}, is open at {signs.count('?')}"
        )
    n_cells = cells.drop_duplicates(["cost_per_contact", "margin"]).shape[0]
    design = words(cells["design"].iloc[0])
    return (
        f"By their intervals at {n_cells} costs and margins in {design}: "
        f"{'; '.join(parts)}{_gate_clause(cells)}"
    )


def _actions_sentence(segments: pd.DataFrame) -> str:
    """Return how many segments ask for which action."""
    counts = segments["action"].value_counts()
    parts = [
        f"{counts[action]} to {done}"
        for action, (*_, done) in ACTIONS.items()
        if action in counts
    ]
    sentence = (
        f"Of the {len(segments)} segments of {words(segments['design'].iloc[0])}: "
        + ", ".join(parts)
    )
    for gate, text in (
        ("failed", "in {} the arms overlap too little to grade a contact"),
        (TOO_FEW, "{} too small to say"),
    ):
        if n := (segments["gate_status"] == gate).sum():
            sentence += f"; {text.format(n)}"
    return sentence


def _budget_sentence(rows: pd.DataFrame) -> str:
    """Return how often the next dollar earns or loses, and the best budget."""
    n_known = int(rows["marginal_profit"].notna().sum())
    n_above = int((rows["marginal_ci_lower"] > 0).sum())
    n_below = int((rows["marginal_ci_upper"] < 0).sum())
    best = _best(rows)
    return (
        f"By its interval the next dollar earns at {n_above} of {n_known} budgets in "
        f"{words(rows['design'].iloc[0])} and loses at {n_below}; the highest profit "
        f"comes after {dollars(best['contact_cost'])} of "
        f"{dollars(rows['contact_cost'].max())}{_gate_clause(rows)}"
    )


# --- rows ---------------------------------------------------------------------------

WITH_GATE = "inner join evidence.fct_overlap using (design)"

DECISION_PICTURES: dict[str, Picture] = {
    "roi_curve": (roi_curve, "fct_roi_curve", WITH_GATE),
    "policy_forest": (policy_forest, "fct_policy_values", ""),
    "scenario_heatmap": (scenario_heatmap, "fct_scenarios", ""),
    "segment_actions": (segment_actions, "fct_segment_actions", ""),
    "budget_curve": (budget_curve, "fct_roi_curve", WITH_GATE),
    "power_curves": (
        power_curves,
        "fct_power_targets",
        f"where metric = '{OUTCOME}'",
    ),
}
