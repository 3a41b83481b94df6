"""A campaign after the data end: its list is out, and its outcomes come in.

A simulated retailer is written for more days than an analyst has seen. `seen_until`
gives what was there when the list was made; `run_campaign` sends the next campaign to
whoever was drawn and lets the days go by. What the campaign changes follows the world's
law, of what each household did in the days before: who was sent an earlier campaign
responds as anybody else does.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retail_uplift.simulation.trials import (
    EXTRA_LINE_CENTS,
    EXTRA_LINE_SHAPE,
    EXTRA_LINES,
)
from retail_uplift.simulation.worlds import (
    FIRST_DATE,
    LOOKBACK_DAYS,
    Campaign,
    Lookback,
    Settings,
    expected_gain,
    is_worth_sending,
    skip_probability,
    week_of,
)

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Outcome:
    """What became of a campaign.

    Attributes
    ----------
    tables
        The raw tables until the last day of the outcome window.
    truth
        One row per household that shopped before the start day: `household_id`, `y0`
        and `y1` (dollars of sales in the outcome window without and with the campaign),
        `effect` and `is_worth_sending`.
    """

    tables: Tables
    truth: pd.DataFrame


def seen_until(tables: Tables, last_day: int) -> Tables:
    """Return the raw tables as they were at the end of a day.

    Parameters
    ----------
    tables : dict of DataFrame
        The eight canonical tables, by name.
    last_day : int

    Returns
    -------
    dict of DataFrame
        Lines and redemptions until that day, promotions until its week, campaigns that
        had started with their targets and coupons, households that had shopped.
    """
    lines = tables["transactions"]
    redemptions = tables["coupon_redemptions"]
    campaigns = tables["campaigns"]
    promotions = tables["promotions"]
    started = campaigns[campaigns["start_day"] <= last_day]
    lines = lines[lines["day"] <= last_day]
    seen = {
        "transactions": lines,
        "coupon_redemptions": redemptions[redemptions["day"] <= last_day],
        "campaigns": started,
        "promotions": promotions[promotions["week"] <= week_of(last_day)],
    }
    for name in ("campaign_targets", "coupons"):
        table = tables[name]
        seen[name] = table[table["campaign_id"].isin(started["campaign_id"])]
    for name in ("households", "campaign_targets"):
        table = seen.get(name, tables[name])
        seen[name] = table[table["household_id"].isin(lines["household_id"])]
    return tables | seen


def run_campaign(
    tables: Tables,
    settings: Settings,
    campaign: Campaign,
    sent: np.ndarray,
    rng: np.random.Generator,
) -> Outcome:
    """Send a campaign and let the days of its outcome window go by.

    Both arms are made from the same random numbers, one is recorded.

    Parameters
    ----------
    tables : dict of DataFrame
        The eight canonical tables with the days of the outcome window as they would be
        without the campaign.
    settings : Settings
        The world, whose law of effects is applied.
    campaign : Campaign
        The campaign; its share has no meaning here.
    sent : ndarray of int
        Households that it is sent to.
    rng : Generator

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        If the tables hold the campaign already, end before its outcome window does, or
        do not know a household that it is sent to.
    """
    lines = tables["transactions"]
    if campaign.campaign_id in set(tables["campaigns"]["campaign_id"]):
        raise ValueError(f"campaign {campaign.campaign_id} is in the tables already")
    if lines["day"].max() < campaign.outcome_end_day:
        raise ValueError(
            f"the tables end on day {lines['day'].max()}, expected day "
            f"{campaign.outcome_end_day}, the end of the outcome window"
        )
    households = np.unique(lines.loc[lines["day"] < campaign.start_day, "household_id"])
    unknown = np.setdiff1d(sent, households)
    if len(unknown):
        raise ValueError(f"households {unknown.tolist()} did not shop before")

    lookback = _look_back(lines, households, campaign.start_day)
    gain = expected_gain(settings, lookback) * lookback.is_eligible
    skip = pd.Series(skip_probability(settings, lookback), households)
    in_window = lines[
        lines["day"].between(campaign.start_day, campaign.outcome_end_day)
    ]
    baskets = in_window.groupby("basket_id")["household_id"].first()
    chance = baskets.map(skip).fillna(0.0).to_numpy()
    skipped = baskets.index[rng.random(len(baskets)) < chance]
    lost = in_window[in_window["basket_id"].isin(skipped)]
    extra = _extra_lines(tables, households, gain, campaign, rng)

    untreated = _sales(in_window, households)
    effect = _sales(extra, households) - _sales(lost, households)
    is_unsent = ~lost["household_id"].isin(sent)
    recorded = pd.concat(
        [
            lines[~lines["basket_id"].isin(lost.loc[~is_unsent, "basket_id"])],
            extra[extra["household_id"].isin(sent)],
        ],
        ignore_index=True,
    )
    seen = seen_until(tables | {"transactions": recorded}, campaign.outcome_end_day)
    return Outcome(
        tables=seen
        | {
            "campaigns": _with_rows(seen["campaigns"], vars(campaign)),
            "campaign_targets": _with_rows(
                seen["campaign_targets"],
                {"campaign_id": campaign.campaign_id, "household_id": np.unique(sent)},
            ),
        },
        truth=pd.DataFrame(
            {
                "household_id": households,
                "y0": untreated,
                "y1": untreated + effect,
                "effect": effect,
                "is_worth_sending": is_worth_sending(gain),
            }
        ),
    )


def _look_back(lines: pd.DataFrame, households: np.ndarray, start_day: int) -> Lookback:
    """Return what each household did in the days before a start day."""
    days = lines["day"].between(start_day - LOOKBACK_DAYS, start_day - 1)
    rows = lines[days].assign(
        is_item=lambda table: table["quantity"] > 0,
        is_discounted=lambda table: (
            (table["quantity"] > 0) & (table["retail_discount"].astype(float) > 0)
        ),
    )
    by_household = rows.groupby("household_id")
    last_day = by_household["day"].max().reindex(households)
    n_items, n_discounted, n_baskets = (
        counts.reindex(households, fill_value=0).to_numpy()
        for counts in (
            by_household["is_item"].sum(),
            by_household["is_discounted"].sum(),
            by_household["basket_id"].nunique(),
        )
    )
    return Lookback(
        n_baskets=n_baskets,
        sales=_sales(rows, households),
        recency=start_day - 1 - last_day.fillna(start_day - LOOKBACK_DAYS).to_numpy(),
        discount_share=n_discounted / np.maximum(n_items, 1),
    )


def _sales(lines: pd.DataFrame, households: np.ndarray) -> np.ndarray:
    """Return the dollars of each household."""
    cents = (lines["sales_value"].astype(float) * 100).round()
    sums = cents.groupby(lines["household_id"].to_numpy()).sum()
    return sums.reindex(households, fill_value=0.0).to_numpy() / 100


def _extra_lines(
    tables: Tables,
    households: np.ndarray,
    dollars: np.ndarray,
    campaign: Campaign,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw extra baskets in the outcome window, worth ``dollars`` in expectation.

    As in the trials: Poisson numbers of baskets whose lines are gamma distributed.
    """
    lines, products = tables["transactions"], tables["products"]
    worth = EXTRA_LINES * EXTRA_LINE_CENTS / 100
    household = np.repeat(households, rng.poisson(dollars / worth))
    n_baskets = len(household)
    day = rng.integers(campaign.start_day, campaign.outcome_end_day + 1, n_baskets)
    groceries = np.sort(products.loc[products["department"] == "GROCERY", "product_id"])
    # Neighbours, so that no product comes twice in a basket.
    start = rng.integers(len(groceries), size=(n_baskets, 1))
    product = groceries[(start + np.arange(EXTRA_LINES)) % len(groceries)]
    scale = EXTRA_LINE_CENTS / EXTRA_LINE_SHAPE
    cents = rng.gamma(EXTRA_LINE_SHAPE, scale, n_baskets * EXTRA_LINES)
    cents = np.floor(cents + rng.random(len(cents)))
    store = lines.groupby("household_id")["store_id"].last()
    first_basket = lines["basket_id"].max() + 1
    per_line = np.repeat(np.arange(n_baskets), EXTRA_LINES)
    return pd.DataFrame(
        {
            "household_id": household[per_line],
            "basket_id": first_basket + per_line,
            "product_id": product.ravel(),
            "store_id": store.reindex(household).to_numpy()[per_line],
            "day": day[per_line],
            "week": week_of(day[per_line]),
            "transacted_on": (FIRST_DATE + day[per_line] - 1).astype("datetime64[s]"),
            "quantity": 1,
            "sales_value": cents / 100,
            "retail_discount": np.floor(cents / 3) / 100,
            "coupon_discount": 0.0,
            "coupon_match_discount": 0.0,
        }
    )


def _with_rows(table: pd.DataFrame, columns: dict) -> pd.DataFrame:
    """Return the table with the rows that the columns make; others are left out."""
    named = {name: columns[name] for name in table.columns}
    length = max(np.size(values) for values in named.values())
    rows = {name: np.broadcast_to(values, length) for name, values in named.items()}
    return pd.concat([table, pd.DataFrame(rows)], ignore_index=True)
