"""Pictures of the decisions: profits of policies and the power of experiments."""

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from retail_uplift.figures.drawing import (
    BLUE,
    CURRENCY,
    GREY,
    INTERVAL,
    MARKERS,
    ORANGE,
    PALE,
    SMALL_SIZE,
    VERMILION,
    cautions,
    finish,
    forest,
    heatmap,
    intervals,
    money,
    panels_by,
    percent,
    picture,
    span,
    ticks,
    words,
)

POLICIES = {
    "effect_above_break_even": "the break-even rule",
    "treat_all": "sending to everybody",
}
# Colour and marker of the actions in segments, and whether the marker is filled.
ACTIONS = {
    "expand": (BLUE, "^", True),
    "hold": (GREY, "o", True),
    "test": (ORANGE, "D", False),
    "reduce": (VERMILION, "v", True),
}
# Effects that an experiment should find: colour and line.
TARGETS = {
    "break-even at the cost that decides": (ORANGE, "-."),
    "break-even at the source study's cost": (VERMILION, "--"),
    "effect of past campaigns": ("black", ":"),
}
UNITS = "A unit is a household in a past campaign."


@picture("design", "share_targeted")
def roi_curve(points: pd.DataFrame) -> Figure:
    """Draw the profit of sending to the units with the largest predicted effects.

    Parameters
    ----------
    points : DataFrame
        `design`, `share_targeted` (above 0, to 1), `profit`, `ci_lower` and `ci_upper`
        (dollars on the units of the population), `population` (the one that decides)
        and its `gate_status`.
    """
    panels = panels_by(points, "design", n_columns=2, width=4.6, height=3.2)
    for axes, rows in panels:
        x, y = rows["share_targeted"], rows["profit"]
        look = {"color": BLUE, "alpha": 0.18, "lw": 0, "label": "95 % interval"}
        axes.fill_between(x, rows["ci_lower"], rows["ci_upper"], **look)
        axes.plot(x, y, color=BLUE, label="largest predicted effects first")
        look = {"color": ORANGE, "ls": "--", "label": "as many at random"}
        axes.plot([0, x.iloc[-1]], [0, y.iloc[-1]], **look)
        place = rows.loc[y.idxmax(), ["share_targeted", "profit"]].to_list()
        axes.plot(*place, "D", color=VERMILION, label="highest profit")
        look = {"size": SMALL_SIZE, "textcoords": "offset points"}
        look["ha"], shift = ("right", -8) if place[0] > 0.5 else ("left", 8)
        text = f"{money(place[1])} at {percent(place[0])}"
        axes.annotate(text, place, (shift, 6), **look)
        axes.axhline(0, color="black", linewidth=0.8)
        axes.grid(axis="y", color=PALE, linewidth=0.4)
        axes.set(xlim=(0, 1), xlabel="share of the units that are sent the campaign")
        ticks(axes, x="%", y="$")
    panels[0][0].set_ylabel("profit against sending nothing, dollars")
    note = (
        f"{UNITS} Evaluated on households that the ranking did not see. The intervals "
        "hold for each share alone: the highest of many profits is flattered."
    )
    return finish(axes, "How many customers should be sent the campaign?", note)


