"""Pictures of the effects marts, drawn by ``python -m retail_uplift.figures``.

A function draws one picture from the rows of a mart, with a panel per design; the
design to lead with comes first and gives the title. Whatever has no number is named
without a point. No colour stands alone: what is told apart has a marker, too.
"""

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from retail_uplift._drawing import (
    BLUE,
    GREY,
    MARKERS,
    ORANGE,
    PALE,
    PALETTE,
    SKY,
    SMALL_SIZE,
    TEXT_SIZE,
    VERMILION,
    add_title,
    number,
    panels_of,
    percent,
    shared_legend,
    styled,
    words,
)
from retail_uplift.effects._design_panels import (
    INTERVAL,
    Picture,
    designs_of,
    dollars,
    draw_intervals,
    forest_axis,
    forest_panels,
    limit_to,
    only_value,
    span,
    span_texts,
)
from retail_uplift.frames import checked_rows

OUTCOME = "purchase_amount"  # in dollars, as all labels say
OVERLAP = (0.1, 0.9)  # propensities between which both arms are common
BALANCED = 0.1  # standardised mean difference below which arms count as alike
TOO_FEW = "too few"  # as a gate: an effect that is not estimated
RULE = "spend_rule"
N_BINS = 40

# Weightings of fct_covariate_balance: column, label, colour and marker.
WEIGHTINGS = (
    ("smd_unweighted", "as they are", VERMILION, "o"),
    ("smd_ipw", "inverse propensity", ORANGE, "^"),
    ("smd_att", "controls like the treated", SKY, "v"),
    ("smd_matched", "matched", GREY, "s"),
    ("smd_overlap", "overlap", BLUE, "D"),
)
PREDICTED = "Shown are the designs of var cate_designs."


# --- pictures -----------------------------------------------------------------------


@styled
def propensity_overlap(bins: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw the propensities of both arms, the treated upwards, the controls downwards.

    Parameters
    ----------
    bins : DataFrame
        One row per `design`, `is_treated` and `bin_lower`, with `bin_upper`, `n_arm`
        and `share` (of the arm's units, 0 to 1).
    lead : str or None
        Design that comes first and gives the title; None takes them by name.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    keys = ["design", "is_treated", "bin_lower"]
    bins = checked_rows(bins, keys, ["bin_upper", "n_arm", "share"], "bins")
    designs = designs_of(bins, lead)
    figure, panels = panels_of(len(designs), n_columns=3, width=3.6, height=2.8)
    inside = {}
    for axes, design in zip(panels, designs, strict=True):
        rows = bins[bins["design"] == design]
        for is_treated, sign, colour, label in (
            (True, 1, BLUE, "sent the campaign"),
            (False, -1, ORANGE, "not sent it"),
        ):
            arm = rows[rows["is_treated"] == is_treated]
            axes.bar(
                arm["bin_lower"],
                sign * arm["share"],
                arm["bin_upper"] - arm["bin_lower"],
                align="edge",
                color=colour,
                edgecolor="white",
                linewidth=0.5,
                label=label,
            )
            # The limits themselves are sums of decimals, hence the small allowance.
            is_inside = (arm["bin_lower"] > OVERLAP[0] - 1e-9) & (
                arm["bin_upper"] < OVERLAP[1] + 1e-9
            )
            inside[design, is_treated] = arm.loc[is_inside, "share"].sum()
            axes.text(
                0.5,
                0.98 if is_treated else 0.02,
                f"{arm['n_arm'].max():,.0f} units, "
                f"{percent(inside[design, is_treated])} between the lines",
                transform=axes.transAxes,
                ha="center",
                va="top" if is_treated else "bottom",
                fontsize=SMALL_SIZE,
            )
        axes.axhline(0, color="black", linewidth=0.8)
        for limit in OVERLAP:
            axes.axvline(limit, color=GREY, linestyle="--", linewidth=1)
        most = 1.25 * rows["share"].max()
        axes.set_ylim(-most, most)
        axes.set_xlim(0, 1)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: percent(abs(v))))
        axes.set_xlabel("propensity", fontsize=SMALL_SIZE)
        axes.set_title(words(design), fontsize=TEXT_SIZE)
    panels[0].set_ylabel("share of the arm's units", fontsize=SMALL_SIZE)
    shared_legend(figure, panels)
    first = designs[0]
    add_title(
        figure,
        f"How far the arms overlap: in {words(first)}, "
        f"{percent(inside[first, True])} of the units sent the campaign and "
        f"{percent(inside[first, False])} of the others had a propensity of "
        f"{OVERLAP[0]:g} to {OVERLAP[1]:g}",
        "Where one arm alone has bars, its customers have nobody to be compared with.",
        "fct_propensity_histogram",
    )
    return figure


