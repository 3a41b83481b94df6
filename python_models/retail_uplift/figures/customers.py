"""Pictures of the customers: factors, segments, needs and customer value."""

from itertools import cycle

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from retail_uplift.figures.drawing import (
    BLUE,
    GREY,
    MARKERS,
    PALETTE,
    SMALL_SIZE,
    TEXT_SIZE,
    VERMILION,
    finish,
    grid,
    heatmap,
    intervals,
    panels_by,
    percent,
    picture,
    row_labels,
    ticks,
    words,
    wrapped,
)

# How to read the metrics of a choice of k, in the order of the panels.
METRICS = {
    "held_out_error": "lower is better; 1 = the means alone",
    "explained_variance_centred": "higher is better",
    "explained_variance_all_cells": "higher is better",
    "reconstruction_error": "falls with k: look for a bend",
    "loadings_sparsity": "higher is simpler",
    "scores_sparsity": "higher is simpler",
    "stability": "higher is better",
    "mean_index_rank": "lower is better; candidates only",
    "smallest_share": "of the households, 0 to 1",
    "silhouette": "higher is better",
    "calinski_harabasz": "higher is better",
    "davies_bouldin": "lower is better",
    "inertia": "falls with k: look for a bend",
    "bic": "lower is better",
}


@picture("factor", "feature")
def factor_heatmap(loadings: pd.DataFrame) -> Figure:
    """Draw which features make up each factor.

    Parameters
    ----------
    loadings : DataFrame
        `factor`, `factor_name`, `feature` and `loading` (0 or more, without a unit).
    """
    cells = loadings.pivot(index="feature", columns="factor", values="loading")
    # A factor that the fit left empty has no largest loading to divide by.
    cells = cells / cells.max().where(lambda largest: largest > 0, 1.0)
    order = pd.DataFrame({"factor": cells.idxmax(axis=1), "size": -cells.max(axis=1)})
    cells = cells.loc[order.sort_values(["factor", "size"]).index]
    names = loadings.groupby("factor")["factor_name"].first()
    axes = heatmap(
        cells,
        rows=[words(feature) for feature in cells.index],
        columns=[f"{factor} {names[factor]}" for factor in cells],
        texts=cells.map(lambda share: f"{share:.2f}" if share >= 0.005 else ""),
        key="loading divided by the largest loading of the factor",
        limits=(0, 1),
        cell=(1.3, 0.27),
    )
    note = "NMF of the scaled features. Empty cells: below 0.005."
    return finish(axes, "Which features make up each factor?", note)


@picture("metric", "method", "k")
def selection_curves(metrics: pd.DataFrame) -> Figure:
    """Draw how the metrics of one clustering change with k, and which k was chosen.

    Parameters
    ----------
    metrics : DataFrame
        Of one `clustering`: `method`, `k`, `metric` (drawn are those in `METRICS`),
        `value` and `std_error` (in the unit of the metric), `is_chosen`, `reason` and
        `stable_from` (stability from which segments count as stable, 0 to 1).
    """
    group, _, tier = metrics["clustering"].iloc[0].partition("_")
    metrics = metrics[metrics["metric"].isin(METRICS)]
    metrics = metrics.sort_values("metric", key=lambda m: m.map(list(METRICS).index))
    methods = sorted(metrics["method"].unique())
    for axes, rows in panels_by(metrics, "metric", n_columns=3, width=3.4, height=2.3):
        name = rows["metric"].iloc[0]
        for method, colour, marker in zip(methods, PALETTE, MARKERS, strict=False):
            curve = rows[rows["method"] == method].sort_values("k")
            if len(curve):
                x, y, error = curve[["k", "value", "std_error"]].to_numpy(float).T
                look = {"color": colour, "marker": marker, "ms": 4}
                axes.errorbar(x, y, error, label=words(method), **look)
        chosen = rows[rows["is_chosen"].eq(True)].astype({"value": float})
        look = {"s": 120, "fc": "none", "ec": "black", "clip_on": False}
        axes.scatter(chosen["k"], chosen["value"], label="chosen", **look)
        if name == "stability":
            look = {"color": GREY, "linestyle": "--", "label": "stable from here up"}
            axes.axhline(metrics["stable_from"].iloc[0], **look)
        axes.set_title(f"{words(name)[0].upper()}{words(name)[1:]}\n({METRICS[name]})")
        axes.set_xlim(metrics["k"].min() - 0.5, metrics["k"].max() + 0.5)
        axes.set_xlabel(f"number of {group}, k")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        ticks(axes, y="")
    best = metrics.loc[metrics["is_chosen"].eq(True), ["k", "method", "reason"]]
    best = best.drop_duplicates().to_numpy()
    why = "".join(f"{k} by {words(method)}: {reason}. " for k, method, reason in best)
    question = f"How many {group}{f' ({tier} value)' if tier else ''} are best?"
    return finish(axes, question, f"{why}Vertical lines: one standard error each way.")


