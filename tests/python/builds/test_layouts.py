"""The recipes of USE_YOUR_OWN_DATA.md, each on invented data of its layout.

What is right is computed here with pandas from the files as the layout writes them.
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from dbt_runner import REPOSITORY, query, run_dbt_or_fail
from tiny_canonical import SMALL_FITS

from retail_uplift import simulate
from retail_uplift.simulation.layouts import LAYOUTS

PAGE = REPOSITORY / "models" / "staging" / "canonical" / "USE_YOUR_OWN_DATA.md"
SELECTED = ["--select", "+fct_household_features", "+int_trial_units", "+stg_*"]
BUILD = [*("build", "--exclude-resource-type", "test", "unit_test"), *SELECTED]
# What the page says to set for a layout.
SETTINGS = {
    "hillstrom": {"lookback_days": 360, "min_outcome_days": 14, "washout_days": 0}
}


@dataclass(frozen=True)
class Built:
    """A layout's raw files and the warehouse that the recipe leads to."""

    raw: Path
    warehouse: Path

    def figures(self) -> tuple[int, float]:
        """Return the households and their net sales, as staging has them."""
        ((n_households, sales),) = query(
            self.warehouse,
            "select count(distinct household_id), sum(sales_value) "
            "from staging.stg_transactions",
        )
        return n_households, float(sales)

    def arms(self) -> list[tuple[str, int, int]]:
        """Return how many were sent each campaign and held out of it."""
        return query(
            self.warehouse,
            "select coalesce(source_ids.source_id, cast(targets.campaign_id as "
            "varchar)),"
            " count(*) filter (where is_sent), count(*) filter (where not is_sent) "
            "from staging.stg_campaign_targets as targets "
            "left join staging.stg_source_ids as source_ids on id_type = 'campaign' "
            "and id = targets.campaign_id group by all order by all",
        )


def recipe(layout: str) -> str:
    """Return the SQL that the page gives for a layout."""
    page = PAGE.read_text(encoding="utf-8")
    (sql,) = re.findall(
        rf"(?ms)^`--layout {layout}`.*?^```sql\n(.*?)^```$", page.split("## Recipes")[1]
    )
    return sql


def test_the_page_has_a_recipe_for_each_layout():
    named = re.findall(r"(?m)^`--layout (\w+)`", PAGE.read_text(encoding="utf-8"))
    assert named == list(LAYOUTS)


@pytest.fixture(scope="module")
def built(scratch_folder: Path):
    """Return a function that writes, exports and builds a layout once."""

    @cache
    def build(layout: str) -> Built:
        folder = scratch_folder / "layouts" / layout
        assert simulate.main(["--layout", layout, "--out", str(folder)]) == 0
        (folder / "canonical").mkdir()
        sql = recipe(layout)
        here = os.getcwd()
        try:
            os.chdir(folder)
            duckdb.connect().execute(sql)
        finally:
            os.chdir(here)
        warehouse = folder / "build" / "retail_uplift.duckdb"
        edition = {"edition": "canonical", "raw_dir": str(folder / "canonical")}
        settings = SETTINGS.get(layout, {})
        run_dbt_or_fail(BUILD, warehouse, vars=edition | SMALL_FITS | settings)
        assert query(warehouse, "select * from staging.stg_rejected_rows") == []
        return Built(folder, warehouse)

    return build


def test_online_retail_nets_its_returns(built):
    shop = built("online_retail")
    raw = pd.read_csv(
        shop.raw / "online_retail_II.csv", dtype={"Invoice": str, "StockCode": str}
    )
    raw = raw[~raw.StockCode.isin(["POST", "M", "B", "BANK CHARGES"])]
    known = raw[raw["Customer ID"].notna()]
    cents = (known.Quantity * known.Price * 100).round().astype(int)
    assert shop.figures() == (
        known["Customer ID"].nunique(),
        pytest.approx(cents.sum() / 100, abs=1e-6),
    )
    returns = known[known.Invoice.str.startswith("C")]
    assert len(returns) > 100
    ((n_returns, returned),) = query(
        shop.warehouse,
        "select count(*), sum(sales_value) from staging.stg_transactions where "
        "is_return",
    )
    assert n_returns == len(returns.drop_duplicates(["Invoice", "StockCode"]))
    assert float(returned) == pytest.approx(
        float((returns.Quantity * returns.Price).sum())
    )
    # A return is no visit.
    sold = known[known.Quantity > 0]
    visits = query(
        shop.warehouse,
        "select household_id, frequency from marts.fct_household_features "
        "where window_id = 'full' order by 1",
    )
    expected = sold.groupby("Customer ID").Invoice.nunique()
    assert visits == [(int(who), n) for who, n in expected.items()]
    ((n_guests,),) = query(
        shop.warehouse, "select sum(n_lines) from staging.stg_left_out_sales"
    )
    guests = raw[raw["Customer ID"].isna()]
    assert n_guests in (
        len(guests),
        len(guests.drop_duplicates(["Invoice", "StockCode"])),
    )