@picture("design", "policy", "population")
def policy_forest(policies: pd.DataFrame) -> Figure:
    """Draw what each policy would have earned against sending nothing.

    Parameters
    ----------
    policies : DataFrame
        `design`, `population` (all or comparable), `policy`, `label`, `share_targeted`
        (0 to 1), `n_units`, `profit_vs_none`, `profit_vs_none_ci_lower` and
        `profit_vs_none_ci_upper` (dollars on the units of the population),
        `gate_status` and `caution` (on the design).
    """
    kinds = {
        "all units": (BLUE, "D", True),
        "all units, but the arms overlap too little": (BLUE, "D", False),
    }
    is_failed = policies["gate_status"] != "passed"
    policies["kind"] = np.where(is_failed, *reversed(kinds))
    names = [f"profit_vs_none{end}" for end in ("", "_ci_lower", "_ci_upper")]
    policies[INTERVAL] = policies[names]
    policies = policies.sort_values(["place", "share_targeted", "policy"])
    is_whole = policies["population"] == "all"
    alike = policies[~is_whole].set_index(["design", "policy"])
    size = {"n_columns": 1, "width": 8.8, "height": 0.7, "row_height": 0.26}
    for axes, rows in panels_by(policies[is_whole], "design", **size):
        own = alike.reindex(pd.MultiIndex.from_frame(rows[["design", "policy"]]))
        places = np.arange(len(rows)) + 0.3
        look = "comparable units only", (GREY, "s", True)
        intervals(axes, places, own[INTERVAL], *look)
        counts = f"{rows['n_units'].max():,} units"
        if own["n_units"].notna().any():
            counts += f", {own['n_units'].max():,.0f} comparable"
        axes.set_title(f"{axes.get_title()}: {counts}")
        labels = rows["label"] + rows["share_targeted"].map(percent).map(" ({})".format)
        forest(axes, rows, labels, kinds)
    note = (
        "Profit in dollars, with 95 % intervals for each policy alone; in brackets the "
        f"share that is sent the campaign. {UNITS}"
    )
    note += cautions(policies)
    return finish(axes, "Which policies earn more than sending nothing?", note)


@picture("design", "policy", "cost_per_contact", "margin")
def scenario_heatmap(cells: pd.DataFrame) -> Figure:
    """Draw what policies would have earned at other costs and margins.

    Parameters
    ----------
    cells : DataFrame
        `design` (a row of panels), `policy` (a column), `cost_per_contact` (dollars),
        `margin` (0 to 1), `is_configured` (framed), `profit`, `ci_lower` and `ci_upper`
        (dollars on the units of the population), `population` (the one that decides)
        and its `gate_status`.
    """
    signs = np.select([cells["ci_lower"] > 0, cells["ci_upper"] < 0], ["+", "-"], "?")
    cells["text"] = cells["profit"].map(money) + [f" ({sign})" for sign in signs]
    most = float(cells["profit"].abs().max()) or 1.0
    size = {"n_columns": cells["policy"].nunique(), "height": 1.5}
    size["height"] += 0.3 * cells["cost_per_contact"].nunique()
    size["width"] = max(4, 1 + 0.85 * cells["margin"].nunique())
    for axes, rows in panels_by(cells, ["design", "policy"], **size):
        table = rows.pivot(index="cost_per_contact", columns="margin")
        profits = table["profit"]
        heatmap(
            profits,
            rows=[f"{CURRENCY.get().symbol}{cost:,.2f}" for cost in profits.index],
            columns=[percent(margin) for margin in profits],
            texts=table["text"].fillna(""),
            key="profit, dollars",
            limits=(-most, most),
            colours="PuOr",
            axes=axes,
        )
        for row in rows[rows["is_configured"].eq(True)].itertuples():
            x = profits.columns.get_loc(row.margin)
            y = profits.index.get_loc(row.cost_per_contact)
            axes.add_patch(Rectangle((x, y), 1, 1, fill=False, ec="black", lw=2))
        axes.set_ylabel("cost of a contact")
        policy = rows["policy"].iloc[0]
        policy = POLICIES.get(policy, words(policy))
        axes.set_title(f"{policy}, by margin\n{axes.get_title()}")
    note = (
        "Profit on these units against sending nothing. In brackets: its 95 % interval "
        "lies above 0 (+), lies below 0 (-) or holds 0 (?). Frame: today's cost and "
        f"margin. {UNITS}"
    )
    return finish(axes, "What do policies earn at other costs and margins?", note)


