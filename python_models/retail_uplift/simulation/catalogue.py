"""Products with prices, promotions by product, store and week, and coupons."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from retail_uplift.simulation.worlds import Campaign, Settings


class Department(NamedTuple):
    """A department's part in the shop, tuned to that in the bundled real year.

    Attributes
    ----------
    line_share
        Share of all lines.
    product_share
        Share of all products.
    price
        Median price in dollars.
    spread
        Standard deviation of the log price.
    private_share
        Share of lines of the retailer's own brand.
    discount_share
        Share of lines at a discount.
    """

    line_share: float
    product_share: float
    price: float
    spread: float
    private_share: float
    discount_share: float


# Names are those of the seed departments, which maps them to macro categories.
DEPARTMENTS = {
    "GROCERY": Department(0.64, 0.38, 2.08, 0.60, 0.36, 0.574),
    "DRUG GM": Department(0.1, 0.26, 2.35, 0.80, 0.09, 0.298),
    "PRODUCE": Department(0.102, 0.04, 1.54, 0.55, 0.11, 0.242),
    "MEAT-PCKGD": Department(0.0434, 0.03, 2.97, 0.50, 0.24, 0.636),
    "MEAT": Department(0.0343, 0.03, 4.87, 0.55, 0.06, 0.556),
    "DELI": Department(0.0244, 0.03, 3.38, 0.50, 0.20, 0.423),
    "PASTRY": Department(0.0195, 0.03, 2.57, 0.55, 0.45, 0.334),
    "NUTRITION": Department(0.0128, 0.04, 2.56, 0.50, 0.09, 0.451),
    "SEAFOOD-PCKGD": Department(0.0044, 0.01, 4.50, 0.50, 0.56, 0.686),
    "SALAD BAR": Department(0.0038, 0.005, 2.43, 0.50, 0.01, 0.156),
    "COSMETICS": Department(0.0031, 0.05, 3.51, 0.60, 0.11, 0.408),
    "MISCELLANEOUS": Department(0.00462, 0.01, 6.07, 0.90, 0.60, 0.300),
    "FLORAL": Department(0.0018, 0.02, 6.21, 0.65, 0.11, 0.055),
    "SEAFOOD": Department(0.0016, 0.01, 5.67, 0.50, 0.03, 0.377),
    "SPIRITS": Department(0.0008, 0.01, 8.10, 0.50, 0.01, 0.010),
    "CHEF SHOPPE": Department(0.0004, 0.005, 2.34, 0.30, 0.01, 0.078),
    "GARDEN CENTER": Department(0.0004, 0.01, 7.65, 0.80, 0.01, 0.101),
    "TRAVEL & LEISURE": Department(0.0004, 0.005, 2.52, 0.40, 0.01, 0.305),
    "RESTAURANT": Department(0.0003, 0.005, 3.24, 0.60, 0.01, 0.044),
    "COUPON": Department(0.0003, 0.005, 0.90, 0.50, 0.01, 0.316),
    "FROZEN GROCERY": Department(0.0002, 0.005, 2.61, 0.40, 0.01, 0.125),
}
DEPARTMENT_NAMES = tuple(DEPARTMENTS)
N_FUELS = 6
N_WITHOUT_ROW = 17
FIRST_PRODUCT_ID = 100_001

# Zipf's exponent and offset: rank r of a group sells in proportion to (r + offset)^-s.
ZIPF_EXPONENT = 0.85
ZIPF_OFFSET = 1.5

# Promotions go to the products that sell best.
PROMOTED_SHARE = 0.10
PROMOTED_WEEKS = 0.45
PROMOTED_STORES = 0.80
REPEATED_SHARE = 0.001
DISPLAY_CODES = tuple("1234567A9")
MAILER_CODES = ("A", "D", "H", "F", "J", "L", "C", "X")
MAILER_WEIGHTS = (0.66, 0.18, 0.06, 0.05, 0.015, 0.013, 0.012, 0.01)

# Coupons of a campaign, and products that one is good for.
COUPON_COUNTS = {"A": (40, 25), "B": (12, 15), "C": (20, 15)}


@dataclass(frozen=True)
class Catalogue:
    """What is on sale. A product is an index into these arrays.

    The first ones are ordered by department, brand and rank; then come fuels, then the
    products that have no row in the table of products.

    Attributes
    ----------
    product_id
        Public number of each product.
    department
        Index into `DEPARTMENT_NAMES`; -1 for fuels and products without a row.
    is_private
        Whether it is the retailer's own brand.
    cents
        Price of one unit in cents.
    cumulative_demand
        For the regular products: 2 * department + is_private, plus the cumulative share
        of the group's demand. One binary search draws a product of a given group.
    promotion_row
        Row of ``is_promoted``, or -1 for products that are never promoted.
    is_promoted
        Promoted product x week x store.
    """

    product_id: np.ndarray
    department: np.ndarray
    is_private: np.ndarray
    cents: np.ndarray
    cumulative_demand: np.ndarray
    promotion_row: np.ndarray
    is_promoted: np.ndarray

    @property
    def n_regular(self) -> int:
        """Number of regular products."""
        return len(self.cumulative_demand)

    @property
    def first_without_row(self) -> int:
        """Index of the first product without a row in the table of products."""
        return self.n_regular + N_FUELS

    def draw(self, group: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """Return a product of each group, by demand; a group has index 2 d + private.

        Parameters
        ----------
        group
            Group of each draw.
        uniform
            Uniform random numbers in [0, 1), one per draw.
        """
        drawn = np.searchsorted(self.cumulative_demand, group + uniform, side="right")
        return np.minimum(drawn, self.n_regular - 1)


def build_catalogue(rng: np.random.Generator, settings: Settings) -> Catalogue:
    """Return products, prices and the promotion calendar of a simulation."""
    departments, private, cents, cumulative, demand = [], [], [], [], []
    for number, department in enumerate(DEPARTMENTS.values()):
        n_products = max(round(department.product_share * settings.n_products), 8)
        n_private = max(round(0.15 * n_products), 2)
        for is_private, size in ((False, n_products - n_private), (True, n_private)):
            ranks = np.arange(size) + ZIPF_OFFSET
            weights = ranks**-ZIPF_EXPONENT
            weights /= weights.sum()
            noise = rng.normal(size=size)
            prices = department.price * np.exp(department.spread * noise)
            if is_private:
                prices *= 0.8
            departments.append(np.full(size, number))
            private.append(np.full(size, is_private))
            cents.append(np.maximum(np.round(100 * prices), 25))
            # Rounding must not leave a gap below the next group.
            shares = np.cumsum(weights)
            shares[-1] = 1
            cumulative.append(2 * number + is_private + shares)
            brand_share = (
                department.private_share if is_private else 1 - department.private_share
            )
            demand.append(weights * department.line_share * brand_share)
    all_demand = np.concatenate(demand)
    n_regular = len(all_demand)
    n_all = n_regular + N_FUELS + N_WITHOUT_ROW
    n_promoted = round(PROMOTED_SHARE * n_regular)
    promotion_row = np.full(n_all, -1)
    promotion_row[np.argsort(-all_demand, kind="stable")[:n_promoted]] = np.arange(
        n_promoted
    )
    product_week = rng.random((n_promoted, settings.n_weeks)) < PROMOTED_WEEKS
    in_store = (
        rng.random((n_promoted, settings.n_weeks, settings.n_stores)) < PROMOTED_STORES
    )
    tail = N_FUELS + N_WITHOUT_ROW
    return Catalogue(
        product_id=FIRST_PRODUCT_ID + rng.permutation(n_all),
        department=np.concatenate([*departments, np.full(tail, -1)]),
        is_private=np.concatenate([*private, np.full(tail, True)]),
        # The price of fuel is that of a gallon; without a row, lines cost little.
        cents=np.concatenate(
            [*cents, np.full(N_FUELS, 255), np.full(N_WITHOUT_ROW, 50)]
        ).astype(np.int64),
        cumulative_demand=np.concatenate(cumulative),
        promotion_row=promotion_row,
        is_promoted=product_week[:, :, None] & in_store,
    )


def product_table(rng: np.random.Generator, catalogue: Catalogue) -> dict[str, list]:
    """Return the columns of table products; products without a row are left out."""
    n_rows = catalogue.first_without_row
    names = [*DEPARTMENT_NAMES, "FUEL"]
    departments = [names[number] for number in catalogue.department[:n_rows]]
    categories = rng.integers(1, 40, n_rows)
    sizes = rng.integers(1, 65, n_rows)
    has_size = rng.random(n_rows) > 0.3
    return {
        "product_id": catalogue.product_id[:n_rows],
        "manufacturer_id": rng.integers(1, 6_000, n_rows),
        "department": departments,
        "brand": np.where(catalogue.is_private[:n_rows], "Private", "National"),
        "category": [
            f"{name} {k}" for name, k in zip(departments, categories, strict=True)
        ],
        "subcategory": [
            f"{name} {k}-{size % 5}"
            for name, k, size in zip(departments, categories, sizes, strict=True)
        ],
        "package_size": [
            f"{size} OZ" if known else None
            for size, known in zip(sizes, has_size, strict=True)
        ],
    }


def promotion_table(
    rng: np.random.Generator, catalogue: Catalogue
) -> dict[str, np.ndarray]:
    """Return the columns of table promotions, with a few repeated keys at its end."""
    rows, weeks, stores = np.nonzero(catalogue.is_promoted)
    # A product is on display, in the mailer, or both; never neither.
    place = rng.random(len(rows))
    display = np.where(
        place < 0.48, rng.choice(np.array(DISPLAY_CODES), len(rows)), "0"
    )
    mailer = np.where(
        (place >= 0.48) | (place < 0.21),
        rng.choice(np.array(MAILER_CODES), len(rows), p=MAILER_WEIGHTS),
        "0",
    )
    promoted = np.nonzero(catalogue.promotion_row >= 0)[0]
    product_of_row = promoted[np.argsort(catalogue.promotion_row[promoted])]
    n_repeated = max(round(REPEATED_SHARE * len(rows)), 1)
    order = np.concatenate([np.arange(len(rows)), np.arange(n_repeated)])
    return {
        "product_id": catalogue.product_id[product_of_row[rows]][order],
        "store_id": store_ids(stores)[order],
        "week": weeks[order] + 1,
        "display": np.concatenate([display, np.full(n_repeated, "0")]),
        "mailer": np.concatenate([mailer, np.full(n_repeated, "D")]),
    }


def store_ids(stores: np.ndarray) -> np.ndarray:
    """Return the public numbers of stores given by index."""
    return 301 + stores


def coupon_upcs(campaign: Campaign) -> np.ndarray:
    """Return the numbers of a campaign's coupons."""
    n_coupons, _ = COUPON_COUNTS[campaign.campaign_type]
    return 10_000_000 + 1_000 * campaign.campaign_id + np.arange(n_coupons)


def coupon_table(
    rng: np.random.Generator, catalogue: Catalogue, campaigns: list[Campaign]
) -> dict[str, np.ndarray]:
    """Return the columns of table coupons.

    As in the real data some rows are repeated, and a coupon is also good for a product
    that has no row.
    """
    upcs, products, campaign_ids = [], [], []
    for campaign in campaigns:
        _, n_products = COUPON_COUNTS[campaign.campaign_type]
        for upc in coupon_upcs(campaign):
            start = rng.integers(catalogue.n_regular - n_products)
            upcs.append(np.full(n_products, upc))
            products.append(start + np.arange(n_products))
            campaign_ids.append(np.full(n_products, campaign.campaign_id))
    columns = {
        "coupon_upc": np.concatenate(upcs),
        "product_id": np.concatenate(products),
        "campaign_id": np.concatenate(campaign_ids),
    }
    n_rows = len(columns["product_id"])
    columns["product_id"][-1] = catalogue.first_without_row
    columns["product_id"] = catalogue.product_id[columns["product_id"]]
    repeated = rng.choice(n_rows, max(n_rows // 25, 1), replace=False)
    order = np.concatenate([np.arange(n_rows), repeated])
    return {name: values[order] for name, values in columns.items()}