def test_cdnow_needs_no_more_than_customer_date_and_amount(built):
    shop = built("cdnow")
    raw = pd.read_fwf(
        shop.raw / "CDNOW_master.txt",
        widths=[6, 9, 3, 8],
        names=["customer", "date", "discs", "amount"],
        dtype={"customer": str},
    )
    assert shop.figures() == (
        raw.customer.nunique(),
        pytest.approx(raw.amount.sum(), abs=1e-6),
    )
    # Ids keep their leading zeros, and a day's purchases are one basket.
    rows = query(
        shop.warehouse,
        "select source_id, frequency from marts.fct_household_features as features "
        "inner join staging.stg_source_ids as source_ids "
        "on features.household_id = source_ids.id and id_type = 'household' "
        "where window_id = 'full' order by 1",
    )
    assert rows == list(raw.groupby("customer").date.nunique().items())


def test_hillstrom_compares_each_version_with_the_control_arm(built):
    shop = built("hillstrom")
    raw = pd.read_csv(shop.raw / "hillstrom.csv")
    assert shop.figures() == (
        len(raw),
        pytest.approx((raw.history + raw.spend).sum(), abs=1e-6),
    )
    n = raw.segment.value_counts()
    assert shop.arms() == [
        ("Mens E-Mail", n["Mens E-Mail"], n["No E-Mail"]),
        ("Womens E-Mail", n["Womens E-Mail"], n["No E-Mail"]),
    ]
    ((n_treated, n_control),) = query(
        shop.warehouse,
        "select count(*) filter (where is_treated), "
        "count(*) filter (where not is_treated) "
        "from intermediate.int_trial_units where design = 'randomised_holdout'",
    )
    assert n_treated == n["Mens E-Mail"] + n["Womens E-Mail"]
    assert n_control == 2 * n["No E-Mail"]


def test_x5_takes_words_as_ids_and_its_flag_as_a_holdout(built):
    shop = built("x5")
    words = {"client_id": str, "product_id": str, "transaction_id": str}
    raw = pd.read_csv(shop.raw / "purchases.csv", dtype=words)
    flags = pd.read_csv(shop.raw / "uplift_train.csv", dtype=words)
    assert shop.figures() == (
        raw.client_id.nunique(),
        pytest.approx(raw.trn_sum_from_iss.sum(), abs=1e-6),
    )
    known = flags[flags.client_id.isin(raw.client_id)]
    n_sent = int(known.treatment_flg.sum())
    assert shop.arms() == [("mailing", n_sent, len(known) - n_sent)]


def test_a_loyalty_chain_keeps_restarting_receipts_apart(built):
    shop = built("loyalty_chain")
    raw = pd.concat(
        pd.read_csv(file, sep=";", decimal=",", dtype={"card_no": str, "article": str})
        for file in sorted((shop.raw / "receipts").iterdir())
    )
    known = raw[raw.card_no.notna()]
    assert shop.figures() == (
        known.card_no.nunique(),
        pytest.approx(known.amount.sum(), abs=1e-6),
    )
    receipt = ["store_no", "till_no", "date", "receipt_no"]
    ((n_baskets,),) = query(
        shop.warehouse,
        "select count(distinct basket_id) from staging.stg_transactions",
    )
    assert n_baskets == len(known[receipt].drop_duplicates())
    ((n_left_out,),) = query(
        shop.warehouse, "select sum(n_baskets) from staging.stg_left_out_sales"
    )
    assert n_left_out == len(raw[raw.card_no.isna()][receipt].drop_duplicates())
    lists = pd.read_csv(shop.raw / "mailing_lists.csv", sep=";", dtype={"card_no": str})
    lists = lists[lists.card_no.isin(known.card_no)]
    sizes = lists.groupby(["mailing", "grp"]).size()
    assert shop.arms() == [
        (name, sizes[name, "ZG"], sizes[name, "KG"])
        for name in ("SPRING-24", "SUMMER-24")
    ]
