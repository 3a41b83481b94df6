"""Who is sent which campaign, what it changes, and what the shop then records.

A campaign works through the household's first TypeA campaign only; later TypeA
campaigns and all of type B and C change nothing. What it changes lies inside the
outcome window: extra baskets of known expected worth, or baskets that are skipped.
Both arms are built from the same random numbers, one is recorded.

Truth has a row for each TypeA campaign and each household that was sent none before and
bought in the look-back: y0 and y1 are its sales from the start day to the end of the
outcome window without and with the campaign. The early campaign, which has no full
look-back, is among them. Households that were sent an earlier TypeA campaign have no
row; nor has a study a use for them.
"""

from dataclasses import dataclass, fields

import numpy as np

from retail_uplift.simulation.behaviour import (
    COUPON_CENTS,
    Baskets,
    Households,
    Lines,
    draw_baskets,
    draw_households,
    draw_lines,
)
from retail_uplift.simulation.catalogue import Catalogue, coupon_upcs, store_ids
from retail_uplift.simulation.worlds import (
    FIRST_DATE,
    LOOKBACK_DAYS,
    REPEAT_SHARE,
    Campaign,
    Lookback,
    Settings,
    expected_gain,
    is_worth_sending,
    propensity,
    skip_probability,
    week_of,
)

# Households that share a generator; part of what a seed means, like the seed itself.
CELL_HOUSEHOLDS = 250

# Extra baskets: lines per basket and their mean worth in cents.
EXTRA_LINES = 8
EXTRA_LINE_CENTS = 375
EXTRA_LINE_SHAPE = 2.0

REDEEMED_SHARE = 0.03  # per basket of a sent household inside the campaign's days
DEMOGRAPHICS_SHARE = 0.33
BASKETS_PER_HOUSEHOLD = 100_000  # ids of baskets that a household may use

DEMOGRAPHIC_LEVELS = {
    "age": ["19-24", "25-34", "35-44", "45-54", "55-64", "65+"],
    "income": [
        "Under 15K",
        "15-24K",
        "25-34K",
        "35-49K",
        "50-74K",
        "75-99K",
        "100-124K",
        "125-149K",
        "150-174K",
        "250K+",
    ],
    "home_ownership": ["Homeowner", "Homeowner", "Renter", None],
    "marital_status": ["Married", "Unmarried", None],
    "household_size": ["1", "2", "3", "4", "5+"],
    "household_composition": [
        "1 Adult No Kids",
        "1 Adult Kids",
        "2 Adults No Kids",
        "2 Adults Kids",
    ],
    "kids_count": ["0", "0", "1", "2", "3+"],
}

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class CellTables:
    """What one cell adds to the tables that grow with the number of households.

    Money is in whole cents; households are public numbers.
    """

    transactions: Columns
    households: Columns
    campaign_targets: Columns
    coupon_redemptions: Columns
    truth: Columns


@dataclass(frozen=True)
class Shopping:
    """Baskets with the lines in them, and what a look-back needs of each basket."""

    baskets: Baskets
    lines: Lines
    sales: np.ndarray
    n_items: np.ndarray
    n_discounted: np.ndarray

    @classmethod
    def of(cls, baskets: Baskets, lines: Lines) -> "Shopping":
        """Return baskets and lines with the lines' cents and numbers per basket."""

        def count(weights: np.ndarray) -> np.ndarray:
            # Sums of whole numbers below 2^53 are exact in double precision.
            sums = np.bincount(lines.basket, weights, minlength=len(baskets))
            return sums.astype(np.int64)

        is_item = lines.quantity > 0
        return cls(
            baskets=baskets,
            lines=lines,
            sales=count(lines.sales),
            n_items=count(is_item),
            n_discounted=count(is_item & (lines.retail_discount > 0)),
        )


