"""Pictures of what is in the data: times of visits, campaigns and promotions."""

from datetime import timedelta
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from retail_uplift.figures.drawing import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PALETTE,
    SMALL_SIZE,
    finish,
    grid,
    heatmap,
    percent,
    picture,
    row_labels,
)

# Lifts: label, colour and marker by column.
LIFTS = {
    "display_lift": ("on display alone", ORANGE, "o"),
    "mailer_lift": ("in the mailer alone", BLUE, "s"),
    "combined_lift": ("both", GREEN, "D"),
}
DEPARTMENTS = 20  # rows of the lifts at most


@picture("weekday_number", "hour")
def shopping_times(times: pd.DataFrame) -> Figure:
    """Draw how many visits there are in each hour of the week.

    Parameters
    ----------
    times : DataFrame
        `weekday_number` (1 = Monday), `weekday`, `hour` (0 to 23) and `visits_per_day`
        (in this hour of one such weekday).
    """
    cells = times.pivot(index="weekday_number", columns="hour", values="visits_per_day")
    cells = cells.reindex(columns=range(24)).fillna(0.0)
    names = times.groupby("weekday_number")["weekday"].first()
    axes = heatmap(
        cells,
        rows=[names[number] for number in cells.index],
        columns=[str(hour) for hour in cells],
        texts=cells.map("{:.0f}".format),
        key="visits in an hour of one such day",
        limits=(0, max(cells.to_numpy().max(), 1)),
        cell=(0.34, 0.3),
    )
    note = "Baskets by the hour in which they were paid, in the shop's own time zone."
    return finish(axes, "When do households shop?", note)


@picture("campaign_id")
def campaign_calendar(campaigns: pd.DataFrame) -> Figure:
    """Draw from when to when each campaign ran, and how many ran on each day.

    Parameters
    ----------
    campaigns : DataFrame
        `campaign_id`, `source_campaign_id`, `campaign_type`, `start_date`, `end_date`,
        `n_sent` and `redemption_rate` (0 to 1; NULL if nobody was sent it).
    """
    for end in ("start_date", "end_date"):
        campaigns[end] = pd.to_datetime(campaigns[end])
    rows = campaigns.sort_values(["start_date", "campaign_id"], ignore_index=True)
    height = 0.5 + 0.2 * len(rows)
    ratios = [height, 1.2]
    chart, counts = grid(
        2,
        n_columns=1,
        width=8.8,
        height=(height + 1.2) / 2,
        height_ratios=ratios,
    )
    next_day = timedelta(days=1)
    types = sorted(rows["campaign_type"].unique())
    for kind, colour in zip(types, cycle(PALETTE), strict=False):
        chosen = rows[rows["campaign_type"] == kind]
        days = chosen["end_date"] - chosen["start_date"] + next_day
        look = {"left": chosen["start_date"], "height": 0.7, "color": colour}
        chart.barh(chosen.index, days, label=f"type {kind}", **look)
    for place, row in rows.iterrows():
        known = pd.notna(row["redemption_rate"])
        redeemed = f", {percent(row['redemption_rate'])} redeemed" if known else ""
        text = f" {row['n_sent']:,} sent{redeemed}"
        chart.text(
            row["end_date"] + next_day, place, text, va="center", size=SMALL_SIZE
        )
    row_labels(chart, [f"campaign {name}" for name in rows["source_campaign_id"]])
    first, last = rows["start_date"].min(), rows["end_date"].max()
    days = pd.date_range(first, last + next_day)
    running = [
        int(((rows["start_date"] <= day) & (rows["end_date"] >= day)).sum())
        for day in days
    ]
    counts.step(days, running, where="post", color=GREY)
    counts.set(ylabel="at once", ylim=(0, max(running) + 1))
    for axes in (chart, counts):
        axes.set_xlim(first, last + 0.28 * (last - first))
    mean = np.mean(running[:-1])
    note = (
        f"{mean:.1f} campaigns ran at once on an average day, {max(running)} at most. "
        "Redeemed: share of the households sent that used a coupon of it."
    )
    return finish(chart, "Which campaign ran when?", note)


@picture("department", "brand")
def promotion_lifts(lifts: pd.DataFrame) -> Figure:
    """Draw how much more sells on display and in the mailer, by department and brand.

    Parameters
    ----------
    lifts : DataFrame
        `department`, `brand`, `sales` (sorts them) and `display_lift`, `mailer_lift`,
        `combined_lift` (sales over those without a placement; NULL = too few).
    """
    order = ["sales", "department", "brand"]
    rows = lifts.sort_values(order, ascending=[False, True, True], ignore_index=True)
    rows = rows.head(DEPARTMENTS)
    [axes] = grid(1, n_columns=1, width=7.8, height=1 + 0.24 * len(rows))
    for column, (label, colour, marker) in LIFTS.items():
        values = rows[column].astype(float)
        axes.plot(values, rows.index, marker, color=colour, label=label)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.grid(axis="y", color=PALE, linewidth=0.4)
    axes.set(xlim=(0, None), xlabel="sales over sales of the same shelf without either")
    row_labels(axes, (rows["department"] + ", " + rows["brand"]).tolist())
    note = (
        "An association: shops place what they expect to sell, often at a discount. "
        "1 = as without a placement. Points of fewer than 100 lines are left out."
    )
    return finish(axes, "What sells more on display and in the mailer?", note)
