"""The descriptions of shopping against pandas, from the bundled raw files."""

import re

import duckdb
import numpy as np
import pandas as pd
import pytest

from retail_uplift.warehouse_plugin import bundled_data_dir

pytestmark = pytest.mark.slow

UNCOUNTED = {"FUEL", "MISCELLANEOUS"}  # quantities in thousandths


def raw(query: str) -> pd.DataFrame:
    """Rows of the raw files, which are named in braces."""
    with duckdb.connect() as connection:
        folder = bundled_data_dir()
        return connection.sql(
            re.sub(r"\{(\w+)\}", rf"'{folder}/\1.parquet'", query)
        ).df()


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """Every raw line with its product, in the shops' own time."""
    found = raw(
        "from {transactions} left join (select product_id, department, brand from "
        "{products}) as products using (product_id)"
    )
    stamps = found["transaction_timestamp"].dt.tz_localize("UTC")
    found["moment"] = stamps.dt.tz_convert("America/New_York")
    found["department"] = found["department"].fillna("UNKNOWN")
    return found


def built(real: duckdb.DuckDBPyConnection, table: str, *keys: str) -> pd.DataFrame:
    return real.sql(f"from marts.{table}").df().set_index(list(keys)).sort_index()


def test_visits_fall_into_their_own_hour(lines, real):
    visits = lines.groupby("basket_id").agg(
        moment=("moment", "min"), sales=("sales_value", "sum")
    )
    hour = [visits["moment"].dt.day_of_week + 1, visits["moment"].dt.hour]
    expected = visits.groupby(hour)["sales"].agg(["size", "sum"])
    found = built(real, "fct_shopping_times", "weekday_number", "hour")
    assert found["n_visits"].tolist() == expected["size"].tolist()
    np.testing.assert_allclose(found["sales"], expected["sum"], rtol=1e-9)
    # Open on 364 days: 2017-01-01 was a Sunday, and Christmas Day a Monday.
    per_day = found["n_visits"] / found["visits_per_day"]
    days = per_day.groupby(level=0).agg(["min", "max"]).round(6)
    assert days["min"].tolist() == [51, 52, 52, 52, 52, 52, 53]
    assert days["max"].tolist() == days["min"].tolist()


def test_the_largest_baskets_bring_most_of_the_sales(lines, real):
    totals = lines.groupby("basket_id")["sales_value"].sum().round(2).sort_values()
    found = built(real, "fct_basket_profiles", "measure", "bin").loc["sales"]
    ends = found["n_visits"].cumsum()
    expected = np.diff(totals.cumsum().to_numpy()[ends - 1], prepend=0)
    np.testing.assert_allclose(found["share_of_sales"], expected / totals.sum())
    products = lines[lines["quantity"] > 0].groupby("basket_id").size()
    found = built(real, "fct_basket_profiles", "measure", "bin").loc["products"]
    bins = np.minimum(np.floor(np.log2(products)), 6) + 1
    assert (
        found["n_visits"].drop(0).tolist()
        == bins.value_counts(sort=False).sort_index().tolist()
    )


def test_stores_add_up_and_each_household_has_one_main_store(lines, real):
    expected = lines.groupby("store_id").agg(
        n_visits=("basket_id", "nunique"),
        n_households=("household_id", "nunique"),
        sales=("sales_value", "sum"),
    )
    found = built(real, "fct_store_profiles", "store_id")
    pd.testing.assert_frame_equal(
        found[expected.columns], expected, check_dtype=False, rtol=1e-9
    )
    assert found["n_main_households"].sum() == lines["household_id"].nunique()


def test_prices_are_those_of_the_formulas(lines, real):
    sold = lines[(lines["quantity"] > 0) & ~lines["department"].isin(UNCOUNTED)]
    before = sold["sales_value"] + sold["retail_disc"] + sold["coupon_match_disc"]
    prices = sold.assign(
        shelf_price=before / sold["quantity"],
        unit_price=sold["sales_value"] / sold["quantity"],
    ).groupby(["department", "product_id"])
    means = prices[["shelf_price", "unit_price"]].mean()
    spread = prices["shelf_price"].std()
    products = built(real, "dim_products", "department", "product_id").loc[means.index]
    np.testing.assert_allclose(products[means.columns], means, atol=1e-9)
    np.testing.assert_allclose(products["shelf_price_std_dev"], spread, atol=1e-5)

    found = built(real, "fct_product_profiles", "department")
    quartiles = means["shelf_price"].groupby("department").quantile([0.25, 0.5, 0.75])
    names = [
        f"{name}_shelf_price" for name in ("lower_quartile", "median", "upper_quartile")
    ]
    np.testing.assert_allclose(
        found.loc[quartiles.index.levels[0], names], quartiles.unstack(), atol=1e-9
    )
    assert set(found.index[~found["counts_units"]]) == UNCOUNTED


def test_pareto_counts_the_best_sellers(lines, real):
    sold = lines[lines["quantity"] > 0]
    sales = sold.groupby(["department", "product_id"])["sales_value"].sum()
    ranked = sales.sort_values(ascending=False)
    shares = ranked.groupby("department").cumsum() / sales.groupby("department").sum()
    found = built(real, "fct_product_profiles", "department")
    few = (shares < 0.8 - 1e-12).groupby("department").sum() + 1
    expected = few / sales.groupby("department").size()
    np.testing.assert_allclose(
        found["share_of_products_for_80_percent"], expected.loc[found.index]
    )


def test_exposure_is_what_the_store_placed_in_that_week(lines, real):
    keys = ["product_id", "store_id", "week"]
    placed = raw(
        "select product_id, store_id, week, "
        "bool_or(display_location != '0') as display, "
        "bool_or(mailer_location != '0') as mailer from {promotions} "
        "semi join {transactions} using (product_id, store_id, week) group by all"
    )
    recorded = lines["week"].isin(raw("select distinct week from {promotions}")["week"])
    kept = (lines["quantity"] > 0) & recorded & ~lines["department"].isin(UNCOUNTED)
    sold = lines[kept].merge(placed, "left", keys).fillna({"brand": "UNKNOWN"})
    for name in ("display", "mailer"):
        sold[name] = sold[name].eq(True)
    sold["both"] = sold["display"] & sold["mailer"]
    expected = sold.groupby(["department", "brand"])[
        ["display", "mailer", "both"]
    ].mean()
    found = built(real, "fct_promotion_exposure", "department", "brand")
    columns = ["displayed_share", "mailer_share", "combined_share"]
    np.testing.assert_allclose(found[columns], expected.loc[found.index])


def test_campaigns_are_dated_as_stated(real):
    found = built(real, "fct_campaign_profiles", "campaign_id")
    stated = raw("from {campaign_descriptions}").set_index("campaign_id").sort_index()
    for column in ("start_date", "end_date"):
        expected = pd.to_datetime(stated[column]).dt.normalize()
        assert (pd.to_datetime(found[column]) == expected).all()
