"""How households shop when nobody sends them anything.

Visits follow the negative binomial model: Poisson with a rate that is gamma distributed
within a household type (Ehrenberg 1988, Repeat-Buying). Lines per basket are negative
binomial as well, departments come from a Dirichlet mix, products within a department
from Zipf's law, and a household comes back to its own favourites. The figures are tuned
so that the 33 features come close to those of the bundled real year.
"""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from retail_uplift.simulation.catalogue import (
    DEPARTMENT_NAMES,
    DEPARTMENTS,
    N_FUELS,
    N_WITHOUT_ROW,
    Catalogue,
)
from retail_uplift.simulation.worlds import FIRST_DATE, Settings, week_of


class HouseholdType(NamedTuple):
    """A way to shop.

    Attributes
    ----------
    share
        Share of households.
    visits
        Mean visits per week.
    lines
        Median of the households' mean lines per basket.
    private, discount
        Shift of the log odds of an own-brand line and of a discounted line.
    fuel
        Share of households that buy fuel.
    tilt
        Factors on departments' shares.
    """

    share: float
    visits: float
    lines: float
    private: float
    discount: float
    fuel: float
    tilt: dict[str, float]


TYPES = (
    # large weekly baskets of everything
    HouseholdType(0.24, 1.01, 13.1, 0.0, 0.05, 0.45, {"MEAT": 1.2}),
    # frequent and fresh
    HouseholdType(
        0.17, 2.30, 8.9, -0.15, 0.0, 0.40, {"PRODUCE": 1.6, "DELI": 1.6, "SEAFOOD": 2.0}
    ),
    # own brands and offers
    HouseholdType(0.22, 1.06, 10.0, 0.35, 0.30, 0.35, {"MEAT-PCKGD": 1.3}),
    # drugstore
    HouseholdType(
        0.12, 0.72, 7.3, -0.30, -0.20, 0.20, {"DRUG GM": 2.0, "COSMETICS": 2.0}
    ),
    # fuel and a snack
    HouseholdType(0.09, 1.44, 6.3, -0.10, -0.15, 0.90, {"DELI": 1.5, "PASTRY": 1.4}),
    # occasional
    HouseholdType(0.16, 0.36, 9.4, 0.0, 0.0, 0.15, {"FLORAL": 2.0, "SPIRITS": 3.0}),
)

# Shape of the gamma distributions: visit rates within a type, lines within a household.
VISIT_SHAPE = 2.1
LINE_SHAPE = 1.1
LINE_SPREAD = 0.55  # of the log mean lines per basket, within a type
MOST_LINES = 110
SECOND_BASKET_SHARE = 0.12  # visits with another basket on the same day

# Concentration of the Dirichlet mix of departments, and the weight of its mean.
MIX_CONCENTRATION = 12.0
MIX_MEAN_WEIGHT = 0.40

PRIVATE_SPREAD = 0.60
DISCOUNT_SPREAD = 0.45
# Log odds of a discount: shift for every line, and odds where a promotion runs.
DISCOUNT_SHIFT = -0.52
PROMOTED_DISCOUNT = 0.90
LEAST_DEPTH, DEPTH_RANGE, DEPTH_POWER = 0.06, 0.58, 1.5
DEPTH_SPREAD = 0.20  # of the log depth between households
MOST_DEPTH = 0.80

N_FAVOURITES = 110
FAVOURITE_SHARE = 0.42

# Coupons of manufacturers, in cents; the retailer adds to most of the small ones.
COUPON_SHARE = 0.0095
COUPON_SHAPE = 0.60
COUPON_CENTS = np.array([35, 50, 55, 75, 100, 100, 150, 200, 300])
MATCHED_SHARE, MATCHED_LIMIT, MATCH_CENTS = 0.90, 75, 45
EMPTY_COUPON_SHARE = 0.25  # coupon lines with quantity 0
WITHOUT_ROW_SHARE = 0.003

FUEL_PER_BASKET = (0.7, 4.5)  # beta distribution of a fuel buyer's fuel per basket