@styled
def covariate_balance(covariates: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw how much the arms differ on each covariate before and after weighting.

    Parameters
    ----------
    covariates : DataFrame
        One row per `design` and `covariate`, with the standardised mean differences
        that `WEIGHTINGS` names; NULL is not drawn.
    lead : str or None
        Design that comes first, sorts the covariates and gives the title.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    columns = [column for column, *_ in WEIGHTINGS]
    covariates = checked_rows(covariates, ["design", "covariate"], columns, "balance")
    designs = designs_of(covariates, lead)
    first = covariates[covariates["design"] == designs[0]].set_index("covariate")
    order = first["smd_unweighted"].abs().sort_values(kind="stable").index.tolist()
    # A covariate that only other designs have stands below.
    others = sorted(set(covariates["covariate"]) - set(order))
    order = [*others[::-1], *order]
    figure, panels = panels_of(
        len(designs), n_columns=3, width=3.7, height=1.6 + 0.2 * len(order)
    )
    for axes, design in zip(panels, designs, strict=True):
        rows = covariates[covariates["design"] == design]
        y = rows["covariate"].map(order.index)
        for column, label, colour, marker in WEIGHTINGS:
            axes.plot(
                rows[column].astype(float).abs(),
                y,
                marker,
                color=colour,
                markersize=4.5,
                label=label,
            )
        axes.axvline(BALANCED, color=GREY, linestyle="--", linewidth=1)
        axes.set_xlim(left=-0.03)
        axes.set_ylim(-0.7, len(order) - 0.3)
        axes.grid(axis="y", color=PALE, linewidth=0.4)
        axes.set_yticks(range(len(order)), [words(name) for name in order])
        axes.tick_params(axis="y", length=0, labelleft=axes is panels[0])
        axes.set_xlabel("standardised mean difference", fontsize=SMALL_SIZE)
        axes.set_title(words(design), fontsize=TEXT_SIZE)
    shared_legend(figure, panels)
    n_apart, n_left = (
        (first[column].abs() >= BALANCED).sum()
        for column in ("smd_unweighted", "smd_overlap")
    )
    add_title(
        figure,
        f"The arms of {words(designs[0])} differ on {n_apart} of {len(first)} "
        f"covariates; weighted by overlap, on {n_left}",
        f"Without sign. Left of the dashed line, below {BALANCED:g}, arms count as "
        "alike. Balance on these covariates says nothing of causes not among them.",
        "fct_covariate_balance",
    )
    return figure


@styled
def effect_forest(estimates: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw what each estimator says of each design, with the headline marked.

    Parameters
    ----------
    estimates : DataFrame
        One row per `design`, `estimand` and `estimator` of one outcome in dollars, with
        `estimate`, `ci_lower`, `ci_upper`, `is_headline`, `is_comparison`,
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
    estimates = checked_rows(
        estimates,
        ["design", "estimand", "estimator"],
        [*INTERVAL, "is_headline", "is_comparison", "gate_status", "caution"],
        "estimates",
    )
    estimates["is_naive"] = estimates["estimand"] == "naive"
    estimates = estimates.sort_values(
        ["is_naive", "is_headline", "is_comparison", "estimand", "estimator"],
        ascending=[False, False, True, True, True],
    )
    designs = designs_of(estimates, lead)
    figure, panels = forest_panels(estimates, designs, n_lines=1)
    for axes, design in zip(panels, designs, strict=True):
        rows = estimates[estimates["design"] == design]
        labels = [
            "not adjusted" if row.is_naive else f"{row.estimator}, {row.estimand}"
            for row in rows.itertuples()
        ]
        is_failed = (rows["gate_status"] == "failed").to_numpy()
        is_headline = rows["is_headline"].to_numpy(bool)
        is_naive = rows["is_naive"].to_numpy(bool)
        places = np.arange(len(rows))
        limit_to(axes, rows)
        for mask, looks in (
            (is_headline, (BLUE, "D", True, "headline")),
            (
                ~is_headline & ~is_failed & ~is_naive,
                (GREY, "o", True, "other estimands and estimators"),
            ),
            (
                is_failed & ~is_headline,
                (GREY, "o", False, "arms overlap too little for it"),
            ),
            (is_naive, (VERMILION, "s", True, "raw difference, not an effect")),
        ):
            draw_intervals(axes, rows[mask], places[mask], *looks)
        forest_axis(axes, labels, span_texts(rows), words(design))
    shared_legend(figure, panels)
    note = (
        "Dollars per household and campaign, lines are 95 % intervals; an arrow goes "
        "on beyond the picture. Each estimand asks about other customers. All of them "
        "assume that there are no hidden causes."
    )
    cautions = estimates.dropna(subset="caution").groupby("caution")["design"].unique()
    for caution, warned in cautions.items():
        note += f" On {' and '.join(map(words, sorted(warned)))}: {caution}"
    add_title(
        figure,
        _headline_sentence(estimates, designs[0]),
        note,
        "fct_effect_estimates",
    )
    return figure


@styled
def trimming(rules: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw the effect on units whose arm was less and less certain beforehand.

    Parameters
    ----------
    rules : DataFrame
        One row per `design` and `rule` of one outcome in dollars, with `threshold`,
        `share_kept` (0 to 1), `estimate`, `ci_lower`, `ci_upper` (NULL if too few are
        left) and `is_predeclared`.
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
    rules = checked_rows(
        rules,
        ["design", "rule"],
        ["threshold", "share_kept", *INTERVAL, "is_predeclared"],
        "rules",
    ).sort_values(["threshold", "rule"], kind="stable")
    designs = designs_of(rules, lead)
    figure, panels = forest_panels(rules, designs, n_lines=1)
    for axes, design in zip(panels, designs, strict=True):
        rows = rules[rules["design"] == design]
        labels = [
            (
                "all units"
                if row.threshold == 0
                else f"{row.threshold:.3f} to {1 - row.threshold:.3f}"
            )
            + f" ({percent(row.share_kept)} kept)"
            for row in rows.itertuples()
        ]
        is_chosen = rows["is_predeclared"].to_numpy(bool)
        places = np.arange(len(rows))
        limit_to(axes, rows)
        draw_intervals(
            *(axes, rows[is_chosen], places[is_chosen]),
            *(BLUE, "D", True, "rule of Crump and others, fixed beforehand"),
        )
        draw_intervals(
            *(axes, rows[~is_chosen], places[~is_chosen]),
            *(GREY, "o", True, "other rules"),
        )
        texts = span_texts(rows, "too few households are left")
        forest_axis(axes, labels, texts, words(design))
    shared_legend(figure, panels)
    chosen = rules[(rules["design"] == designs[0]) & rules["is_predeclared"]]
    title = f"Effects in {words(designs[0])} by the propensities that are kept"
    if chosen["estimate"].notna().any():
        row = chosen.iloc[0]
        title = (
            f"Among the {percent(row['share_kept'])} of {words(designs[0])} whose arm "
            f"was least certain: {span(row)}"
        )
    add_title(
        figure,
        title,
        "Average effect on the units with a propensity in the range, dollars per "
        "household and campaign, 95 % intervals; an arrow goes on beyond the picture. "
        "Each range asks about other customers.",
        "fct_trimming",
    )
    return figure


@styled
def effect_distribution(cates: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw how the predicted effects of one learner are spread over the units.

    Parameters
    ----------
    cates : DataFrame
        One row per `design`, `campaign_id` and `household_id` of one outcome in dollars
        and one `learner`, with `cate`, `ci_lower` and `ci_upper` (pointwise, NULL if
        none is made).
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, repeats a row or has several learners.
    """
    cates = checked_rows(
        cates,
        ["design", "campaign_id", "household_id"],
        ["learner", "cate", "ci_lower", "ci_upper"],
        "cates",
    )
    learner = only_value(cates, "learner", "cates")
    designs = designs_of(cates, lead)
    figure, panels = panels_of(len(designs), n_columns=2, width=4.6, height=2.7)
    excluding = {}
    for axes, design in zip(panels, designs, strict=True):
        rows = cates[cates["design"] == design]
        values = rows["cate"].to_numpy(float)
        axes.hist(values, N_BINS, color=SKY)
        mean = values.mean()
        axes.axvline(0, color="black", linewidth=0.8)
        axes.axvline(
            mean,
            color=VERMILION,
            linestyle="--",
            linewidth=1.2,
            label="mean prediction",
        )
        limits = rows[["ci_lower", "ci_upper"]].astype(float)
        text = f"{len(rows):,} units, mean {dollars(mean)}, {_spread(values)}"
        if limits.notna().all(axis=None):
            share = ((limits["ci_lower"] > 0) | (limits["ci_upper"] < 0)).mean()
            excluding[design] = share
            text += f"\n{percent(share)} have an interval of their own without 0"
        axes.set_xlabel("predicted effect, dollars", fontsize=SMALL_SIZE)
        axes.set_title(f"{words(design)}\n{text}", fontsize=TEXT_SIZE)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    panels[0].set_ylabel("units", fontsize=SMALL_SIZE)
    shared_legend(figure, panels)
    title = f"Effects that {words(learner)} predicts"
    if designs[0] in excluding:
        title += (
            f": {percent(excluding[designs[0]])} of the units of {words(designs[0])} "
            "have one that is told from 0"
        )
    add_title(
        figure,
        title,
        "Out-of-fold predictions. Their spread is not that of the true effects: noise "
        "widens it and the learner's averaging narrows it. Pointwise 95 % intervals. "
        f"{PREDICTED}",
        "fct_cate",
    )
    return figure


@styled
def group_effects(groups: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw the effect on each segment and each propensity region.

    Parameters
    ----------
    groups : DataFrame
        One row per `design`, `grouping`, `group_name` and `estimand` (ATE or ATO) of
        one outcome in dollars, with `segment_id`, `estimate`, `ci_lower`, `ci_upper`,
        `n_households` and `gate_status`. A group that has too few households is listed
        without a point; an ATE whose gate failed is not drawn.
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
    keys = ["design", "grouping", "group_name", "estimand"]
    groups = checked_rows(
        groups,
        keys,
        ["segment_id", *INTERVAL, "n_households", "gate_status"],
        "groups",
    )
    # Segments first, by number; regions from below 0.1 to above 0.9.
    groups["is_below"] = groups["group_name"].str.startswith("below")
    groups = groups.sort_values(
        ["grouping", "segment_id", "is_below", "group_name"],
        ascending=[False, True, False, True],
        kind="stable",
    )
    designs = designs_of(groups, lead)
    figure, panels = forest_panels(
        groups[groups["estimand"] == "ATO"], designs, n_lines=1.35
    )
    for axes, design in zip(panels, designs, strict=True):
        rows = groups[groups["design"] == design]
        weighted = rows[rows["estimand"] == "ATO"]
        plain = rows[(rows["estimand"] == "ATE") & (rows["gate_status"] == "passed")]
        names = list(zip(weighted["grouping"], weighted["group_name"], strict=True))
        places = np.arange(len(weighted))
        labels = [
            (f"{row.segment_id:.0f} " if pd.notna(row.segment_id) else "propensity ")
            + f"{row.group_name} ({row.n_households:,} households)"
            for row in weighted.itertuples()
        ]
        limit_to(axes, weighted)
        draw_intervals(
            *(axes, weighted, places - 0.12, BLUE, "D", True),
            "weighted by overlap (ATO)",
        )
        plain_places = [
            names.index(name)
            for name in zip(plain["grouping"], plain["group_name"], strict=True)
        ]
        draw_intervals(
            *(axes, plain, np.array(plain_places, dtype=float) + 0.2),
            *(GREY, "s", False, "all units of the group (ATE), if overlap suffices"),
        )
        texts = span_texts(weighted, "too few households in an arm")
        forest_axis(axes, labels, texts, words(design))
    shared_legend(figure, panels)
    first = groups[(groups["design"] == designs[0]) & (groups["estimand"] == "ATO")]
    is_told = (first["ci_lower"] > 0) | (first["ci_upper"] < 0)
    n_few = (first["gate_status"] == TOO_FEW).sum()
    add_title(
        figure,
        f"{is_told.sum()} of {len(first)} groups of {words(designs[0])} have an effect "
        "whose interval leaves out 0"
        + (f"; {n_few} are too small to say" if n_few else ""),
        "Dollars per household and campaign with 95 % intervals, not adjusted for "
        "their number; the numbers are the ATO. Groups that look different may not be: "
        "evidence.fct_group_tests says. The mart has campaigns, too.",
        "fct_group_effects",
    )
    return figure


@styled
def targeting_curves(curves: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw what is gained by sending to the first customers of each ranking.

    Parameters
    ----------
    curves : DataFrame
        One row per `design`, `learner` and `share_targeted` (0 to 1) of one outcome in
        dollars, with `is_primary`, `toc`, `ci_lower`, `ci_upper`, `random_lower` and
        `random_upper`.
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure
        TOC curves on top, below them the same times the share targeted (Qini).

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    bands = ["ci_lower", "ci_upper", "random_lower", "random_upper"]
    curves = checked_rows(
        curves,
        ["design", "learner", "share_targeted"],
        ["is_primary", "toc", *bands],
        "curves",
    )
    designs = designs_of(curves, lead)
    figure, panels = panels_of(
        2 * len(designs), n_columns=len(designs), width=4.6, height=2.7
    )
    for i, design in enumerate(designs):
        rows = curves[curves["design"] == design]
        for axes, is_qini in ((panels[i], False), (panels[len(designs) + i], True)):
            _targeting_panel(axes, rows, is_qini)
        panels[i].set_title(words(design), fontsize=TEXT_SIZE)
    panels[0].set_ylabel("TOC: effect on those sent to,\nless that on all, dollars")
    panels[len(designs)].set_ylabel("Qini: the same times\nthe share, dollars a unit")
    for axes in panels:
        axes.yaxis.label.set_size(SMALL_SIZE)
    shared_legend(figure, panels)
    primary = curves[(curves["design"] == designs[0]) & curves["is_primary"]]
    n_above = (primary["toc"] > primary["random_upper"]).sum()
    add_title(
        figure,
        f"The ranking of the primary learner in {words(designs[0])} lies above the "
        f"band of random rankings at {n_above} of {len(primary)} shares",
        "Graded by doubly robust scores of customers the learner did not see. Bands: "
        "95 %, for each share on its own, so that among many shares chance leaves them "
        f"at some. Thin lines: other learners, without their bands. {PREDICTED}",
        "fct_toc",
    )
    return figure


@styled
def cate_calibration(groups: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw the effects of groups of units by predicted effect against the prediction.

    Parameters
    ----------
    groups : DataFrame
        One row per `design` and `cate_group` of one `learner` and one outcome in
        dollars, with `mean_cate`, `gate`, `ci_lower` and `ci_upper`.
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, repeats a row or has several learners.
    """
    groups = checked_rows(
        groups,
        ["design", "cate_group"],
        ["learner", "mean_cate", "gate", "ci_lower", "ci_upper"],
        "groups",
    )
    learner = only_value(groups, "learner", "groups")
    designs = designs_of(groups, lead)
    figure, panels = panels_of(len(designs), n_columns=2, width=4.4, height=3.2)
    for axes, design in zip(panels, designs, strict=True):
        rows = groups[groups["design"] == design]
        axes.axhline(0, color=PALE, linewidth=0.8)
        ends = [rows["mean_cate"].min(), rows["mean_cate"].max()]
        axes.plot(
            ends, ends, "--", color=GREY, linewidth=1, label="prediction came true"
        )
        axes.vlines(rows["mean_cate"], rows["ci_lower"], rows["ci_upper"], BLUE)
        axes.plot(rows["mean_cate"], rows["gate"], "o", color=BLUE, label="a group")
        for row in rows.itertuples():
            axes.annotate(
                str(row.cate_group),
                (row.mean_cate, row.gate),
                xytext=(5, 3),
                textcoords="offset points",
                fontsize=SMALL_SIZE,
            )
        axes.margins(x=0.12)
        axes.set_xlabel("mean predicted effect, dollars", fontsize=SMALL_SIZE)
        axes.set_title(words(design), fontsize=TEXT_SIZE)
    panels[0].set_ylabel("doubly robust effect, dollars", fontsize=SMALL_SIZE)
    shared_legend(figure, panels)
    first = groups[groups["design"] == designs[0]]
    is_inside = first["mean_cate"].between(first["ci_lower"], first["ci_upper"])
    add_title(
        figure,
        f"What {words(learner)} predicts and what came true: {is_inside.sum()} of "
        f"{len(first)} intervals in {words(designs[0])} hold the prediction",
        f"Groups of equal size, 1 of the smallest predicted effects, {len(first)} of "
        "the largest; lines are 95 % intervals. A learner that ranks well has points "
        "that rise from left to right; wide intervals hold almost any prediction. "
        f"{PREDICTED}",
        "fct_cate_calibration",
    )
    return figure


@styled
def nuisance_calibration(tenths: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw what the models behind the effects predicted against what happened.

    Parameters
    ----------
    tenths : DataFrame
        One row per `design`, `target`, `learner` and `tenth`, with `mean_predicted` and
        `mean_observed`.
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure
        A row of panels per target, a column per design.

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row.
    """
    tenths = checked_rows(
        tenths,
        ["design", "target", "learner", "tenth"],
        ["mean_predicted", "mean_observed"],
        "tenths",
    )
    designs = designs_of(tenths, lead)
    targets = sorted(tenths["target"].unique(), key=lambda t: (t != "propensity", t))
    learners = sorted(tenths["learner"].unique())
    figure, panels = panels_of(
        len(targets) * len(designs), n_columns=len(designs), width=3.3, height=2.6
    )
    pairs = [(target, design) for target in targets for design in designs]
    misses = {}
    for axes, (target, design) in zip(panels, pairs, strict=True):
        rows = tenths[(tenths["design"] == design) & (tenths["target"] == target)]
        if rows.empty:
            axes.text(0.5, 0.5, "not fitted", ha="center", transform=axes.transAxes)
            axes.set_axis_off()
            continue
        values = rows[["mean_predicted", "mean_observed"]]
        ends = [values.min(axis=None), values.max(axis=None)]
        axes.plot(
            ends, ends, "--", color=GREY, linewidth=1, label="prediction came true"
        )
        looks = zip(learners, cycle(PALETTE), cycle(MARKERS), strict=False)
        for learner, colour, marker in looks:
            line = rows[rows["learner"] == learner]
            axes.plot(
                line["mean_predicted"],
                line["mean_observed"],
                marker,
                color=colour,
                markersize=4,
                alpha=0.8,
                label=words(learner),
            )
        misses[target, design] = (
            (rows["mean_predicted"] - rows["mean_observed"]).abs().max()
        )
        title = words(target)
        axes.set_title(f"{title}\n{words(design)}", fontsize=TEXT_SIZE)
        axes.set_xlabel("mean prediction", fontsize=SMALL_SIZE)
        axes.set_ylabel("mean observed", fontsize=SMALL_SIZE)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    shared_legend(figure, panels)
    target, design = max(misses, key=lambda pair: (pair[0] == "propensity", pair))
    title = "What the models behind the effects predicted and what happened"
    if ("propensity", designs[0]) in misses:
        title = (
            f"Propensities of {words(designs[0])} miss the share that was sent by "
            f"{misses['propensity', designs[0]]:.2f} at most in a tenth"
        )
    add_title(
        figure,
        title,
        "A point is a tenth of the units by out-of-fold prediction. A point above the "
        "line: more happened than was predicted. The mart has other outcomes, too.",
        "fct_nuisance_calibration",
    )
    return figure


@styled
def placebo_distributions(replicates: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw the effects on data spoilt on purpose, beside the effect on the real data.

    Parameters
    ----------
    replicates : DataFrame
        One row per `design`, `refuter` and `replicate_id` (0 = the real campaign) of
        one outcome in dollars and one estimand per design, with `estimand`, `estimate`,
        `expected_estimate` (where the mean should lie) and `is_passed` (NULL if it
        cannot be told).
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure
        A panel per design and refuter.

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row, or if a panel lacks the
        real campaign.
    """
    replicates = checked_rows(
        replicates,
        ["design", "refuter", "replicate_id"],
        ["estimand", "estimate", "expected_estimate", "is_passed"],
        "replicates",
    )
    panels_rows = [
        rows
        for design in designs_of(replicates, lead)
        for _, rows in replicates[replicates["design"] == design].groupby("refuter")
    ]
    figure, panels = panels_of(len(panels_rows), n_columns=3, width=3.5, height=2.5)
    outcomes = []
    for axes, rows in zip(panels, panels_rows, strict=True):
        is_real = rows["replicate_id"] == 0
        if not is_real.any() or is_real.all():
            raise ValueError("replicates lacks the real campaign or its replicates.")
        real, spoilt = rows[is_real].iloc[0], rows.loc[~is_real, "estimate"]
        axes.hist(spoilt, N_BINS // 2, color=SKY, label="spoilt data")
        axes.axvline(
            real["estimate"], color=VERMILION, linewidth=2, label="the real campaign"
        )
        axes.axvline(
            real["expected_estimate"],
            color="black",
            linestyle=":",
            linewidth=1.5,
            label="where spoilt data should lie",
        )
        outcome = (
            "cannot be told"
            if pd.isna(real["is_passed"])
            else ("no fault found" if real["is_passed"] else "fault found")
        )
        outcomes.append(outcome)
        axes.set_title(
            f"{real['refuter']}, {words(real['design'])}\n"
            f"{len(spoilt)} times, {real['estimand']}: {outcome}",
            fontsize=TEXT_SIZE,
        )
        axes.set_xlabel("dollars per household and campaign", fontsize=SMALL_SIZE)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
    shared_legend(figure, panels)
    add_title(
        figure,
        f"Attempts to refute the effects: {outcomes.count('fault found')} of "
        f"{len(outcomes)} find a fault, {outcomes.count('cannot be told')} cannot tell",
        "Headline estimands. Bars: how often the effect on spoilt data had that size. "
        "None that passes proves the effect; evidence.fct_refutations says what each is "
        "blind to.",
        "fct_refutation_replicates",
    )
    return figure


@styled
def design_sensitivity(variants: pd.DataFrame, lead: str | None = None) -> Figure:
    """Draw the headline under other answers to what a design had to settle.

    Parameters
    ----------
    variants : DataFrame
        One row per `design` and `variant` of one estimand, with `estimand`,
        `difference`, `estimate`, `ci_lower`, `ci_upper`, `n_treated` and
        `is_inside_interval`. Variant and design are one in the row "as designed".
        A design with that row alone is not drawn.
    lead : str or None
        Design that comes first and gives the title.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column or repeats a row, or if no design has a
        variant.
    """
    variants = checked_rows(
        variants,
        ["design", "variant"],
        ["estimand", "difference", *INTERVAL, "n_treated", "is_inside_interval"],
        "variants",
    )
    variants["is_designed"] = variants["variant"] == variants["design"]
    variants = variants.sort_values(
        ["is_designed", "variant"], ascending=[False, True], kind="stable"
    )
    alone = variants.groupby("design")["is_designed"].transform("all")
    left_out = sorted(variants.loc[alone, "design"].unique())
    variants = variants[~alone]
    if variants.empty:
        raise ValueError("variants has no design with a variant.")
    designs = designs_of(variants, lead)
    figure, panels = forest_panels(variants, designs, n_lines=1)
    for axes, design in zip(panels, designs, strict=True):
        rows = variants[variants["design"] == design]
        is_designed = rows["is_designed"].to_numpy(bool)
        is_inside = rows["is_inside_interval"].to_numpy(bool)
        places = np.arange(len(rows))
        limit_to(axes, rows)
        for row in rows[is_designed].itertuples():
            axes.axvspan(row.ci_lower, row.ci_upper, color=SKY, alpha=0.2, linewidth=0)
        for mask, looks in (
            (is_designed, (BLUE, "D", True, "as designed, interval shaded")),
            (~is_designed & is_inside, (GREY, "o", True, "inside that interval")),
            (~is_inside, (VERMILION, "s", True, "outside it")),
        ):
            draw_intervals(axes, rows[mask], places[mask], *looks)
        labels = [
            f"{row.difference} ({row.n_treated:,} sent)" for row in rows.itertuples()
        ]
        title = f"{words(design)}, {rows['estimand'].iloc[0]}"
        forest_axis(axes, labels, span_texts(rows), title)
    shared_legend(figure, panels)
    first = variants[variants["design"] == designs[0]]
    changed = first[~first["is_designed"]]
    n_outside = (~changed["is_inside_interval"].astype(bool)).sum()
    note = (
        "Dollars per unit with 95 % intervals, headline estimands. Shorter windows "
        "have less time for an effect; longer look-backs leave out early campaigns."
    )
    if left_out:
        note += f" Without a variant: {', '.join(map(words, left_out))}."
    add_title(
        figure,
        f"{n_outside} of {len(changed)} variants of {words(designs[0])} leave the "
        "interval of the design",
        note,
        "fct_design_sensitivity",
    )
    return figure


# --- parts of pictures --------------------------------------------------------------


def _spread(values: np.ndarray) -> str:
    """Return where nine tenths of the values lie, in dollars."""
    low, high = np.quantile(values, [0.05, 0.95])
    return f"90 % from {dollars(low)} to {dollars(high)}"


def _headline_sentence(estimates: pd.DataFrame, design: str) -> str:
    """Return what the headline of a design says, in a title's words."""
    headline = estimates[(estimates["design"] == design) & estimates["is_headline"]]
    if headline["estimate"].notna().sum() != 1:
        return f"What estimators say of {words(design)}: it has no headline"
    row = headline.iloc[0]
    return f"The headline of {words(design)}: {span(row)} a household and campaign"


def _targeting_panel(axes: Axes, rows: pd.DataFrame, is_qini: bool) -> None:
    """Draw the curves of all learners, with bands of the primary one and of chance."""
    bands = ["toc", "ci_lower", "ci_upper", "random_lower", "random_upper"]
    rows = rows.copy()
    if is_qini:
        rows[bands] = rows[bands].mul(rows["share_targeted"], axis=0)
    primary = rows[rows["is_primary"].astype(bool)]
    chance = rows.drop_duplicates("share_targeted")
    axes.fill_between(
        chance["share_targeted"],
        chance["random_lower"],
        chance["random_upper"],
        color=PALE,
        alpha=0.35,
        linewidth=0,
        label="random rankings",
    )
    for learner, line in rows[~rows["is_primary"].astype(bool)].groupby("learner"):
        is_rule = learner == RULE
        axes.plot(
            line["share_targeted"],
            line["toc"],
            "--" if is_rule else "-",
            color=ORANGE if is_rule else GREY,
            linewidth=1.6 if is_rule else 0.6,
            label="biggest spenders first" if is_rule else "other learners",
        )
    for learner, line in primary.groupby("learner"):
        axes.fill_between(
            line["share_targeted"],
            line["ci_lower"],
            line["ci_upper"],
            color=BLUE,
            alpha=0.2,
            linewidth=0,
        )
        axes.plot(
            line["share_targeted"],
            line["toc"],
            "-o",
            color=BLUE,
            markersize=2.5,
            linewidth=1.6,
            label=f"{words(learner)} (primary) with its interval",
        )
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.set_xlabel("share of the units that are sent to", fontsize=SMALL_SIZE)


# --- rows ---------------------------------------------------------------------------

EFFECT_PICTURES: dict[str, Picture] = {
    "effect_forest": (
        effect_forest,
        "fct_effect_estimates",
        f"where outcome = '{OUTCOME}'",
    ),
    "propensity_overlap": (propensity_overlap, "fct_propensity_histogram", ""),
    "covariate_balance": (covariate_balance, "fct_covariate_balance", ""),
    "trimming": (trimming, "fct_trimming", f"where outcome = '{OUTCOME}'"),
    "effect_distribution": (
        effect_distribution,
        "fct_cate",
        f"where outcome = '{OUTCOME}' and learner in "
        "(select learner from evidence.fct_toc where is_primary)",
    ),
    "group_effects": (
        group_effects,
        "fct_group_effects",
        f"where outcome = '{OUTCOME}' and grouping in ('segment', 'propensity_region')",
    ),
    "targeting_curves": (targeting_curves, "fct_toc", f"where outcome = '{OUTCOME}'"),
    "cate_calibration": (
        cate_calibration,
        "fct_cate_calibration",
        f"where outcome = '{OUTCOME}' and learner in "
        "(select learner from evidence.fct_toc where is_primary)",
    ),
    "nuisance_calibration": (
        nuisance_calibration,
        "fct_nuisance_calibration",
        f"where target in ('propensity', '{OUTCOME}')",
    ),
    "placebo_distributions": (
        placebo_distributions,
        "fct_refutation_replicates",
        "inner join evidence.fct_refutations using (design, outcome, estimand, refuter) "
        f"where outcome = '{OUTCOME}' and is_headline",
    ),
    "design_sensitivity": (
        design_sensitivity,
        "fct_design_sensitivity",
        "where is_headline",
    ),
}