@picture("design", "segment_id")
def segment_actions(segments: pd.DataFrame) -> Figure:
    """Draw what a contact earns in each segment and what to do there.

    Parameters
    ----------
    segments : DataFrame
        `design`, `segment_id`, `segment_name`, `n_households`, `profit_per_contact`,
        `profit_ci_lower` and `profit_ci_upper` (dollars; NULL if there are too few
        households), `current_share`, `recommended_share` (0 to 1), `action` (of
        `ACTIONS`) and `caution` (on the design).
    """
    columns = ["profit_per_contact", "profit_ci_lower", "profit_ci_upper", "action"]
    segments[[*INTERVAL, "kind"]] = segments[columns]
    size = {"n_columns": 1, "width": 8.8, "height": 0.7, "row_height": 0.36}
    for axes, rows in panels_by(segments, "design", **size):
        labels = [
            f"{row.segment_id} {row.segment_name} ({row.n_households:,} households)"
            for row in rows.itertuples()
        ]
        texts = [
            f"{span(row, 'too few households')}\n{row['action']}: "
            f"{percent(row['current_share'])} -> {percent(row['recommended_share'])}"
            for _, row in rows.iterrows()
        ]
        forest(axes, rows, labels, ACTIONS, texts)
    note = (
        "Profit of a contact in dollars, with 95 % intervals for each segment alone, "
        "and the action, which needs limits that hold for all segments together: share "
        "sent today -> share recommended. A test assigns today's share at random, so "
        "that the next campaign can be evaluated."
    )
    note += cautions(segments)
    return finish(axes, "What should be done in each segment?", note)


@picture("treated_share", "arm_rule", "method", "horizon_weeks", "target")
def power_curves(targets: pd.DataFrame) -> Figure:
    """Draw the smallest effect that an experiment finds against those that matter.

    Parameters
    ----------
    targets : DataFrame
        `treated_share` (0 to 1), `arm_rule`, `method` (plain or cuped),
        `horizon_weeks`, `target` (as fct_power_targets names it), `is_configured`
        (whether it is the break-even of the cost that decides), `target_effect` and
        `minimum_detectable_effect` (dollars per household) and `n_households`.
    """
    decides, source_study, _ = TARGETS
    names = targets["target"].replace("break-even, documents_flat", source_study)
    targets["target"] = names.mask(targets["is_configured"], decides)
    panels = panels_by(targets, "treated_share", n_columns=3, width=3.4, height=3.6)
    for axes, rows in panels:
        for target, (colour, line) in TARGETS.items():
            level = rows[rows["target"] == target].drop_duplicates("horizon_weeks")
            x, y = level["horizon_weeks"], level["target_effect"]
            axes.plot(x, y, line, color=colour, label=target)
        curves = rows.drop_duplicates(["arm_rule", "method", "horizon_weeks"])
        markers = dict(zip(rows["arm_rule"].unique(), cycle(MARKERS), strict=False))
        for (rule, method), curve in curves.groupby(["arm_rule", "method"]):
            look = {"color": GREY, "mfc": "white", "label": rule}
            if method == "cuped":
                look = {"color": BLUE, "label": f"{rule}, with CUPED"}
            x, y = curve["horizon_weeks"], curve["minimum_detectable_effect"]
            axes.plot(x, y, marker=markers[rule], **look)
        axes.set_ylim(0, 1.05 * targets["minimum_detectable_effect"].max())
        axes.set_xticks(sorted(targets["horizon_weeks"].unique()))
        axes.set_title(
            f"{percent(rows['treated_share'].iloc[0])} are sent the campaign"
        )
        axes.set_xlabel("weeks after the start that are measured")
        ticks(axes, y="$")
    panels[0][0].set_ylabel("smallest effect that is found,\ndollars per household")
    note = (
        f"With {targets['n_households'].max():,} households. An experiment finds an "
        "effect whose line lies above its point. CUPED removes what the weeks before "
        "predict. Arms drawn anew and same arm throughout pool several campaigns."
    )
    return finish(axes, "Which effects would an experiment find?", note)