@picture("segment_id", "feature")
def profile_heatmap(profiles: pd.DataFrame) -> Figure:
    """Draw how far each segment's means lie from those of all households.

    Parameters
    ----------
    profiles : DataFrame
        `segment_id`, `segment_name`, `feature`, `position` (order of the feature),
        `feature_role` and `z_score` (in standard deviations of all households). Colours
        end at 2 in either direction; the numbers do not.
    """
    features = profiles.drop_duplicates("feature").sort_values("position")
    cells = profiles.pivot(index="feature", columns="segment_id", values="z_score")
    cells = cells.loc[features["feature"]].astype(float)
    axes = heatmap(
        cells,
        rows=[words(feature) for feature in cells.index],
        columns=_names(profiles),
        texts=cells.map(lambda z: f"{z:+.1f}" if abs(z) >= 0.05 else "0.0"),
        key="standard deviations below (-) or above (+) the mean of all households",
        limits=(-2, 2),
        colours="RdBu",
    )
    for feature_role, rows in features.reset_index().groupby(
        "feature_role", sort=False
    ):
        start, end = rows.index[0], rows.index[-1] + 1
        axes.axhline(start, color="black", linewidth=1 if start else 0)
        place = (cells.shape[1] + 0.1, (start + end) / 2)
        look = {"rotation": -90, "va": "center", "size": SMALL_SIZE}
        axes.text(*place, f"{feature_role} features", **look)
    note = "Means of the features on which the segments were fitted."
    return finish(axes, "What sets the segments apart?", note)


@picture("pair_id", "segment_id")
def positioning(positions: pd.DataFrame) -> Figure:
    """Draw the segments as bubbles, in one panel per pair of variables.

    Parameters
    ----------
    positions : DataFrame
        `pair_id`, `pair_name`, `segment_id`, `segment_name`, `household_share` (0 to 1,
        the area of the bubble), `x_variable`, `y_variable`, `x_unit`, `y_unit`, and in
        these units the means of the segment, `x` and `y`, and of all households,
        `x_population` and `y_population`.
    """
    segments = positions.groupby("segment_id")["household_share"].first()
    colours = dict(zip(segments.index, cycle(PALETTE), strict=False))
    panels = panels_by(positions, "pair_id", n_columns=2, width=4.4, height=3)
    for axes, rows in panels:
        # Small bubbles lie on large ones.
        for row in rows.sort_values("household_share", ascending=False).itertuples():
            look = {"color": colours[row.segment_id], "ec": "black", "alpha": 0.75}
            axes.scatter(row.x, row.y, 3000 * row.household_share, **look)
            look = {"path_effects": [withStroke(linewidth=2, foreground="white")]}
            look |= {"ha": "center", "va": "center", "weight": "bold"}
            axes.text(row.x, row.y, row.segment_id, **look)
        axes.axvline(row.x_population, color=GREY, linestyle="--", linewidth=1)
        axes.axhline(row.y_population, color=GREY, linestyle="--", linewidth=1)
        axes.margins(0.25)
        axes.set_title(row.pair_name, weight="bold")
        axes.set_xlabel(f"{words(row.x_variable)}\n({row.x_unit})")
        axes.set_ylabel(f"{words(row.y_variable)}\n({row.y_unit})")
        ticks(axes, x="", y="")
    for name, (k, share) in zip(_names(positions), segments.items(), strict=True):
        look = {"color": colours[k], "ms": 9, "label": f"{name} ({percent(share)})"}
        axes.plot([], [], "o", **look)
    note = (
        "Means of the segments. Area of a bubble: share of the households, in brackets "
        "below. Dashed lines: means of all households."
    )
    return finish(axes, "Where does each segment stand?", note)


