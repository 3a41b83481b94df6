"""Pictures of the impact wing: what campaigns brought, and what speaks against it."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from retail_uplift.figures.drawing import (
    BLUE,
    GREY,
    INTERVAL,
    ORANGE,
    PALE,
    SMALL_SIZE,
    VERMILION,
    finish,
    grid,
    money,
    panels_by,
    picture,
    row_labels,
    ticks,
)

# Colour of the line between the limits, by decision.
DECISIONS = {
    "scale": (BLUE, "both limits above 0: it paid"),
    "stop": (VERMILION, "both limits below 0: it lost money"),
    "unclear": (GREY, "it may have paid or lost money"),
}
UNKNOWN = "it cannot be known"


@picture("campaign_id")
def campaign_brackets(campaigns: pd.DataFrame) -> Figure:
    """Draw what each campaign may have added to sales, between both estimates.

    Parameters
    ----------
    campaigns : DataFrame
        `campaign_id`, `campaign_type`, `n_compared`, `decision` (scale, stop or
        unclear), `answer`, `unadjusted_estimate`, `adjusted_estimate`, `bracket_lower`
        and `bracket_upper` (dollars a week and household, or missing), `profit_lower`
        and `profit_upper` (dollars, missing unless the estimates are valid).
    """
    rows = campaigns.dropna(subset="bracket_lower").reset_index(drop=True)
    if rows.empty:
        raise ValueError("The frame has no campaign with an estimate.")
    [axes] = grid(1, n_columns=1, width=8.8, height=0.8 + 0.24 * len(rows))
    is_valid = rows["profit_lower"].notna()
    places = np.arange(len(rows))
    looks = [(~is_valid, PALE, UNKNOWN)]
    looks += [
        (is_valid & (rows["decision"] == decision), colour, label)
        for decision, (colour, label) in DECISIONS.items()
    ]
    for chosen, colour, label in looks:
        if chosen.any():
            limits = rows.loc[chosen, ["bracket_lower", "bracket_upper"]].to_numpy().T
            axes.hlines(places[chosen], *limits, color=colour, lw=2, label=label)
    for column, marker, label in (
        ("unadjusted_estimate", "o", "difference in differences"),
        ("adjusted_estimate", "D", "adjusted to the weeks before"),
    ):
        face = {"ls": "", "marker": marker, "ms": 4.5, "color": ORANGE, "label": label}
        axes.plot(rows[column], places, **face)
    for place, row in zip(places, rows.itertuples(), strict=True):
        text = row.answer
        if pd.notna(row.profit_lower):
            text = f"profit {money(row.profit_lower)} to {money(row.profit_upper)}"
        beside = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
        axes.annotate(text, (1, place), (8, 0), va="center", size=SMALL_SIZE, **beside)
    # A line that is far longer than most is cut.
    low, high = rows["bracket_lower"].quantile(0.1), rows["bracket_upper"].quantile(0.9)
    axes.set_xlim(min(low, 0) - 2, max(high, 0) + 2)
    axes.axvline(0, color="black", linewidth=0.8, zorder=0)
    labels = [
        f"campaign {row.campaign_id} (type {row.campaign_type}, {row.n_compared:.0f})"
        for row in rows.itertuples()
    ]
    row_labels(axes, labels)
    axes.set_xlabel("change of a household's weekly sales, dollars")
    ticks(axes, x="$")
    note = (
        "Each line reaches from the lower 95 % limit of the lower estimate to the "
        "upper limit of the higher one. In brackets the households that were sent the "
        "campaign and can be compared. Profit is that of all of them, after the cost. "
        "A line may go on beyond the picture."
    )
    return finish(axes, "What did each campaign add to sales?", note)


@picture("scope", "relative_week")
def event_study(weeks: pd.DataFrame) -> Figure:
    """Draw how far sales of those sent lie from those of others, week by week.

    Parameters
    ----------
    weeks : DataFrame
        `scope`, `relative_week` (from the start), `estimate`, `ci_lower` and `ci_upper`
        (dollars a household, less those of week -1).
    """
    panels = panels_by(weeks, "scope", n_columns=2, width=4.4, height=2.2)
    for axes, rows in panels:
        axes.set_title(rows["scope"].iloc[0])
        x = rows["relative_week"].to_numpy(float)
        estimate, lower, upper = rows[INTERVAL].to_numpy(float).T
        axes.axvspan(-0.5, max(x) + 0.5, color=PALE, alpha=0.25, lw=0)
        look = {"fmt": "o", "ms": 3.5, "color": BLUE, "label": "with 95 % interval"}
        axes.errorbar(x, estimate, yerr=[estimate - lower, upper - estimate], **look)
        axes.plot(-1, 0, "o", color="black", ms=3.5, label="week -1, by definition 0")
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set_xlabel("weeks from the start")
        ticks(axes, y="$")
    panels[0][0].set_ylabel("dollars a week")
    note = (
        "Sales per household that was sent a campaign less those of the others, as "
        "they are. If dots left of the start lie off the line, the groups moved apart "
        "without the campaign. The shaded weeks are those from the start on."
    )
    return finish(axes, "Did those who were sent a campaign buy more after it?", note)


@picture("is_sent", "relative_week")
def weekly_sales(weeks: pd.DataFrame) -> Figure:
    """Draw what both groups of a campaign bought in the weeks around its start.

    Parameters
    ----------
    weeks : DataFrame
        `is_sent`, `relative_week` (from the start), `mean_sales` and `std_error`
        (dollars a household and week), `n_households`.
    """
    [axes] = grid(1, n_columns=1, width=8, height=3.2)
    looks = {True: (BLUE, "o", "sent the campaign"), False: (ORANGE, "s", "others")}
    for is_sent, (colour, marker, label) in looks.items():
        rows = weeks[weeks["is_sent"] == is_sent]
        if rows.empty:
            continue
        counts = f"{rows['n_households'].max():,} households"
        look = {"color": colour, "marker": marker, "ms": 4, "capsize": 2}
        axes.errorbar(
            rows["relative_week"],
            rows["mean_sales"],
            yerr=1.96 * rows["std_error"],
            label=f"{label} ({counts})",
            **look,
        )
    last = weeks["relative_week"].max() + 0.5
    axes.axvspan(-0.5, last, color=PALE, alpha=0.25, lw=0)
    axes.set(
        xlabel="weeks from the start", ylabel="sales a week, dollars", ylim=(0, None)
    )
    ticks(axes, x="", y="$")
    note = (
        "Mean sales per household with 95 % intervals. Groups that differ before the "
        "start would differ without the campaign, too: the gap alone is no effect. The "
        "shaded weeks are those from the start on."
    )
    return finish(axes, "What did both groups buy?", note)


@picture("relative_week")
def time_course(weeks: pd.DataFrame) -> Figure:
    """Draw what a campaign added from its start on, by week and added up.

    Parameters
    ----------
    weeks : DataFrame
        `relative_week` (from the start), `estimate`, `ci_lower`, `ci_upper` (dollars a
        household and week), `cumulative_estimate`, `cumulative_ci_lower` and
        `cumulative_ci_upper` (dollars a household), `is_placebo_passed`.
    """
    panels = grid(2, n_columns=2, width=4.4, height=2.8)
    titles = {"": "in each week", "cumulative_": "from the start to the week"}
    for axes, (prefix, title) in zip(panels, titles.items(), strict=True):
        x = weeks["relative_week"].to_numpy(float)
        y, lower, upper = (
            weeks[f"{prefix}{name}"].to_numpy(float) for name in INTERVAL
        )
        look = {"fmt": "o", "ms": 3.5, "color": BLUE, "label": "with 95 % interval"}
        axes.errorbar(x, y, yerr=[y - lower, upper - y], **look)
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set_title(title)
        axes.set_xlabel("weeks from the start")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        ticks(axes, x="", y="$")
    panels[0].set_ylabel("sales added, dollars a household")
    note = (
        "Change since the weeks before, of those sent against others like them (doubly "
        "robust)."
    )
    if weeks["is_placebo_passed"].eq(False).any():
        note += (
            " Beware: before the start, where there can be no effect, the same method "
            "finds one, so this is no proof."
        )
    return finish(axes, "What did it add, and does that last?", note)