LATE_SHARE, DROPOUT_SHARE = 0.07, 0.055
# Monday to Sunday, and the last two weeks of December.
WEEKDAYS = np.array([0.985, 0.94, 0.92, 0.935, 0.965, 1.11, 1.145])
HOLIDAY_FACTOR = 1.10
STORE_LOYALTY = 0.80


@dataclass(frozen=True)
class Households:
    """Traits of the households of one cell; one entry per household."""

    visits_per_week: np.ndarray
    lines: np.ndarray
    first_day: np.ndarray
    last_day: np.ndarray
    home_store: np.ndarray
    other_store: np.ndarray
    cumulative_mix: np.ndarray
    private_shift: np.ndarray
    discount_shift: np.ndarray
    depth_factor: np.ndarray
    coupon_taste: np.ndarray
    fuel_share: np.ndarray
    has_trait: np.ndarray

    def __len__(self) -> int:
        """Return the number of households."""
        return len(self.lines)


@dataclass(frozen=True)
class Baskets:
    """Baskets: household (index in the cell), day and store (index)."""

    household: np.ndarray
    day: np.ndarray
    store: np.ndarray

    def __len__(self) -> int:
        """Return the number of baskets."""
        return len(self.household)


@dataclass(frozen=True)
class Lines:
    """Lines, ordered by basket (index) and product (index); money in cents."""

    basket: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    sales: np.ndarray
    retail_discount: np.ndarray
    coupon_discount: np.ndarray
    coupon_match_discount: np.ndarray

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.basket)

    def take(self, rows: np.ndarray) -> "Lines":
        """Return the given rows, by mask or by index."""
        return Lines(*(getattr(self, field.name)[rows] for field in fields(self)))


def draw_households(
    rng: np.random.Generator, settings: Settings, n_households: int
) -> Households:
    """Draw the traits of a cell's households."""
    shares = np.array([kind.share for kind in TYPES])
    kinds = rng.choice(len(TYPES), n_households, p=shares / shares.sum())
    mean_visits = np.array([kind.visits for kind in TYPES])[kinds]
    line_share = np.array([d.line_share for d in DEPARTMENTS.values()])
    means = np.array(
        [
            [kind.tilt.get(name, 1.0) for name in DEPARTMENT_NAMES] * line_share
            for kind in TYPES
        ]
    )
    means /= means.sum(axis=1, keepdims=True)
    gammas = rng.gamma(MIX_CONCENTRATION * means[kinds])
    mix = gammas / gammas.sum(axis=1, keepdims=True)
    mix = MIX_MEAN_WEIGHT * means[kinds] + (1 - MIX_MEAN_WEIGHT) * mix
    cumulative_mix = np.cumsum(mix, axis=1)
    cumulative_mix[:, -1] = 1
    last_day = settings.last_day
    is_late = rng.random(n_households) < LATE_SHARE
    first_day = np.where(is_late, rng.integers(1, last_day + 1, n_households), 1)
    drops_out = rng.random(n_households) < DROPOUT_SHARE
    dropout_day = rng.integers(1, last_day + 1, n_households)
    buys_fuel = rng.random(n_households) < np.array([k.fuel for k in TYPES])[kinds]
    fuel_share = rng.beta(*FUEL_PER_BASKET, n_households)
    return Households(
        visits_per_week=mean_visits
        * rng.gamma(VISIT_SHAPE, 1 / VISIT_SHAPE, n_households),
        lines=np.array([kind.lines for kind in TYPES])[kinds]
        * np.exp(LINE_SPREAD * rng.normal(size=n_households)),
        first_day=first_day,
        last_day=np.where(drops_out, np.maximum(dropout_day, first_day), last_day),
        home_store=rng.integers(settings.n_stores, size=n_households),
        other_store=rng.integers(settings.n_stores, size=n_households),
        cumulative_mix=cumulative_mix,
        private_shift=np.array([kind.private for kind in TYPES])[kinds]
        + PRIVATE_SPREAD * rng.normal(size=n_households),
        discount_shift=np.array([kind.discount for kind in TYPES])[kinds]
        + DISCOUNT_SPREAD * rng.normal(size=n_households),
        depth_factor=np.exp(DEPTH_SPREAD * rng.normal(size=n_households)),
        coupon_taste=rng.gamma(COUPON_SHAPE, 1 / COUPON_SHAPE, n_households),
        fuel_share=np.where(buys_fuel, fuel_share, 0.0),
        has_trait=rng.random(n_households) < 0.5,
    )


