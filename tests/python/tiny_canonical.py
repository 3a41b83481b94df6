"""Writes a tiny retailer in the canonical schema, with the quirks of the real data.

400 households shop for 40 weeks. The structure is chosen by hand; a generator with a
fixed seed adds the noise, so the same tables come out every time. Quirks: a first week
of five days, quantity-0 coupon lines, fuel counted in thousandths, a product without a
product row, coupons worth more than the sale, repeated coupon and promotion rows,
households with one visit, and campaigns that no study design can use.
"""

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import duckdb
import numpy as np
import pandas as pd

SEED = 20_240_601
N_HOUSEHOLDS = 400
FIRST_HOUSEHOLD = 1_001
N_WEEKS = 40
# Week 1 has five days, so that week = ceil(day / 7) is wrong here as in the real data.
LAST_DAY = 7 * N_WEEKS - 2
DAY_ZERO = pd.Timestamp("2023-01-01")
STORES = (31, 32, 33)

# campaign_id: type, first and last day. With a look-back of 91 days and 28 outcome days
# campaigns 1 and 7 start too early and campaign 4 starts too late.
CAMPAIGNS = {
    1: ("A", 40, 60),
    2: ("A", 100, 126),
    3: ("A", 170, 196),
    4: ("A", 255, 275),
    5: ("B", 110, 140),
    6: ("C", 160, 215),
    7: ("B", 30, 50),
}

# department: number of products, lowest and highest price in cents
DEPARTMENTS = {
    "GROCERY": (40, 99, 799),
    "PRODUCE": (15, 59, 499),
    "MEAT": (10, 299, 1_499),
    "DELI": (8, 249, 899),
    "DRUG GM": (20, 199, 1_599),
    "COSMETICS": (6, 399, 1_299),
    "PASTRY": (8, 149, 599),
    "SPIRITS": (6, 599, 2_499),
    "FLORAL": (3, 399, 1_999),
    "FUEL": (1, 0, 0),
}
FIRST_PRODUCT = 501
PRODUCT_WITHOUT_ROW = 9_999

# Seven ways to shop. Visits per week, lines per visit, share of lines at a discount,
# share of lines with a coupon, relative odds of being sent a campaign, and the
# departments in the order of DEPARTMENTS.
STYLES = (
    # big weekly baskets of everything
    (1.6, 9.0, 0.45, 0.05, 1.5, (10, 5, 4, 2, 3, 1, 2, 1, 0.3, 0.6)),
    # many small fresh baskets
    (2.2, 4.0, 0.30, 0.02, 1.3, (3, 8, 5, 5, 1, 0.3, 1, 0.3, 0.5, 0.2)),
    # dry goods at a discount
    (0.9, 7.0, 0.70, 0.12, 1.2, (12, 1, 1, 0.5, 2, 0.5, 0.5, 0.2, 0.1, 0.1)),
    # drugstore shoppers
    (0.7, 4.0, 0.40, 0.06, 1.0, (2, 0.5, 0.3, 0.2, 9, 5, 0.3, 0.2, 0.3, 0.1)),
    # fuel and a snack
    (1.0, 1.6, 0.15, 0.01, 0.8, (2, 0.3, 0.1, 2, 0.5, 0.1, 1, 0.5, 0.1, 5)),
    # rare baskets with wine and cake
    (0.5, 3.5, 0.25, 0.01, 0.8, (2, 1, 2, 1, 0.5, 0.5, 5, 6, 1, 0.2)),
    # occasional shoppers
    (0.35, 3.0, 0.35, 0.03, 0.6, (5, 2, 1, 1, 1, 0.5, 1, 0.5, 0.3, 0.5)),
)

# The last eight households come once, on these days; the very last one only hands in a
# coupon and buys no item.
SINGLE_VISIT_DAYS = (20, 75, 85, 120, 150, 160, 200, 270)
# One household in sixteen stays away in the outcome windows of campaigns 2 and 3: units
# with an outcome of 0.
ABSENT_STEP = 16
ABSENT_DAYS = (97, 230)

MONEY = ["sales_value", "retail_discount", "coupon_discount", "coupon_match_discount"]

