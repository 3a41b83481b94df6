"""Pictures of the effects: overlap, balance, estimates, rankings and refutations."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from retail_uplift.figures.drawing import (
    BLUE,
    GREY,
    ORANGE,
    PALE,
    SKY,
    SMALL_SIZE,
    VERMILION,
    cautions,
    finish,
    forest,
    grid,
    heatmap,
    intervals,
    panels_by,
    percent,
    picture,
    row_labels,
    span,
    ticks,
    words,
    wrapped,
)

OVERLAP = (0.1, 0.9)  # propensities between which both arms are common
BALANCED = 0.1  # standardised mean difference below which arms count as alike
RULE = "spend_rule"  # biggest spenders first, a ranking without a model
# Nodes of the causal graph: label, colour and border by kind.
NODES = {
    "treatment": ("treatment and outcome", BLUE, "-"),
    "outcome": ("treatment and outcome", BLUE, "-"),
    "mediator": ("on the way from one to the other", SKY, "-"),
    "measured": ("measured", GREY, "-"),
    "unmeasured": ("not measured", VERMILION, "--"),
}
VISIBLE = 0.02  # share explained from which an arrow is drawn in full colour
NODE_WIDTH, NODE_HEIGHT = 1.4, 0.42  # inches, about
LAYER_WIDTH, ROW_HEIGHT = 2.4, 0.6
# Weightings of the balance: label, colour and marker by column.
WEIGHTINGS = {
    "smd_unweighted": ("unweighted", VERMILION, "o"),
    "smd_ipw": ("inverse propensity", ORANGE, "^"),
    "smd_att": ("controls weighted like the treated", SKY, "v"),
    "smd_matched": ("matched", GREY, "s"),
    "smd_overlap": ("overlap", BLUE, "D"),
}


@picture("design", "is_treated", "bin_lower")
def propensity_overlap(bins: pd.DataFrame) -> Figure:
    """Draw the propensities of both arms, the treated upwards, the controls downwards.

    Parameters
    ----------
    bins : DataFrame
        `design`, `is_treated`, `bin_lower` and `bin_upper` (propensity, 0 to 1),
        `n_arm` and `share` (of the units of the arm, 0 to 1).
    """
    panels = panels_by(bins, "design", n_columns=3, width=3.6, height=2.8)
    for axes, rows in panels:
        for is_treated, sign, colour, label in (
            (True, 1, BLUE, "sent the campaign"),
            (False, -1, ORANGE, "not sent the campaign"),
        ):
            arm = rows[rows["is_treated"] == is_treated]
            middle = (arm["bin_lower"] + arm["bin_upper"]) / 2
            width = arm["bin_upper"] - arm["bin_lower"]
            look = {"color": colour, "ec": "white", "label": label}
            axes.bar(middle, sign * arm["share"], width, **look)
            inside = percent(arm.loc[middle.between(*OVERLAP), "share"].sum())
            text = f"{arm['n_arm'].max():,} units, {inside} between the lines"
            look = {"transform": axes.transAxes, "size": SMALL_SIZE}
            place = (0.5, 0.5 + sign * 0.46)
            axes.text(*place, text, ha="center", va="center", **look)
        axes.axhline(0, color="black", linewidth=0.8)
        for limit in OVERLAP:
            axes.axvline(limit, color=GREY, linestyle="--", linewidth=1)
        most = 1.3 * rows["share"].max()
        axes.set(xlim=(0, 1), ylim=(-most, most), xlabel="propensity")
        axes.yaxis.set_major_formatter(lambda y, _: percent(abs(y)))
    panels[0][0].set_ylabel("share of the units of the arm")
    note = (
        "Propensity: predicted probability of being sent the campaign. Where only one "
        "arm has bars, its customers have no counterpart."
    )
    return finish(axes, "Do both arms contain comparable customers?", note)


@picture("design", "covariate")
def covariate_balance(covariates: pd.DataFrame) -> Figure:
    """Draw how much the arms differ on each covariate before and after weighting.

    Parameters
    ----------
    covariates : DataFrame
        `design`, `covariate` and standardised mean differences: `smd_unweighted` (sorts
        the covariates), `smd_ipw`, `smd_att`, `smd_matched` and `smd_overlap`.
    """
    order = covariates.assign(size=-covariates["smd_unweighted"].abs())
    order = order.sort_values(["place", "size"])["covariate"].unique().tolist()
    size = {"n_columns": 3, "width": 3.7, "height": 1.2 + 0.2 * len(order)}
    panels = panels_by(covariates, "design", **size)
    for axes, rows in panels:
        places = rows["covariate"].map(order.index)
        for column, (label, colour, marker) in WEIGHTINGS.items():
            x = rows[column].astype(float).abs()
            axes.plot(x, places, marker, color=colour, ms=4.5, label=label)
        axes.axvline(BALANCED, color=GREY, linestyle="--", linewidth=1)
        axes.grid(axis="y", color=PALE, linewidth=0.4)
        axes.set(xlim=(-0.03, None), xlabel="absolute standardised\nmean difference")
        row_labels(axes, [words(name) for name in order])
        axes.tick_params(axis="y", labelleft=axes is panels[0][0])
    note = (
        f"Left of the dashed line, below {BALANCED:g}, the arms count as alike. This "
        "says nothing about causes that are not among these covariates."
    )
    return finish(axes, "Are the arms alike before and after weighting?", note)


@picture("design", "estimand", "estimator")
def effect_forest(estimates: pd.DataFrame) -> Figure:
    """Draw the estimates of each design by estimator, with the headline marked.

    Parameters
    ----------
    estimates : DataFrame
        Of one outcome in dollars: `design`, `estimand`, `estimator`, `estimate`,
        `ci_lower`, `ci_upper` (NULL if the arms overlap too little), `is_headline`,
        `is_comparison`, `overlap_gate`, `gate_status` and `caution` (on the design).
    """
    kinds = {
        "raw difference, not an effect": (VERMILION, "s", True),
        "headline": (BLUE, "D", True),
        "headline with a gate that failed or is doubtful": (BLUE, "D", False),
        "other estimands and estimators": (GREY, "o", True),
        "the arms overlap too little for it": (GREY, "o", False),
    }
    is_naive, is_headline = estimates["estimand"] == "naive", estimates["is_headline"]
    is_passed = estimates["gate_status"] == "passed"
    is_apart = estimates["overlap_gate"] == "failed"
    which = [is_naive, is_headline & is_passed, is_headline, is_apart]
    kind = np.select(which, [0, 1, 2, 4], 3)
    estimates["kind"] = np.array(list(kinds))[kind]
    estimates["rank"] = np.select(which, [0, 1, 1, 2], 2)
    estimates = estimates.sort_values(["place", "rank", "is_comparison", "estimand"])
    size = {"n_columns": 1, "width": 8.8, "height": 0.7, "row_height": 0.21}
    for axes, rows in panels_by(estimates, "design", **size):
        forest(axes, rows, rows["estimator"] + ", " + rows["estimand"], kinds)
    note = (
        "Sales in dollars per household and campaign, with 95 % intervals; a line that "
        "meets the edge goes on. Where the arms overlap too little, no interval could "
        "be trusted. Each estimand is about other customers. All assume "
        "that there are no hidden causes."
    )
    note += cautions(estimates)
    return finish(axes, "How much did the campaigns raise sales?", note)


@picture("design", "grouping", "group_name", "estimand")
def group_effects(groups: pd.DataFrame) -> Figure:
    """Draw the effect in each segment and each propensity region.

    Parameters
    ----------
    groups : DataFrame
        Of one outcome in dollars: `design`, `grouping`, `group_name`, `estimand` (ATE
        or ATO), `segment_id`, `estimate`, `ci_lower` and `ci_upper` (NULL if there are
        too few households), `n_households` and `gate_status`. An ATE whose gate failed
        is not drawn.
    """
    kinds = {"weighted by overlap (ATO)": (BLUE, "D", True)}
    [groups["kind"]] = kinds
    keys = ["design", "grouping", "group_name"]
    is_plain = (groups["estimand"] == "ATE") & (groups["gate_status"] == "passed")
    # Segments by number, then regions from below 0.1 to above 0.9.
    groups["rank"] = groups["group_name"].str.extract("(below|above)")[0]
    groups["rank"] = groups["rank"].map({"below": 0, "above": 2}).fillna(1)
    weighted = groups[groups["estimand"] == "ATO"]
    weighted = weighted.sort_values(["place", "segment_id", "rank"])
    size = {"n_columns": 1, "width": 8.8, "height": 0.7, "row_height": 0.28}
    for axes, rows in panels_by(weighted, "design", **size):
        names = rows["segment_id"].astype(object).fillna("propensity").astype(str)
        labels = names + " " + rows["group_name"]
        labels += rows["n_households"].map(" ({:,} households)".format)
        texts = [span(row, "too few households") for _, row in rows.iterrows()]
        plain = rows[keys].merge(groups[is_plain], "left", keys)
        places = np.arange(len(rows)) + 0.3
        label = "unweighted (ATE), if overlap suffices"
        intervals(axes, places, plain, label, (GREY, "s", False))
        forest(axes, rows, labels, kinds, texts)
    note = (
        "Sales in dollars per household and campaign (numbers: ATO), with 95 % "
        "intervals for each group alone. Groups that look different may not differ "
        "significantly."
    )
    return finish(axes, "For which customers did the campaigns raise sales?", note)


@picture("design", "learner", "share_targeted")
def targeting_curves(curves: pd.DataFrame) -> Figure:
    """Draw what is gained by sending to the first customers of each ranking.

    Parameters
    ----------
    curves : DataFrame
        Of one outcome in dollars: `design`, `learner`, `share_targeted` (0 to 1),
        `is_primary`, `toc`, `ci_lower`, `ci_upper` and, of random rankings,
        `random_lower` and `random_upper`. Drawn is their product with the share (Qini).
    """
    ends = ["toc", "ci_lower", "ci_upper", "random_lower", "random_upper"]
    curves[ends] = curves[ends].mul(curves["share_targeted"], axis=0)
    panels = panels_by(curves, "design", n_columns=2, width=4.6, height=3.2)
    for axes, rows in panels:
        chance = rows.drop_duplicates("share_targeted")
        x, *band = (chance[name] for name in ("share_targeted", *ends[3:]))
        look = {"color": PALE, "alpha": 0.35, "lw": 0, "label": "random rankings"}
        axes.fill_between(x, *band, **look)
        for learner, line in rows.groupby("learner"):
            look = {"color": GREY, "linewidth": 0.6, "label": "other learners"}
            if learner == RULE:
                look = {"color": ORANGE, "ls": "--", "label": "biggest spenders first"}
            elif line["is_primary"].all():
                look = {"color": BLUE, "marker": "o", "ms": 2.5}
                look["label"] = f"{words(learner)} (primary) with its 95 % interval"
                limits = line["ci_lower"], line["ci_upper"]
                axes.fill_between(x, *limits, color=BLUE, alpha=0.2, linewidth=0)
            axes.plot(line["share_targeted"], line["toc"], **look)
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set(xlim=(0, 1), xlabel="share of the units that are sent the campaign")
        ticks(axes, x="%", y="$")
    panels[0][0].set_ylabel("gain over a random choice,\ndollars per unit")
    note = (
        "Qini curves, evaluated on customers whom the learner did not see. Bands hold "
        "for each share alone: among many shares, chance leaves them at some."
    )
    return finish(axes, "Does a ranking find customers who respond more?", note)


@picture("design", "cate_group")
def cate_calibration(groups: pd.DataFrame) -> Figure:
    """Draw the effect in groups by predicted effect against the prediction.

    Parameters
    ----------
    groups : DataFrame
        Of one outcome and one `learner`, in dollars: `design`, `cate_group`,
        `mean_cate` (prediction), `gate` (estimate), `ci_lower` and `ci_upper`.
    """
    panels = panels_by(groups, "design", n_columns=2, width=4.4, height=3.2)
    for axes, rows in panels:
        x, y = rows["mean_cate"], rows["gate"]
        errors = [y - rows["ci_lower"], rows["ci_upper"] - y]
        axes.errorbar(x, y, errors, fmt="o", color=BLUE, label="group, 95 % interval")
        ends = [x.min(), x.max()]
        axes.plot(ends, ends, "--", color=GREY, label="estimate = prediction")
        for group, *place in zip(rows["cate_group"], x, y, strict=True):
            look = {"size": SMALL_SIZE, "textcoords": "offset points"}
            axes.annotate(str(group), place, (5, 3), **look)
        axes.axhline(0, color=PALE, linewidth=0.8)
        axes.margins(x=0.12)
        axes.set_xlabel("mean predicted effect per unit")
        ticks(axes, x="$", y="$")
    panels[0][0].set_ylabel("doubly robust estimate per unit")
    note = (
        f"Learner: {words(groups['learner'].iloc[0])}; groups of equal size. If it "
        "ranks well, the points rise; wide intervals hold almost any prediction."
    )
    return finish(axes, "Do the predicted effects come true?", note)


@picture("design", "learner_a", "learner_b")
def learner_agreement(pairs: pd.DataFrame) -> Figure:
    """Draw how far each pair of learners ranks the customers alike.

    Parameters
    ----------
    pairs : DataFrame
        Of one outcome: `design`, `learner_a`, `learner_b` (the same one on the
        diagonal: two splits of the households), `spearman` (colours the cell) and
        `top_20_overlap` (0 to 1). Both are symmetric, so a pair has one row.
    """
    swapped = {"learner_a": "learner_b", "learner_b": "learner_a"}
    mirrored = pairs[pairs["learner_a"] != pairs["learner_b"]].rename(columns=swapped)
    cells = pd.concat([pairs, mirrored], ignore_index=True)
    # Learners that agree with the others stand together at the top.
    others = cells[cells["learner_a"] != cells["learner_b"]]
    means = others.groupby("learner_a")["spearman"].mean()
    order = means.sort_values(ascending=False, kind="stable").index
    labels = [words(learner) for learner in order]
    cells["text"] = cells["spearman"].map("{:.2f}".format)
    cells["text"] += "\n" + cells["top_20_overlap"].map(percent)
    size = {"n_columns": 2, "width": 1.6 + 0.65 * len(order)}
    size["height"] = 1.4 + 0.42 * len(order)
    panels = panels_by(cells, "design", **size)
    for axes, rows in panels:
        table = rows.pivot(index="learner_a", columns="learner_b")
        table = table.reindex(index=order).reindex(columns=order, level=1)
        heatmap(
            table["spearman"].reindex(columns=order),
            rows=labels,
            columns=labels,
            texts=table["text"].reindex(columns=order).fillna(""),
            key="rank correlation of predicted effects",
            limits=(0, 1),
            cell=(0.65, 0.42),
            axes=axes,
        )
    note = (
        "Below the correlation: share of one learner's first 20 % of the customers "
        "that the other puts first, too; 20 % is chance. Diagonal: the same learner "
        "after the households were split anew; empty if it was fitted once. Learners "
        "that agree may both be wrong."
    )
    return finish(axes, "Do the learners rank the same customers first?", note)


@picture("design", "refuter", "replicate_id")
def placebo_distributions(replicates: pd.DataFrame) -> Figure:
    """Draw the effects on falsified data beside the effect on the real data.

    Parameters
    ----------
    replicates : DataFrame
        Of one outcome in dollars and one estimand per design: `design`, `refuter`,
        `replicate_id` (0 = the real campaign, in each panel), `estimand`, `estimate`,
        `expected_estimate` and `is_passed` (NULL if it cannot be determined).
    """
    size = {"n_columns": 3, "width": 3.5, "height": 2.5}
    for axes, rows in panels_by(replicates, ["design", "refuter"], **size):
        # Rows are in the order of their keys: the real campaign is the first.
        real, estimates = rows.iloc[0], rows["estimate"].iloc[1:]
        if real["replicate_id"] != 0:
            raise ValueError(f"{real['refuter']} lacks the row of the real campaign.")
        axes.hist(estimates, 20, color=SKY, label="falsified data")
        axes.axvline(real["estimate"], color=VERMILION, label="the real campaign")
        look = {"color": "black", "ls": ":", "label": "where falsified data should lie"}
        axes.axvline(real["expected_estimate"], **look)
        found = {True: "no fault found", False: "fault found"}
        is_known = pd.notna(real["is_passed"])
        outcome = found[bool(real["is_passed"])] if is_known else "cannot be determined"
        detail = f"{len(estimates)} times, {real['estimand']}: {outcome}"
        axes.set_title(f"{real['refuter']}, {words(real['design'])}\n{detail}")
        axes.set_xlabel("estimate, dollars per household and campaign")
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        ticks(axes, x="$")
    note = (
        "Headline estimands. Bars: how often the estimate on falsified data had that "
        "size. A test that finds no fault does not prove the effect."
    )
    return finish(axes, "Do the estimates withstand attempts to refute them?", note)


@picture("cause", "effect")
def causal_graph(edges: pd.DataFrame) -> Figure:
    """Draw what may act on what, and what of it is not measured.

    Parameters
    ----------
    edges : DataFrame
        `position` (sorts the nodes), `cause`, `effect`, `cause_kind`, `effect_kind` (a
        key of NODES), `cause_layer`, `effect_layer` (1 = left), `is_confounder` and
        `partial_r2` (0 to 1, widens the arrow; NULL = unknown).
    """
    edges = edges.sort_values("position", ignore_index=True)
    columns = ["node", "kind", "layer"]
    ends = [
        edges[[end, f"{end}_kind", f"{end}_layer"]].set_axis(columns, axis=1)
        for end in ("cause", "effect")
    ]
    nodes = pd.concat(ends, ignore_index=True).drop_duplicates("node")
    sizes = nodes.groupby("layer")["node"].transform("size")
    places = nodes.groupby("layer").cumcount()
    nodes["x"] = LAYER_WIDTH * nodes["layer"]
    nodes["y"] = (places + 0.5) * (sizes.max() / sizes) * ROW_HEIGHT
    size = {"width": LAYER_WIDTH * nodes["layer"].nunique()}
    size["height"] = ROW_HEIGHT * sizes.max()
    [axes] = grid(1, n_columns=1, **size)
    middles = nodes.set_index("node")[["x", "y"]]
    for _, edge in edges.iterrows():
        _draw_arrow(axes, edge, middles.loc[edge["cause"]], middles.loc[edge["effect"]])
    for _, node in nodes.iterrows():
        label, colour, line = NODES[node["kind"]]
        corner = (node["x"] - NODE_WIDTH / 2, node["y"] - NODE_HEIGHT / 2)
        look = {"fc": "white", "ec": colour, "ls": line, "zorder": 3}
        look["boxstyle"] = "round,pad=0,rounding_size=0.1"
        axes.add_patch(FancyBboxPatch(corner, NODE_WIDTH, NODE_HEIGHT, **look))
        text = wrapped(node["node"], NODE_WIDTH - 0.1)
        look = {"ha": "center", "va": "center", "size": SMALL_SIZE, "zorder": 4}
        axes.text(node["x"], node["y"], text, **look)
        axes.plot([], [], color=colour, linestyle=line, label=label)
    beyond = 0.6 * NODE_WIDTH
    axes.set_xlim(nodes["x"].min() - beyond, nodes["x"].max() + beyond)
    axes.set_ylim(size["height"], 0)
    axes.set_axis_off()
    hidden = edges[edges["is_confounder"] & edges["cause_kind"].eq("unmeasured")]
    names = ", ".join(hidden["cause"].unique()) or "nothing that is named"
    note = (
        "Arrows are assumptions. The wider one is, the more its cause explains in the "
        f"data. Not measured, and at work on treatment and outcome: {names}."
    )
    return finish(
        axes, "What may drive who is sent a campaign and what is bought?", note
    )


def _draw_arrow(axes: Axes, edge: pd.Series, start: pd.Series, end: pd.Series) -> None:
    """Draw an arrow from the side of one box to the side of another."""
    is_hidden = edge["cause_kind"] == "unmeasured"
    explained = 0.0 if pd.isna(edge["partial_r2"]) else float(edge["partial_r2"])
    style = {
        "arrowstyle": "-|>",
        "color": VERMILION if is_hidden else GREY,
        "linestyle": "--" if is_hidden else "-",
        "linewidth": 0.6 + 8 * min(explained, 0.4),
        "alpha": 1 if is_hidden or explained >= VISIBLE else 0.5,
    }
    if {edge["cause_kind"], edge["effect_kind"]} == {"treatment", "outcome"}:
        style |= {"color": BLUE, "linewidth": 2, "alpha": 1}
    sides = np.array([1, -1])
    if start["x"] == end["x"]:  # around the boxes between them
        sides = np.array([1, 1])
        style["connectionstyle"] = (
            "arc3,rad=0.4" if end["y"] < start["y"] else "arc3,rad=-0.4"
        )
    x = np.array([start["x"], end["x"]]) + sides * NODE_WIDTH / 2
    axes.annotate("", (x[1], end["y"]), (x[0], start["y"]), arrowprops=style)
