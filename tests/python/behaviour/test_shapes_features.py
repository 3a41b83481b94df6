"""Retailers of other shapes: right features, and customers always published."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dbt_runner import query, run_dbt_or_fail
from tiny_canonical import SMALL_CHOICES, Tables, write_tables

pytestmark = pytest.mark.slow

DAY_ONE = pd.Timestamp("2024-03-04")
FEATURES = [
    "recency",
    "frequency",
    "monetary_sales",
    "monetary_std",
    "frequency_per_week",
    "n_products",
    "returned_sales",
    "returned_share",
]
CUSTOMERS = ["build", "--exclude-resource-type", "unit_test", "--select"]
CUSTOMERS += ["+path:models/marts/customers", "+path:models/marts/behaviour"]
CUSTOMERS += ["+path:models/evidence/customers", "+path:models/evidence/behaviour"]


def retailer(
    n_households: int, n_days: int, *, mean_gap: float = 9, price: float = 3.7
) -> Tables:
    """Return sales and products of a shop; prices have four decimals."""
    rng = np.random.default_rng(20)
    rows = []
    for household in range(n_households):
        day = int(rng.integers(1, 15))
        while day <= n_days:
            for product in rng.choice(20, size=int(rng.integers(1, 6)), replace=False):
                quantity = int(rng.integers(1, 4))
                sales = round(quantity * price * (1 + product / 7), 4)
                rows.append((household, day, product, quantity, sales))
            day += 1 + int(rng.exponential(mean_gap * (1 + household % 3)))
    lines = pd.DataFrame(
        rows, columns=["household", "day", "product", "quantity", "sales_value"]
    )
    lines.insert(0, "household_id", lines.pop("household") + 501)
    lines.insert(1, "basket_id", lines.household_id * 1000 + lines.day)
    lines.insert(2, "product_id", lines.pop("product") + 11)
    products = pd.DataFrame(
        {
            "product_id": range(11, 31),
            "department": ["GROCERY", "PRODUCE", "PASTRY", "DRUG GM", "SPIRITS"] * 4,
            "brand": ["Private", "National"] * 10,
        }
    )
    return {"transactions": dated(lines), "products": products}


def dated(lines: pd.DataFrame) -> pd.DataFrame:
    return lines.assign(transacted_on=DAY_ONE + pd.to_timedelta(lines.day - 1, "D"))


def features(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the features of all days by pandas, indexed by household."""
    is_return = (lines.quantity < 0) | (lines.sales_value < 0)
    returned = -lines[is_return].groupby("household_id").sales_value.sum()
    bought = lines[~is_return]
    keys = ["household_id", "basket_id", "day"]
    visits = lines[lines.basket_id.isin(bought.basket_id)]
    baskets = visits.groupby(keys).sales_value.sum().reset_index()
    by_household = baskets.groupby("household_id")
    weeks = lines.day.max() // 7 + (lines.day.max() % 7 > 0)
    tenure_weeks = weeks - (by_household.day.min() - 1) // 7
    sales = lines.groupby("household_id").sales_value.sum()
    expected = pd.DataFrame(
        {
            "recency": lines.day.max() - by_household.day.max(),
            "frequency": by_household.size(),
            "monetary_std": by_household.sales_value.std(),
            "frequency_per_week": by_household.size()
            / tenure_weeks.where(tenure_weeks >= 4),
            "n_products": bought.groupby("household_id").product_id.nunique(),
            "returned_sales": returned,
        },
        index=sales.index,
    )
    expected["monetary_sales"] = sales
    zeros = ["frequency", "n_products", "returned_sales"]
    expected[zeros] = expected[zeros].fillna(0)
    expected.loc[expected.frequency == 0, "frequency_per_week"] = 0
    bought_sales = bought.groupby("household_id").sales_value.sum()
    expected["returned_share"] = expected.returned_sales / bought_sales
    return expected[FEATURES]


def with_returns(tables: Tables) -> Tables:
    """Give goods back: on days of their own, in later baskets, and of earlier years."""
    lines = tables["transactions"]
    rng = np.random.default_rng(5)
    back = lines[lines.product_id < 16].sample(frac=0.1, random_state=rng)
    back = back.assign(quantity=-back.quantity, sales_value=-back.sales_value)
    # Alone: a receipt of nothing but returns, two days after the purchase.
    alone = back[::2]
    alone = alone.assign(basket_id=alone.basket_id + 10**7, day=alone.day + 2)
    # Together: in the household's basket of another day, without the same product.
    together = back[1::2].assign(product_id=99)
    # A household that buys nothing: what it brings back is older than the data.
    old = back[:1].assign(household_id=999, basket_id=10**8, day=30)
    # A correction that gives money back for nothing.
    gift = back[1:2].assign(basket_id=10**8 + 1, quantity=1, day=31)
    returned = pd.concat([alone, together.drop_duplicates("basket_id"), old, gift])
    returned = returned[returned.day <= lines.day.max()]
    return tables | {"transactions": dated(pd.concat([lines, returned]))}


def weighed(tables: Tables) -> Tables:
    lines = tables["transactions"].copy()
    is_weighed = lines.product_id % 5 == 2
    lines["quantity"] = lines.quantity.astype(float)
    lines.loc[is_weighed, "quantity"] *= 0.345
    return tables | {"transactions": lines}


def without_products(tables: Tables) -> Tables:
    return {"transactions": tables["transactions"]}