# dbt vars for builds in which the choice of factors and clusters is not the question.
SMALL_CHOICES = MappingProxyType(
    {
        "max_factors": 4,
        "max_segments": 6,
        "max_need_types": 4,
        "selection_bootstraps": 2,
    }
)
# The campaign types of this retailer, and of the simulated ones, that are trials.
TYPE_A = MappingProxyType({"studied_campaign_types": ["A"]})
# dbt vars for builds of this edition: 400 households do not need 200 trees. No test of
# such a build asks how good its predictions are.
SMALL_FITS = MappingProxyType(
    {
        "n_splits": 1,
        # Starting others takes longer than such a fit.
        "fit_processes": 1,
        "forest_trees": 16,
        "effect_max_iter": 20,
        "toc_samples": 20,
        "segment_bootstraps": 4,
        "placebo_replicates": 10,
        "random_covariate_replicates": 10,
        "subset_replicates": 10,
        "bootstrap_replicates": 10,
        **SMALL_CHOICES,
        **TYPE_A,
    }
)

Tables = dict[str, pd.DataFrame]


def week_of(day: np.ndarray) -> np.ndarray:
    """Return the retailer's week of a day: days 1 to 5 are week 1."""
    return 1 + (day + 1) // 7


def write_tiny_folder(
    folder: Path, file_format: Literal["parquet", "csv"] = "parquet"
) -> Path:
    """Write the eight files of the tiny retailer and return their folder."""
    return write_tables(tiny_tables(), folder, file_format)