@picture("method", "metric", "segment_id")
def stability(found: pd.DataFrame) -> Figure:
    """Draw how much of each segment is found again in other samples and other days.

    Parameters
    ----------
    found : DataFrame
        `method` (bootstrap or split_half), `metric`, `segment_id` (0 = all segments),
        `segment_name`, `value`, `ci_lower` and `ci_upper` (0 to 1), `is_stable` and
        `stable_from` (0 to 1). Rows without `stable_from` are left out.
    """
    found = found[found["stable_from"].notna()].rename(columns={"value": "estimate"})
    ids = sorted(found["segment_id"].unique())
    [axes] = grid(1, n_columns=1, width=8.5, height=1.2 + 0.42 * len(ids))
    for method, shift, label, look in (
        ("bootstrap", -0.13, "in other samples of households", (BLUE, "o", True)),
        ("split_half", 0.13, "in the other half of the days", (VERMILION, "D", True)),
    ):
        rows = found[found["method"] == method]
        intervals(axes, rows["segment_id"].map(ids.index) + shift, rows, label, look)
    limit = found["stable_from"].max()
    axes.axvline(limit, color=GREY, linestyle="--", label=f"stable from {limit:g}")
    axes.set_xlim(min(0, found["ci_lower"].min()), 1)
    axes.set_xlabel("share of the segment that is found again, 0 to 1")
    row_labels(axes, [name.removeprefix("0 ") for name in _names(found)])
    single = found[(found["method"] == "bootstrap") & (found["segment_id"] > 0)]
    note = (
        f"{single['is_stable'].eq(True).sum()} of {len(single)} segments are stable "
        "in other samples. Points are medians, lines 95 % intervals (Jaccard "
        "coefficient; adjusted Rand index of all segments). Between the halves of the "
        "days, households themselves change, too."
    )
    return finish(axes, "Are the segments found again?", note)


@picture("from_segment_id", "to_segment_id")
def migration(moves: pd.DataFrame) -> Figure:
    """Draw to which segment the households of each segment moved.

    Parameters
    ----------
    moves : DataFrame
        `from_segment_id` and `from_segment_name` (first half of the days),
        `to_segment_id` (second half; 0 = no purchase) and `to_segment_name`,
        `n_households`, `share_of_from` (0 to 1) and `is_stay`.
    """
    names = moves.groupby("to_segment_id")["to_segment_name"].first()
    # Households that bought no more stand last.
    order = sorted(names.index, key=lambda segment_id: (segment_id == 0, segment_id))
    moves["text"] = _shares_and_counts(moves, "share_of_from", "{}\n{:,.0f}")
    table = moves.pivot(index="from_segment_id", columns="to_segment_id")
    axes = heatmap(
        table["share_of_from"][order],
        rows=_names(moves, "from_"),
        columns=[f"{k} {names[k]}" if k else names[k] for k in order],
        texts=table["text"][order].fillna("none"),
        key="share of the households of the row",
        limits=(0, 1),
        cell=(1.05, 0.5),
    )
    axes.set_ylabel("from: first half of the days")
    axes.set_xlabel("to: second half of the days")
    axes.xaxis.set_label_position("top")
    n_stay = moves.loc[moves["is_stay"].eq(True), "n_households"].sum()
    note = (
        f"{percent(n_stay / moves['n_households'].sum())} of the households stay in "
        "their segment. Cells: share of the households of the row, and their number."
    )
    return finish(axes, "Do households stay in their segment?", note)