def season(last_day: int) -> np.ndarray:
    """Return the factor on the visit rate of days 1 to ``last_day``."""
    days = np.arange(1, last_day + 1)
    dates = FIRST_DATE + days - 1
    # 1970-01-01 was a Thursday.
    weekday = (dates.astype(int) + 3) % 7
    weeks = week_of(days)
    wave = 1 + 0.03 * np.sin(2 * np.pi * (weeks - 13) / 52.18)
    return WEEKDAYS[weekday] * wave * np.where(weeks % 52 >= 50, HOLIDAY_FACTOR, 1)


def draw_baskets(
    rng: np.random.Generator, settings: Settings, households: Households
) -> Baskets:
    """Draw all baskets of a cell, ordered by household and day.

    Every household shops at least once, else it would not be in the data.
    """
    days = np.arange(1, settings.last_day + 1)
    rates = households.visits_per_week[:, None] / 7 * season(settings.last_day)
    is_active = (days >= households.first_day[:, None]) & (
        days <= households.last_day[:, None]
    )
    counts = rng.poisson(rates * is_active)
    only_day = rng.integers(households.first_day, households.last_day + 1)
    absent = np.nonzero(counts.sum(axis=1) == 0)[0]
    counts[absent, only_day[absent] - 1] = 1
    visited = np.nonzero(counts)
    n_baskets = counts[visited] + rng.binomial(counts[visited], SECOND_BASKET_SHARE)
    household = np.repeat(visited[0], n_baskets)
    at_home = rng.random(len(household)) < STORE_LOYALTY
    return Baskets(
        household=household,
        day=np.repeat(days[visited[1]], n_baskets),
        store=np.where(
            at_home, households.home_store[household], households.other_store[household]
        ),
    )


def draw_lines(
    rng: np.random.Generator,
    catalogue: Catalogue,
    households: Households,
    baskets: Baskets,
) -> Lines:
    """Draw the lines of a cell's baskets; a product occurs once per basket."""
    basket, product = _draw_products(rng, catalogue, households, baskets)
    # Where a product is drawn twice for a basket the second line is dropped.
    n_products = len(catalogue.product_id)
    keys = np.unique(basket * n_products + product)
    basket, product = np.divmod(keys, n_products)
    n_lines = len(keys)
    household = baskets.household[basket]
    is_fuel = (product >= catalogue.n_regular) & (product < catalogue.first_without_row)
    has_row = product < catalogue.first_without_row
    regular = has_row & ~is_fuel

    quantity = 1 + (rng.random(n_lines) < 0.20) * rng.choice(
        np.array([1, 1, 1, 1, 1, 1, 1, 2, 3, 3]), n_lines
    )
    n_fuel = int(is_fuel.sum())
    quantity[is_fuel] = rng.integers(4_000, 17_000, n_fuel)
    units = np.where(is_fuel, quantity / 1000, quantity)
    list_cents = np.round(units * catalogue.cents[product]).astype(np.int64)

    row = catalogue.promotion_row[product]
    is_promoted = (row >= 0) & catalogue.is_promoted[
        row, week_of(baskets.day[basket]) - 1, baskets.store[basket]
    ]
    # The last entry is that of fuels and products without a row: department -1.
    base = np.array([d.discount_share for d in DEPARTMENTS.values()] + [0.9])
    odds = logit(base)[catalogue.department[product]]
    chance = expit(odds + DISCOUNT_SHIFT + households.discount_shift[household])
    chance = np.where(is_promoted, np.maximum(chance, PROMOTED_DISCOUNT), chance)
    depth = LEAST_DEPTH + DEPTH_RANGE * rng.random(n_lines) ** DEPTH_POWER
    depth = np.minimum(depth * households.depth_factor[household], MOST_DEPTH)
    # Fuel is a few cents cheaper per gallon.
    depth = np.where(is_fuel, 0.04, depth)
    is_discounted = has_row & (rng.random(n_lines) < chance)
    retail_discount = np.where(is_discounted, np.round(depth * list_cents), 0)
    retail_discount = retail_discount.astype(np.int64)

    has_coupon = regular & (
        rng.random(n_lines) < COUPON_SHARE * households.coupon_taste[household]
    )
    coupon = np.where(has_coupon, rng.choice(COUPON_CENTS, n_lines), 0)
    is_matched = (
        has_coupon & (coupon <= MATCHED_LIMIT) & (rng.random(n_lines) < MATCHED_SHARE)
    )
    # A coupon handed in after its item was paid for.
    is_empty = has_coupon & (rng.random(n_lines) < EMPTY_COUPON_SHARE)
    return Lines(
        basket=basket,
        product=product,
        quantity=np.where(is_empty, 0, quantity),
        sales=np.where(is_empty, 0, list_cents - retail_discount),
        retail_discount=np.where(is_empty, 0, retail_discount),
        coupon_discount=coupon,
        coupon_match_discount=np.where(is_matched, MATCH_CENTS, 0),
    )