def write_tables(
    tables: Tables, folder: Path, file_format: Literal["parquet", "csv"] = "parquet"
) -> Path:
    """Write each table as ``<name>.<file_format>`` into a folder, made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    options = "format csv, header" if file_format == "csv" else "format parquet"
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
            path = folder / f"{name}.{file_format}"
            connection.sql(f"copy {name} to '{path}' ({options})")
    return folder


def tiny_tables() -> Tables:
    """Return copies of the eight canonical tables."""
    return {name: table.copy() for name, table in _built_tables().items()}


@cache
def _built_tables() -> MappingProxyType[str, pd.DataFrame]:
    rng = np.random.default_rng(SEED)
    products, prices = _products(rng)
    targets = _campaign_targets(rng)
    coupons = _coupons(rng)
    redemptions = _redemptions(rng, targets, coupons)
    return MappingProxyType(
        {
            "transactions": _transactions(rng, products, prices, targets, redemptions),
            "products": products,
            "households": _households(rng),
            "campaigns": pd.DataFrame(
                [(key, *value) for key, value in CAMPAIGNS.items()],
                columns=["campaign_id", "campaign_type", "start_day", "end_day"],
            ),
            "campaign_targets": targets,
            "coupons": coupons,
            "coupon_redemptions": redemptions,
            "promotions": _promotions(rng, products),
        }
    )


def _style(household_id: int) -> tuple[float, float, float, float, float, tuple]:
    return STYLES[household_id % len(STYLES)]


def _products(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    rows = []
    prices = []
    for department, (n_products, lowest, highest) in DEPARTMENTS.items():
        for number in range(n_products):
            rows.append(
                (
                    FIRST_PRODUCT + len(rows),
                    100 + number % 7,
                    department,
                    "Private" if number % 3 == 0 else "National",
                    f"{department} {number // 4}",
                    f"{department} {number // 2}",
                    None if number % 5 == 0 else f"{number + 1} OZ",
                )
            )
            prices.append(rng.integers(lowest, highest) if highest else 0)
    columns = [
        "product_id",
        "manufacturer_id",
        "department",
        "brand",
        "category",
        "subcategory",
        "package_size",
    ]
    return pd.DataFrame(rows, columns=columns), np.array(prices)


def _campaign_targets(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    type_a = [key for key, (kind, *_) in CAMPAIGNS.items() if kind == "A"]
    for household_id in range(FIRST_HOUSEHOLD, FIRST_HOUSEHOLD + N_HOUSEHOLDS):
        odds = _style(household_id)[4]
        weights = np.array([0.85, *(odds * np.array([0.07, 0.45, 0.40, 0.08]))])
        first = rng.choice([0, *type_a], p=weights / weights.sum())
        if first:
            rows.append((first, household_id))
            rows += [
                (later, household_id)
                for later in type_a
                if later > first and rng.random() < 0.5
            ]
        rows += [
            (campaign_id, household_id)
            for campaign_id, share in ((5, 0.2), (6, 0.2), (7, 0.1))
            if rng.random() < share * odds
        ]
    return pd.DataFrame(
        sorted(rows), columns=["campaign_id", "household_id"], dtype="int64"
    )


def _coupons(rng: np.random.Generator) -> pd.DataFrame:
    n_products = sum(n for n, *_ in DEPARTMENTS.values())
    rows = []
    for campaign_id in CAMPAIGNS:
        for number in range(3):
            chosen = rng.choice(n_products - 1, size=6, replace=False)
            rows += [
                (campaign_id * 1_000 + number, FIRST_PRODUCT + product, campaign_id)
                for product in chosen
            ]
    # The quirks: rows that repeat, and a coupon for a product without a row.
    rows += rows[:5]
    rows.append((2_000, PRODUCT_WITHOUT_ROW, 2))
    return pd.DataFrame(
        rows, columns=["coupon_upc", "product_id", "campaign_id"], dtype="int64"
    )


def _redemptions(
    rng: np.random.Generator, targets: pd.DataFrame, coupons: pd.DataFrame
) -> pd.DataFrame:
    rows = []
    last_regular = FIRST_HOUSEHOLD + N_HOUSEHOLDS - len(SINGLE_VISIT_DAYS)
    for campaign_id, household_id in targets.itertuples(index=False):
        if household_id >= last_regular or rng.random() > 0.15:
            continue
        _, start_day, end_day = CAMPAIGNS[campaign_id]
        upcs = coupons.loc[coupons.campaign_id == campaign_id, "coupon_upc"].unique()
        rows += [
            (household_id, upc, campaign_id, rng.integers(start_day, end_day + 1))
            for upc in rng.choice(upcs, size=rng.integers(1, 3), replace=False)
        ]
    return pd.DataFrame(
        rows, columns=["household_id", "coupon_upc", "campaign_id", "day"]
    ).astype("int64")


def _visit_days(
    rng: np.random.Generator, household_id: int, campaigns: set[int], absent: bool
) -> np.ndarray:
    """Return the sorted days of a household's baskets; a day may occur twice."""
    number = household_id - FIRST_HOUSEHOLD - (N_HOUSEHOLDS - len(SINGLE_VISIT_DAYS))
    if number >= 0:
        return np.array([SINGLE_VISIT_DAYS[number]])
    days = np.arange(1, LAST_DAY + 1)
    rates = np.full(LAST_DAY, _style(household_id)[0] / 7)
    # What a campaign does, so that an effect can be found: 60 % more visits.
    for campaign_id in campaigns:
        _, start_day, end_day = CAMPAIGNS[campaign_id]
        rates[(days >= start_day) & (days <= end_day)] *= 1.6
    if absent:
        rates[(days >= ABSENT_DAYS[0]) & (days <= ABSENT_DAYS[1])] = 0
    return np.repeat(days, rng.poisson(rates))