def with_own_words(tables: Tables) -> Tables:
    """Departments and demographics that no seed knows."""
    products = tables["products"]
    households = tables["transactions"].household_id.unique()
    return tables | {
        "products": products.assign(department="Aisle " + products.department),
        "households": pd.DataFrame(
            {
                "household_id": households,
                "age": np.where(households % 2 == 0, "under 40", "40 and more"),
                "club": np.where(households % 3 == 0, "gold", None),
                # Called like a feature.
                "frequency": np.where(households % 5 == 0, "often", "seldom"),
            }
        ),
    }


def one_visit_each(tables: Tables) -> Tables:
    lines = tables["transactions"]
    first = lines.groupby("household_id").day.transform("min")
    return tables | {"transactions": lines[lines.day == first]}


SHAPES: dict[str, Callable[[], Tables]] = {
    # 10^12 of a small currency in a household, no products; returns, weights.
    "any_currency": lambda: without_products(
        weighed(with_returns(retailer(36, 210, price=2_123_456_789.0123)))
    ),
    "twelve_weeks_of_own_words": lambda: with_own_words(
        with_returns(weighed(retailer(45, 84)))
    ),
    "too_few_for_segments": lambda: with_returns(retailer(12, 120)),
    "one_household": lambda: retailer(1, 120),
    "one_visit_each": lambda: one_visit_each(retailer(40, 120)),
}


@pytest.fixture(scope="module", params=SHAPES)
def built(
    request: pytest.FixtureRequest, scratch_folder: Path
) -> tuple[str, Tables, Path]:
    """A shape, its tables and its warehouse, all of whose data tests passed."""
    tables = SHAPES[request.param]()
    folder = scratch_folder / "shapes" / request.param
    write_tables(tables, folder / "raw")
    warehouse = folder / "build" / "retail_uplift.duckdb"
    edition = {"edition": "canonical", "raw_dir": str(folder / "raw")}
    small = dict(SMALL_CHOICES) | {"segment_bootstraps": 4}
    run_dbt_or_fail(CUSTOMERS, warehouse, vars=edition | small)
    return request.param, tables, warehouse


def test_features_are_those_of_pandas(built):
    _, tables, warehouse = built
    expected = features(tables["transactions"])
    columns = ", ".join(FEATURES)
    rows = query(
        warehouse,
        f"select household_id, {columns} from marts.dim_households order by 1",
    )
    found = pd.DataFrame(rows, columns=["household_id", *FEATURES])
    found = found.set_index("household_id").astype(float)
    pd.testing.assert_frame_equal(
        found, expected.astype(float), rtol=1e-12, atol=0.0051, check_index_type=False
    )
    # Spreads and shares are not rounded to cents.
    for feature in ("monetary_std", "returned_share", "frequency_per_week"):
        np.testing.assert_allclose(found[feature], expected[feature], rtol=1e-9)


def test_sales_of_all_households_are_the_net_sales_to_the_last_decimal(built):
    _, tables, warehouse = built
    [(found,)] = query(
        warehouse,
        "select sum(monetary_sales) from intermediate.int_window_features"
        " where window_id = 'full'",
    )
    ten_thousandths = np.round(tables["transactions"].sales_value * 1e4).astype("int64")
    assert int(found * 10_000) == sum(ten_thousandths.tolist())


def test_every_household_has_a_segment_a_tier_a_need_and_a_value(built):
    name, tables, warehouse = built
    households = set(tables["transactions"].household_id)
    rows = query(
        warehouse,
        "select household_id, source_household_id, segment_name, value_tier, need_type,"
        " clv, strategy from marts.dim_households inner join marts.dim_segments"
        " using (segment_id, segment_name)",
    )
    assert {row[0] for row in rows} == households
    assert len(rows) == len(households)
    assert all(row[1] == str(row[0]) for row in rows)
    assert all(value is not None for row in rows for value in row)
    segments = {row[2] for row in rows}
    if len(households) < 30:
        assert segments == {"All Households"}
        [(reason,)] = query(
            warehouse, "select reason from intermediate.int_chosen_segments"
        )
        assert f"There are {len(households)} households" in reason
        assert {row[4] for row in rows} == {"Not told apart"}
    elif name != "one_visit_each":
        assert len(segments) > 1


def test_what_no_product_says_takes_part_in_no_fit_and_is_named(built):
    name, _, warehouse = built
    shares = ["grocery", "fresh", "bakery", "health_beauty", "alcohol", "other"]
    unknown: set[str] = set()
    if name in ("any_currency", "twelve_weeks_of_own_words"):
        unknown |= {f"share_{category}" for category in shares}
    if name == "any_currency":
        unknown |= {"n_departments", "private_label_ratio"}
    named = query(
        warehouse,
        "select feature from evidence.fct_feature_diagnostics"
        " where unknown_because is not null",
    )
    assert {feature for (feature,) in named} == unknown
    fitted = query(
        warehouse, "select distinct feature from evidence.fct_factor_loadings"
    )
    assert not {feature for (feature,) in fitted} & unknown
    for feature in unknown:
        [(n_values,)] = query(
            warehouse, f"select count({feature}) from marts.fct_household_features"
        )
        assert n_values == 0


def test_own_demographics_are_compared_between_segments(built):
    name, _, warehouse = built
    tested = query(
        warehouse,
        "select variable, n_categories from evidence.fct_segment_tests"
        " where variable_group = 'demographic'",
    )
    expected = {("age", 2), ("club", 1), ("own_frequency", 2)}
    assert set(tested) == (expected if name == "twelve_weeks_of_own_words" else set())