def n_cells(settings: Settings) -> int:
    """Return the number of cells of a simulation."""
    return -(-settings.n_households // CELL_HOUSEHOLDS)


def simulate_cell(
    settings: Settings, catalogue: Catalogue, campaigns: list[Campaign], cell: int
) -> CellTables:
    """Simulate the households of one cell.

    Parameters
    ----------
    settings
        The simulation.
    catalogue
        Products and promotions, the same for every cell.
    campaigns
        The campaign plan.
    cell
        Number of the cell from 0. The result depends on the settings and this number
        alone, never on other cells.
    """
    # One generator per purpose: the worlds of a seed share their households, visits
    # and lines, and differ in targeting and effects only.
    seeds = (
        np.random.SeedSequence(settings.seed, spawn_key=(cell, purpose))
        for purpose in range(4)
    )
    rng_behaviour, rng_audience, rng_effect, rng_record = (
        np.random.default_rng(seed) for seed in seeds
    )
    first = cell * CELL_HOUSEHOLDS
    n_households = min(CELL_HOUSEHOLDS, settings.n_households - first)
    household_ids = np.arange(first + 1, first + n_households + 1)
    households = draw_households(rng_behaviour, settings, n_households)
    baskets = draw_baskets(rng_behaviour, settings, households)
    lines = draw_lines(rng_behaviour, catalogue, households, baskets)
    base = Shopping.of(baskets, lines)

    type_a = [c for c in campaigns if c.campaign_type == "A"]
    truth, parts, skipped, first_sent = _run_trials(
        settings, catalogue, households, base, type_a, rng_audience, rng_effect
    )
    truth["household_id"] = household_ids[truth.pop("household")]
    observed = _join([(base, ~skipped), *parts])
    targets = _draw_targets(
        settings, households, observed, campaigns, first_sent, rng_audience
    )
    redemptions, lines = _redeem(
        households, observed, campaigns, targets, settings.last_day, rng_record
    )
    return CellTables(
        transactions=_transactions(catalogue, household_ids, observed.baskets, lines),
        households=_demographics(rng_record, household_ids),
        campaign_targets={
            "campaign_id": targets["campaign_id"],
            "household_id": household_ids[targets["household"]],
        },
        coupon_redemptions={
            "household_id": household_ids[redemptions.pop("household")],
            **redemptions,
        },
        truth=truth,
    )


def look_back(shoppings: list[Shopping], n_households: int, start_day: int) -> Lookback:
    """Return what each household did in the 91 days before a start day.

    Before day 92 the look-back is as long as the data are.
    """
    visits = np.zeros(n_households)
    sales = np.zeros(n_households)
    items = np.zeros(n_households)
    discounted = np.zeros(n_households)
    last = np.full(n_households, start_day - LOOKBACK_DAYS)
    for shopping in shoppings:
        day = shopping.baskets.day
        rows = np.nonzero((day >= start_day - LOOKBACK_DAYS) & (day < start_day))[0]
        who = shopping.baskets.household[rows]
        visits += np.bincount(who, minlength=n_households)
        sales += np.bincount(who, shopping.sales[rows], n_households)
        items += np.bincount(who, shopping.n_items[rows], n_households)
        discounted += np.bincount(who, shopping.n_discounted[rows], n_households)
        np.maximum.at(last, who, day[rows])
    return Lookback(
        n_baskets=visits.astype(np.int64),
        sales=sales / 100,
        recency=start_day - 1 - last,
        discount_share=discounted / np.maximum(items, 1),
    )


def _run_trials(
    settings: Settings,
    catalogue: Catalogue,
    households: Households,
    base: Shopping,
    type_a: list[Campaign],
    rng_audience: np.random.Generator,
    rng_effect: np.random.Generator,
) -> tuple[Columns, list[tuple[Shopping, np.ndarray]], np.ndarray, np.ndarray]:
    """Send each TypeA campaign to households that were sent none before.

    Returns
    -------
    truth, parts, skipped, first_sent
        The truth of each campaign and eligible household at risk; shopping beside the
        base with a mask of the baskets that are recorded; which base baskets are not;
        and the first TypeA campaign of each household, 0 for none.
    """
    n_households = len(households)
    first_sent = np.zeros(n_households, dtype=np.int64)
    skipped = np.zeros(len(base.baskets), dtype=bool)
    parts: list[tuple[Shopping, np.ndarray]] = []
    unaffected = [base]
    rows: list[Columns] = []
    for campaign in type_a:
        # No household at risk has been changed by a campaign yet, so that its look-back
        # is the recorded one.
        lookback = look_back(unaffected, n_households, campaign.start_day)
        score = propensity(settings, campaign.share, lookback, households.has_trait)
        is_sent = (rng_audience.random(n_households) < score) & (first_sent == 0)
        is_unit = lookback.is_eligible & (first_sent == 0)
        # Not during the campaign that is too early to be a trial: it lies in the first
        # trial's look-back, where the trait would no longer be hidden.
        if settings.world == "hidden_confounder" and campaign.start_day > LOOKBACK_DAYS:
            dollars = settings.hidden_spend * (
                households.has_trait & lookback.is_eligible
            )
            hidden = _extra_shopping(
                rng_effect, catalogue, households, campaign, dollars
            )
            unaffected.append(hidden)
            parts.append((hidden, np.full(len(hidden.baskets), True)))
        gain = expected_gain(settings, lookback) * is_unit
        extra = _extra_shopping(rng_effect, catalogue, households, campaign, gain)
        in_window = (base.baskets.day >= campaign.start_day) & (
            base.baskets.day <= campaign.outcome_end_day
        )
        skip = skip_probability(settings, lookback)[base.baskets.household]
        is_skipped = in_window & (rng_effect.random(len(base.baskets)) < skip)

        untreated = sum(
            _window_sales(part, campaign, n_households) for part in unaffected
        )
        lost = np.bincount(
            base.baskets.household, base.sales * is_skipped, n_households
        ).astype(np.int64)
        treated = untreated - lost + _window_sales(extra, campaign, n_households)
        skipped |= is_skipped & is_sent[base.baskets.household]
        parts.append((extra, is_sent[extra.baskets.household]))
        first_sent[is_sent] = campaign.campaign_id
        units = np.nonzero(is_unit)[0]
        rows.append(
            {
                "campaign_id": np.full(len(units), campaign.campaign_id),
                "household": units,
                "y0": untreated[units],
                "y1": treated[units],
                "effect": (treated - untreated)[units],
                "propensity": score[units],
                "is_sent": is_sent[units],
                "is_worth_sending": is_worth_sending(gain[units]),
                "has_trait": households.has_trait[units],
            }
        )
    return _stack(rows), parts, skipped, first_sent


def _stack(rows: list[Columns]) -> Columns:
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


def _window_sales(
    shopping: Shopping, campaign: Campaign, n_households: int
) -> np.ndarray:
    """Return the cents of each household in the campaign's outcome window."""
    day = shopping.baskets.day
    rows = np.nonzero((day >= campaign.start_day) & (day <= campaign.outcome_end_day))[
        0
    ]
    sums = np.bincount(
        shopping.baskets.household[rows], shopping.sales[rows], n_households
    )
    return sums.astype(np.int64)


def _extra_shopping(
    rng: np.random.Generator,
    catalogue: Catalogue,
    households: Households,
    campaign: Campaign,
    dollars: np.ndarray,
) -> Shopping:
    """Draw extra baskets in the outcome window, worth ``dollars`` in expectation.

    Their number is Poisson. Each has `EXTRA_LINES` discounted lines whose worth is
    gamma distributed and rounded to a cent at random: the expectation is exact.
    """
    n_households = len(households)
    worth = EXTRA_LINES * EXTRA_LINE_CENTS
    n_baskets = rng.poisson(100 * dollars / worth)
    household = np.repeat(np.arange(n_households), n_baskets)
    n_extra = len(household)
    baskets = Baskets(
        household=household,
        day=rng.integers(campaign.start_day, campaign.outcome_end_day + 1, n_extra),
        store=households.home_store[household],
    )
    # Neighbours in the ranks of groceries, so that no product comes twice.
    n_groceries = int(np.sum(catalogue.department == 0))
    start = rng.integers(n_groceries, size=(n_extra, 1))
    product = (start + np.arange(EXTRA_LINES)) % n_groceries
    scale = EXTRA_LINE_CENTS / EXTRA_LINE_SHAPE
    cents = rng.gamma(EXTRA_LINE_SHAPE, scale, n_extra * EXTRA_LINES)
    sales = np.floor(cents + rng.random(len(cents))).astype(np.int64)
    nothing = np.zeros(len(sales), dtype=np.int64)
    lines = Lines(
        basket=np.repeat(np.arange(n_extra), EXTRA_LINES),
        product=np.sort(product, axis=1).ravel(),
        quantity=nothing + 1,
        sales=sales,
        retail_discount=sales // 3,
        coupon_discount=nothing,
        coupon_match_discount=nothing,
    )
    return Shopping.of(baskets, lines)


def _join(parts: list[tuple[Shopping, np.ndarray]]) -> Shopping:
    """Return the recorded baskets, ordered by household and day, with their lines."""
    offsets = np.cumsum([0, *(len(part.baskets) for part, _ in parts)])
    baskets = Baskets(
        *(
            np.concatenate([getattr(part.baskets, field.name) for part, _ in parts])
            for field in fields(Baskets)
        )
    )
    is_recorded = np.concatenate([mask for _, mask in parts])
    order = np.lexsort((baskets.day, baskets.household))
    order = order[is_recorded[order]]
    new_index = np.full(len(baskets), -1)
    new_index[order] = np.arange(len(order))
    line_basket = np.concatenate(
        [
            new_index[part.lines.basket + offset]
            for (part, _), offset in zip(parts, offsets[:-1], strict=True)
        ]
    )
    columns = {
        field.name: np.concatenate(
            [getattr(part.lines, field.name) for part, _ in parts]
        )
        for field in fields(Lines)
    }
    lines = Lines(**(columns | {"basket": line_basket}))
    line_order = np.argsort(line_basket, kind="stable")
    lines = lines.take(line_order[line_basket[line_order] >= 0])
    return Shopping.of(
        Baskets(baskets.household[order], baskets.day[order], baskets.store[order]),
        lines,
    )


def _draw_targets(
    settings: Settings,
    households: Households,
    observed: Shopping,
    campaigns: list[Campaign],
    first_sent: np.ndarray,
    rng: np.random.Generator,
) -> Columns:
    """Return who is sent what: first TypeA campaigns, repeats, types B and C."""
    n_households = len(households)
    type_a_starts = {
        c.campaign_id: c.start_day for c in campaigns if c.campaign_type == "A"
    }
    # A start day after every campaign for households that are never sent a TypeA one.
    first_start = np.array(
        [type_a_starts.get(first, np.iinfo(np.int64).max) for first in first_sent]
    )
    rows = []
    for campaign in campaigns:
        lookback = look_back([observed], n_households, campaign.start_day)
        share = REPEAT_SHARE if campaign.campaign_type == "A" else campaign.share
        score = propensity(settings, share, lookback, households.has_trait)
        is_sent = rng.random(n_households) < score
        if campaign.campaign_type == "A":
            is_sent &= first_start < campaign.start_day
            is_sent |= first_sent == campaign.campaign_id
        who = np.nonzero(is_sent)[0]
        rows.append(
            {"campaign_id": np.full(len(who), campaign.campaign_id), "household": who}
        )
    return _stack(rows)


def _redeem(
    households: Households,
    observed: Shopping,
    campaigns: list[Campaign],
    targets: Columns,
    last_day: int,
    rng: np.random.Generator,
) -> tuple[Columns, Lines]:
    """Let sent households redeem coupons with baskets inside the campaign's days.

    A redeemed coupon is a discount on the basket's first line; sales stay as they are.
    """
    baskets = observed.baskets
    first_line = np.searchsorted(observed.lines.basket, np.arange(len(baskets)))
    coupon_discount = observed.lines.coupon_discount.copy()
    rows = []
    for campaign in campaigns:
        is_sent = np.zeros(len(households), dtype=bool)
        sent = targets["household"][targets["campaign_id"] == campaign.campaign_id]
        is_sent[sent] = True
        end_day = min(campaign.end_day, last_day)
        open_days = (baskets.day >= campaign.start_day) & (baskets.day <= end_day)
        candidates = np.nonzero(open_days & is_sent[baskets.household])[0]
        chance = REDEEMED_SHARE * households.coupon_taste[baskets.household[candidates]]
        redeeming = candidates[rng.random(len(candidates)) < chance]
        upcs = coupon_upcs(campaign)
        np.add.at(
            coupon_discount,
            first_line[redeeming],
            rng.choice(COUPON_CENTS, len(redeeming)),
        )
        rows.append(
            {
                "household": baskets.household[redeeming],
                "coupon_upc": rng.choice(upcs, len(redeeming)),
                "campaign_id": np.full(len(redeeming), campaign.campaign_id),
                "day": baskets.day[redeeming],
            }
        )
    columns = {
        field.name: getattr(observed.lines, field.name) for field in fields(Lines)
    }
    return _stack(rows), Lines(**(columns | {"coupon_discount": coupon_discount}))


def _transactions(
    catalogue: Catalogue, household_ids: np.ndarray, baskets: Baskets, lines: Lines
) -> Columns:
    household = household_ids[baskets.household]
    # Baskets are ordered by household: number them within it.
    first_basket = np.searchsorted(baskets.household, baskets.household)
    number = np.arange(len(baskets)) - first_basket
    basket_id = household * BASKETS_PER_HOUSEHOLD + number
    day = baskets.day[lines.basket]
    return {
        "household_id": household[lines.basket],
        "basket_id": basket_id[lines.basket],
        "product_id": catalogue.product_id[lines.product],
        "store_id": store_ids(baskets.store[lines.basket]),
        "day": day,
        "week": week_of(day),
        "transacted_on": FIRST_DATE.astype(int) + day - 1,
        "quantity": lines.quantity,
        "sales_value": lines.sales,
        "retail_discount": lines.retail_discount,
        "coupon_discount": lines.coupon_discount,
        "coupon_match_discount": lines.coupon_match_discount,
    }


def _demographics(rng: np.random.Generator, household_ids: np.ndarray) -> Columns:
    known = household_ids[rng.random(len(household_ids)) < DEMOGRAPHICS_SHARE]
    return {"household_id": known} | {
        name: np.array(levels, dtype=object)[rng.integers(len(levels), size=len(known))]
        for name, levels in DEMOGRAPHIC_LEVELS.items()
    }