def _transactions(
    rng: np.random.Generator,
    products: pd.DataFrame,
    prices: np.ndarray,
    targets: pd.DataFrame,
    redemptions: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row per basket and product; money is drawn in whole cents."""
    departments = products.department.to_numpy()
    sizes = {name: size for name, (size, *_) in DEPARTMENTS.items()}
    sent = targets.groupby("household_id").campaign_id.agg(set).to_dict()
    absent = range(FIRST_HOUSEHOLD, FIRST_HOUSEHOLD + N_HOUSEHOLDS, ABSENT_STEP)
    last_household = FIRST_HOUSEHOLD + N_HOUSEHOLDS - 1
    rows = []
    basket_id = 70_000
    for household_id in range(FIRST_HOUSEHOLD, last_household + 1):
        _, n_lines, discount_share, coupon_share, _, weights = _style(household_id)
        odds = np.array(
            [weights[list(sizes).index(name)] / sizes[name] for name in departments]
        )
        odds /= odds.sum()
        visits = _visit_days(
            rng, household_id, sent.get(household_id, set()), household_id in absent
        )
        for day in visits:
            basket_id += 1
            store_id = STORES[household_id % len(STORES)]
            key = (household_id, basket_id)
            if household_id == last_household:
                rows.append((*key, FIRST_PRODUCT, store_id, day, 0, 0, 0, 100, 0))
                continue
            n_chosen = min(1 + rng.poisson(n_lines - 1), 30)
            for product in rng.choice(len(products), n_chosen, replace=False, p=odds):
                product_id = FIRST_PRODUCT + product
                retail = coupon = match = 0
                if departments[product] == "FUEL":
                    quantity = int(rng.integers(6_000, 16_000))
                    sales = quantity * 27 // 100
                else:
                    quantity = 1 + int(rng.poisson(0.3))
                    sales = quantity * int(prices[product])
                    if rng.random() < discount_share:
                        retail = sales * int(rng.integers(5, 35)) // 100
                        sales -= retail
                    if rng.random() < coupon_share:
                        # At times more than the price: actual spend is negative.
                        coupon = int(rng.choice([50, 100, 200]))
                        match = 40 if coupon == 50 else 0
                    # A coupon handed in after its item was paid for.
                    if coupon and rng.random() < 0.1:
                        quantity = sales = retail = 0
                money = (sales, retail, coupon, match)
                rows.append((*key, product_id, store_id, day, quantity, *money))
            if rng.random() < 0.01:
                rows.append((*key, PRODUCT_WITHOUT_ROW, store_id, day, 1, 250, 0, 0, 0))
    # A redeemed coupon is handed in with a basket of its own.
    for household_id, upc, _, day in redemptions.itertuples(index=False):
        basket_id += 1
        product_id = FIRST_PRODUCT + upc % len(products)
        store_id = STORES[household_id % len(STORES)]
        key = (household_id, basket_id)
        rows.append((*key, product_id, store_id, day, 1, 499, 0, 100, 0))
    columns = ["household_id", "basket_id", "product_id", "store_id", "day", "quantity"]
    lines = pd.DataFrame(rows, columns=columns + MONEY).astype("int64")
    lines[MONEY] /= 100
    lines["week"] = week_of(lines.day.to_numpy())
    lines["transacted_on"] = (
        DAY_ZERO + pd.to_timedelta(lines.day, unit="D")
    ).dt.date.astype(object)
    return lines


def _households(rng: np.random.Generator) -> pd.DataFrame:
    """Return demographics of two households in five, as in the real data."""
    household_ids = np.arange(FIRST_HOUSEHOLD, FIRST_HOUSEHOLD + N_HOUSEHOLDS)
    household_ids = household_ids[household_ids % 5 < 2]
    levels = {
        "age": ["19-24", "25-34", "35-44", "45-54", "55-64", "65+"],
        "income": ["Under 15K", "25-34K", "35-49K", "50-74K", "75-99K", "250K+"],
        "home_ownership": ["Homeowner", "Renter", None],
        "marital_status": ["Married", "Unmarried", None],
        "household_size": ["1", "2", "3", "4", "5+"],
        "household_composition": [
            "1 Adult No Kids",
            "1 Adult Kids",
            "2 Adults No Kids",
            "2 Adults Kids",
        ],
        "kids_count": ["0", "1", "2", "3+"],
    }
    return pd.DataFrame(
        {"household_id": household_ids}
        | {
            name: np.array(values, dtype=object)[
                rng.integers(len(values), size=len(household_ids))
            ]
            for name, values in levels.items()
        }
    )


def _promotions(rng: np.random.Generator, products: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for week in range(1, N_WEEKS + 1):
        for store_id in STORES:
            for product in rng.choice(len(products), size=20, replace=False):
                display, mailer = rng.choice(["0", "3", "9", "A"], size=2)
                rows.append((FIRST_PRODUCT + product, store_id, week, display, mailer))
    # The quirk: keys that repeat with another placement.
    rows += [(*key, "0", "D") for *key, _, _ in rows[:25]]
    return pd.DataFrame(
        rows, columns=["product_id", "store_id", "week", "display", "mailer"]
    )