@picture("value_tier", "need_type")
def value_need(matrix: pd.DataFrame) -> Figure:
    """Draw how many households each value tier and need has, and what they bring.

    Parameters
    ----------
    matrix : DataFrame
        `value_tier`, `need_type`, `n_households`, `sales_share` (0 to 1) and
        `mean_sales` (dollars per household), by which the tiers are ordered.
    """
    matrix = matrix.assign(sales=matrix["mean_sales"] * matrix["n_households"])
    tiers = matrix.groupby("value_tier")[["sales", "n_households"]].sum()
    tiers = tiers.eval("sales / n_households").sort_values(ascending=False).index
    needs = matrix.groupby("need_type")["sales_share"].sum()
    needs = needs.sort_values(ascending=False, kind="stable").index
    form = "{} of sales\n{:,.0f} households"
    matrix["text"] = _shares_and_counts(matrix, "sales_share", form)
    table = matrix.pivot(index="value_tier", columns="need_type").loc[tiers]
    axes = heatmap(
        table["sales_share"][needs],
        rows=[f"{tier} value" for tier in tiers],
        columns=list(needs),
        texts=table["text"][needs].fillna("none"),
        key="share of all sales",
        limits=(0, matrix["sales_share"].max()),
        cell=(1.5, 0.7),
    )
    note = "Value tiers by sales; needs by what households buy, found over all tiers."
    return finish(axes, "Which values and needs bring the sales?", note)


@picture("method", "forecast_decile")
def clv_calibration(groups: pd.DataFrame) -> Figure:
    """Draw forecast purchases and sales against those that happened.

    Parameters
    ----------
    groups : DataFrame
        `method`, `forecast_decile` (decile of the forecast purchases, 1 to 10) and
        means per household: `mean_predicted_purchases`, `mean_actual_purchases`
        (purchase days), `mean_predicted_sales` and `mean_actual_sales` (dollars).
    """
    panels = grid(2, n_columns=2, width=4.4, height=3.9)
    units = {"purchases": "purchase days", "sales": "dollars"}
    for axes, (measure, unit) in zip(panels, units.items(), strict=True):
        columns = [f"mean_{kind}_{measure}" for kind in ("predicted", "actual")]
        looks = zip(PALETTE, MARKERS, groups.groupby("method"), strict=False)
        for colour, marker, (method, rows) in looks:
            look = {"color": colour, "marker": marker, "ms": 5, "label": words(method)}
            axes.plot(*rows[columns].to_numpy(float).T, **look)
        limit = 1.05 * groups[columns].max(axis=None)
        axes.plot([0, limit], [0, limit], "--", color=GREY, label="forecast = actual")
        axes.set(xlim=(0, limit), ylim=(0, limit), aspect="equal", title=measure)
        axes.set_xlabel(f"forecast, {unit} per household")
        axes.set_ylabel(f"actual, {unit} per household")
        axes.locator_params(nbins=4)
        ticks(axes, x="", y="")
    note = (
        "Means of deciles of the households by forecast purchases. Below the dashed "
        "line, households bought less than the method forecast."
    )
    return finish(axes, "Did the forecasts of the holdout weeks come true?", note)


@picture("position", "bin")
def feature_histograms(bars: pd.DataFrame) -> Figure:
    """Draw how each feature is distributed over the households.

    Parameters
    ----------
    bars : DataFrame
        `position` (order of the feature), `feature`, `bin`, its edges `from_value` and
        `to_value` (in the unit of the feature), and `household_share` (0 to 1).
    """
    panels = panels_by(bars, "position", n_columns=6, width=2.1, height=1.45)
    for axes, rows in panels:
        start, end, share = (
            rows[["from_value", "to_value", "household_share"]].to_numpy(float).T
        )
        look = {"align": "edge", "color": BLUE, "label": "share of the households"}
        axes.bar(start, share, end - start, **look)
        axes.set_title(wrapped(words(rows["feature"].iloc[0]), 1.6, TEXT_SIZE))
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.yaxis.set_major_locator(MaxNLocator(3))
        ticks(axes, x="", y="%")
    note = (
        "Twenty bars from the 1 % to the 99 % quantile. The outer bars also hold what "
        "lies beyond. Counts of less than twenty values leave gaps."
    )
    return finish(panels[0][0], "How are the features distributed?", note)