def _draw_products(
    rng: np.random.Generator,
    catalogue: Catalogue,
    households: Households,
    baskets: Baskets,
) -> tuple[np.ndarray, np.ndarray]:
    """Return basket and product of each line, in no order and with repeats."""
    n_baskets = len(baskets)
    mean_lines = np.maximum(households.lines[baskets.household] - 1, 0.2)
    extra = rng.poisson(rng.gamma(LINE_SHAPE, mean_lines / LINE_SHAPE, n_baskets))
    n_lines = np.minimum(1 + extra, MOST_LINES)
    buys_fuel = rng.random(n_baskets) < households.fuel_share[baskets.household]
    # Half of those who fill up buy nothing else.
    n_lines = np.where(buys_fuel & (rng.random(n_baskets) < 0.5), 0, n_lines)
    basket = np.repeat(np.arange(n_baskets), n_lines)
    household = baskets.household[basket]
    product = _draw_by_taste(rng, catalogue, households, household)

    everyone = np.repeat(np.arange(len(households)), N_FAVOURITES)
    favourites = _draw_by_taste(rng, catalogue, households, everyone)
    favourites = favourites.reshape(len(households), N_FAVOURITES)
    is_favourite = rng.random(len(basket)) < FAVOURITE_SHARE
    # The first favourites are bought most often.
    place = (N_FAVOURITES * rng.random(len(basket)) ** 1.7).astype(np.int64)
    product = np.where(is_favourite, favourites[household, place], product)

    lacks_row = rng.random(len(basket)) < WITHOUT_ROW_SHARE
    without_row = catalogue.first_without_row + rng.integers(
        N_WITHOUT_ROW, size=len(basket)
    )
    product = np.where(lacks_row, without_row, product)

    fuel_basket = np.nonzero(buys_fuel)[0]
    fuel = catalogue.n_regular + rng.integers(N_FUELS, size=len(fuel_basket))
    return np.concatenate([basket, fuel_basket]), np.concatenate([product, fuel])


def _draw_by_taste(
    rng: np.random.Generator,
    catalogue: Catalogue,
    households: Households,
    household: np.ndarray,
) -> np.ndarray:
    """Return a product for each entry of ``household``, by that household's taste."""
    n_departments = len(DEPARTMENT_NAMES)
    # One search in the concatenated distributions of all households.
    steps = (households.cumulative_mix + np.arange(len(households))[:, None]).ravel()
    found = np.searchsorted(steps, household + rng.random(len(household)), side="right")
    department = np.clip(found - household * n_departments, 0, n_departments - 1)
    base = logit(np.array([d.private_share for d in DEPARTMENTS.values()]))
    chance = expit(base[department] + households.private_shift[household])
    is_private = rng.random(len(household)) < chance
    return catalogue.draw(2 * department + is_private, rng.random(len(household)))
