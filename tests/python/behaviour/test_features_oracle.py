"""`int_window_features` against pandas and polars: hand-made rows and the real year."""

from pathlib import Path
from types import ModuleType

import duckdb
import numpy as np
import pandas as pd
import pytest
from oracles.pandas_features import EXPOSURE, FEATURES, KEYS, window_features

TOLERANCE = 1e-9

INPUTS = {
    "lines": "staging.stg_transactions",
    "products": "staging.stg_products",
    "departments": "seeds.departments",
    "promotions": "staging.stg_promotions",
    "calendar": "intermediate.int_calendar",
    "windows": "intermediate.int_feature_windows",
}


@pytest.fixture(scope="module")
def real_features(real_warehouse: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the features as the warehouse and as the oracle compute them."""
    with duckdb.connect(str(real_warehouse), read_only=True) as connection:
        inputs = {
            name: connection.sql(f"from {table}").df() for name, table in INPUTS.items()
        }
        built = connection.sql("from intermediate.int_window_features").df()
    expected = window_features(**inputs)
    return built.sort_values(KEYS, ignore_index=True), expected


@pytest.fixture(scope="module")
def polars_features() -> ModuleType:
    """The oracle in polars; without polars, its tests are skipped."""
    pytest.importorskip(
        "polars",
        reason="the extra `oracles` is not installed: "
        "pip install --require-hashes -r requirements-oracles.lock",
    )
    from oracles import polars_features

    return polars_features


@pytest.fixture(scope="module")
def real_polars_features(
    polars_features: ModuleType, real_warehouse: Path
) -> pd.DataFrame:
    """Return the features as polars computes them from the tables of the warehouse."""
    with duckdb.connect(str(real_warehouse), read_only=True) as connection:
        inputs = {
            name: connection.sql(f"from {table}").pl().lazy()
            for name, table in INPUTS.items()
        }
    return polars_features.window_features(**inputs).to_pandas()


@pytest.mark.slow
def test_windows_cover_the_year_its_halves_and_every_look_back(real_features):
    built, _ = real_features
    windows = set(built["window_id"])
    assert {"full", "first_half", "second_half", "latest"} < windows
    look_backs = {name for name in windows if name.startswith("lookback_")}
    # TypeA campaigns: 27 has no full look-back of 91 days, 8 none of 182.
    of_type_a = {8, 13, 18}
    # Campaigns of any type that are the first of some household; a window that is moved
    # back needs more days.
    of_any_type = {5, 6, 7, 9, 10, 11, 12, 14, 16, 17, 19, 20} | of_type_a
    assert look_backs == {
        *(f"lookback_{number}" for number in of_any_type),
        *(f"lookback_{number}_45_days" for number in of_type_a),
        *(f"lookback_{number}_182_days" for number in of_type_a - {8}),
        *(f"lookback_{number}_shifted" for number in of_any_type if number >= 10),
    }
    days = built["end_day"] - built["start_day"] + 1
    assert set(days[built["window_id"].str.endswith("_45_days")]) == {45}
    assert set(days[built["window_id"].str.endswith("_182_days")]) == {182}
    assert set(days[built["window_id"].str.endswith("_shifted")]) == {91}


@pytest.mark.slow
def test_warehouse_and_oracle_have_the_same_rows(real_features):
    built, expected = real_features
    rows = [*KEYS, "start_day", "end_day"]
    pd.testing.assert_frame_equal(built[rows], expected[rows], check_dtype=False)


@pytest.mark.slow
@pytest.mark.parametrize("feature", [*FEATURES, *EXPOSURE])
def test_warehouse_feature_equals_the_oracle(real_features, feature):
    built, expected = real_features
    _assert_feature_is_equal(built, expected, feature)


@pytest.mark.slow
def test_polars_and_pandas_have_the_same_rows(real_polars_features, real_features):
    _, expected = real_features
    rows = [*KEYS, "start_day", "end_day"]
    pd.testing.assert_frame_equal(
        real_polars_features[rows], expected[rows], check_dtype=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("feature", [*FEATURES, *EXPOSURE])
def test_polars_feature_equals_pandas_and_the_warehouse(
    real_polars_features, real_features, feature
):
    for other in real_features:
        _assert_feature_is_equal(other, real_polars_features, feature)


def _assert_feature_is_equal(
    frame: pd.DataFrame, expected: pd.DataFrame, feature: str
) -> None:
    values, expected = (
        frame.set_index(KEYS)[feature].astype(float) for frame in (frame, expected)
    )
    pd.testing.assert_index_equal(values.index, expected.index)
    is_equal = np.isclose(
        values, expected, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True
    )
    differing = pd.DataFrame({"is": values, "should be": expected})[~is_equal]
    assert differing.empty, f"{len(differing)} rows differ, such as\n{differing.head()}"


def _hand_made_inputs() -> dict[str, pd.DataFrame]:
    """One shopper with two visits, one with a coupon line only, one without any."""
    lines = pd.DataFrame(
        [
            # household, basket, product, day, week, quantity, sales, retail, coupon
            (1, 11, 101, 2, 1, 3, 6.0, 2.0, 0.0),
            (1, 11, 102, 2, 1, 8000, 20.0, 0.0, 0.0),
            (1, 12, 101, 9, 2, 1, 2.0, 0.0, 1.0),
            (1, 13, 103, 16, 3, 1, 99.0, 0.0, 0.0),
            (2, 21, 103, 14, 2, 0, 0.0, 0.0, 1.0),
            (3, 31, 101, 15, 3, 1, 5.0, 0.0, 0.0),
        ],
        columns=[
            "household_id",
            "basket_id",
            "product_id",
            "day",
            "week",
            "quantity",
            "sales_value",
            "retail_discount",
            "coupon_discount",
        ],
    ).assign(store_id=1, coupon_match_discount=0.0)
    products = pd.DataFrame(
        {
            "product_id": [101, 102],
            "department": ["GROCERY", "FUEL"],
            "brand": ["Private", "National"],
        }
    )
    departments = pd.DataFrame(
        {
            "department": ["GROCERY", "FUEL", "UNKNOWN"],
            "macro_category": ["grocery", "other", "other"],
            "counts_units": [True, False, True],
        }
    )
    promotions = pd.DataFrame(
        {"product_id": [101], "store_id": [1], "week": [2], "display": ["A"]}
    ).assign(mailer="0")
    calendar = pd.DataFrame({"day": range(1, 22)})
    calendar["week"] = (calendar["day"] + 6) // 7
    windows = pd.DataFrame({"household_id": [1, 2, 3]}).assign(
        window_id="full", start_day=1, end_day=14
    )
    return {
        "lines": lines,
        "products": products,
        "departments": departments,
        "promotions": promotions,
        "calendar": calendar,
        "windows": windows,
    }


# Worked out by hand from the definitions; days after 14 lie outside the window.
@pytest.mark.parametrize(
    ("feature", "two_visits", "coupon_only", "no_purchase"),
    [
        ("recency", 5, 0, None),
        ("recency_weeks", 0, 0, None),
        ("active_last_4w", 1, 1, 0),
        ("days_between_purchases_avg", 7, None, None),
        ("days_between_purchases_std", None, None, None),
        ("frequency", 2, 1, 0),
        ("frequency_per_month", None, None, 0),
        ("purchase_regularity", None, None, 0),
        ("transaction_count", 3, 0, 0),
        ("weeks_with_purchase", 2, 1, 0),
        ("monetary_sales", 28, 0, 0),
        ("monetary_actual", 27, -1, 0),
        ("monetary_avg_basket_sales", 14, 0, None),
        ("monetary_std", 24 / 2**0.5, None, None),
        ("coupon_savings_ratio", 1 / 28, None, None),
        ("discount_rate", 3 / 31, 1, None),
        ("discount_usage_pct", 1 / 3, None, None),
        ("private_label_ratio", 2 / 3, None, None),
        ("n_departments", 2, 0, 0),
        ("n_products", 2, 0, 0),
        ("avg_items_per_basket", 2, 0, None),
        ("avg_products_per_basket", 1, 0, None),
        ("share_grocery", 8 / 28, None, None),
        ("share_other", 20 / 28, None, None),
        ("week_coverage", 1, None, None),
        ("display_exposure_rate", 1 / 3, None, None),
        ("mailer_exposure_rate", 0, None, None),
    ],
)
def test_oracle_gives_the_numbers_worked_out_by_hand(
    feature, two_visits, coupon_only, no_purchase
):
    expected = [two_visits, coupon_only, no_purchase]
    np.testing.assert_allclose(
        window_features(**_hand_made_inputs())[feature].astype(float),
        np.array(expected, dtype=float),
        rtol=1e-12,
    )


def test_polars_gives_the_numbers_of_pandas_on_hand_made_rows(polars_features):
    import polars as pl

    inputs = _hand_made_inputs()
    frames = {name: pl.from_pandas(frame).lazy() for name, frame in inputs.items()}
    pd.testing.assert_frame_equal(
        polars_features.window_features(**frames).to_pandas(),
        window_features(**inputs),
        check_dtype=False,
        rtol=1e-12,
    )