@picture("position", "other_position")
def association_heatmap(pairs: pd.DataFrame) -> Figure:
    """Draw how closely each two variables of a household go together.

    Parameters
    ----------
    pairs : DataFrame
        One coefficient per pair: `position` and `other_position` (order of the
        variables), `variable`, `other_variable`, `value` (-1 to 1, without a unit) and
        `is_strong`.
    """
    names = dict(pairs[["position", "variable"]].itertuples(index=False))
    names |= dict(pairs[["other_position", "other_variable"]].itertuples(index=False))
    texts = (100 * pairs["value"].astype(float)).map("{:.0f}".format)
    pairs = pairs.assign(text=texts.where(pairs["is_strong"].eq(True), ""))
    # Each variable has a row and a column, or one of them would have no name.
    values, texts = (
        pairs.pivot(index="other_position", columns="position", values=column).reindex(
            index=sorted(names), columns=sorted(names)
        )
        for column in ("value", "text")
    )
    axes = heatmap(
        values.astype(float),
        rows=[f"{place} {words(names[place])}" for place in values.index],
        columns=[f"{place}" for place in values],
        texts=texts.astype(object).fillna(""),
        key="coefficient, -1 to 1",
        limits=(-1, 1),
        colours="RdBu",
        cell=(0.3, 0.22),
    )
    note = (
        "Pearson's correlation of two features, and of a feature with yes or no. Eta "
        "of a feature and a demographic, and Cramer's V of two variables with levels, "
        "have no direction. Numbers: hundredths, where both say nearly the same."
    )
    return finish(axes, "Which variables go together?", note)


@picture("group_pair", "variable")
def group_differences(differences: pd.DataFrame) -> Figure:
    """Draw how groups of households differ in each feature.

    Parameters
    ----------
    differences : DataFrame
        `group_pair`, `group_label`, `other_label`, `variable`, `effect_size`
        (rank-biserial correlation, -1 to 1; NULL if the variable formed the groups),
        `size`, `is_by_definition` and `repeats_definition`.
    """
    labels = differences.groupby("group_pair")[["group_label", "other_label"]].first()
    effects = differences["effect_size"].astype(float)
    texts = effects.map("{:+.2f}".format)
    texts = texts.mask(differences["repeats_definition"].eq(True), "(" + texts + ")")
    texts = texts.mask(differences["size"].eq("none shown"), "none shown")
    texts = texts.mask(differences["is_by_definition"].eq(True), "sorted by it")
    table = differences.assign(effect=effects, text=texts).pivot(
        index="variable", columns="group_pair"
    )
    order = table["effect"].mean(axis=1).sort_values(ascending=False, kind="stable")
    axes = heatmap(
        table["effect"].loc[order.index],
        rows=[words(variable) for variable in order.index],
        columns=[f"{a} against {b}" for a, b in labels.itertuples(index=False)],
        texts=table["text"].loc[order.index].fillna("unknown"),
        key="less (-1) or more (1) than the other group",
        limits=(-1, 1),
        colours="RdBu",
        cell=(1.5, 0.27),
    )
    note = (
        "Rank-biserial correlation: how much likelier a household of the group has the "
        "larger value than the smaller one. In brackets: the feature says nearly the "
        "same as the one that the groups were sorted by. No difference is an effect."
    )
    return finish(axes, "How do groups of households differ?", note)


def _names(rows: pd.DataFrame, prefix: str = "") -> list[str]:
    """Return number and name of each segment, in the order of the numbers."""
    names = rows.groupby(f"{prefix}segment_id")[f"{prefix}segment_name"].first()
    return [f"{segment_id} {name}" for segment_id, name in names.items()]


def _shares_and_counts(rows: pd.DataFrame, share: str, form: str) -> list[str]:
    """Return a text per row with its share and its households, or "none"."""
    pairs = rows[[share, "n_households"]].to_numpy(float)
    return [form.format(percent(x), n) if n > 0 else "none" for x, n in pairs]
