"""The same year in another layout gives the same features; no trap is fallen into."""

import datetime
import math
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_runner import query, run_dbt_or_fail
from tiny_canonical import write_tiny_folder

from retail_uplift.warehouse_plugin import bundled_data_dir

pytestmark = pytest.mark.slow

# The two-year release counts days from 2016-03-23 and weeks with it.
DAY_SHIFT = 284
WEEK_SHIFT = 40

# Staging and everything that the features need, with the tests of those models alone.
FEATURES = ["build", "--select", "+int_window_features", "+stg_*"]
FEATURES += ["--indirect-selection", "cautious"]
FEATURES += ["--exclude-resource-types", "unit_test"]

# One query per raw file of the two-year release, columns in its order. Its discounts
# are zero or negative, and it has its own names for the demographic levels.
RAW_FILES = {
    "transaction_data": """
        select
            household_id as household_key,
            basket_id as BASKET_ID,
            shopping_date - date '2017-01-01' + 285 as DAY,
            product_id as PRODUCT_ID,
            quantity as QUANTITY,
            sales_value as SALES_VALUE,
            store_id as STORE_ID,
            -retail_disc as RETAIL_DISC,
            strftime(shopping_moment, '%-H%M') as TRANS_TIME,
            week + 40 as WEEK_NO,
            -coupon_disc as COUPON_DISC,
            -coupon_match_disc as COUPON_MATCH_DISC
        from dated_transactions
    """,
    "product": """
        select
            product_id as PRODUCT_ID,
            manufacturer_id as MANUFACTURER,
            department as DEPARTMENT,
            brand as BRAND,
            product_category as COMMODITY_DESC,
            product_type as SUB_COMMODITY_DESC,
            package_size as CURR_SIZE_OF_PRODUCT
        from products
    """,
    "hh_demographic": """
        select
            age as AGE_DESC,
            case marital_status when 'Married' then 'A' when 'Unmarried' then 'B'
                else 'U' end as MARITAL_STATUS_CODE,
            income as INCOME_DESC,
            case home_ownership when 'Probable Homeowner' then 'Probable Owner'
                else coalesce(home_ownership, 'Unknown') end as HOMEOWNER_DESC,
            case when household_comp != '1 Adult No Kids' then household_comp
                when household_id % 2 = 0 then 'Single Male'
                else 'Single Female' end as HH_COMP_DESC,
            household_size as HOUSEHOLD_SIZE_DESC,
            case kids_count when '0' then 'None/Unknown' else kids_count end
                as KID_CATEGORY_DESC,
            household_id as household_key
        from demographics
    """,
    "campaign_table": """
        select
            replace(campaign_type, ' ', '') as DESCRIPTION,
            household_id as household_key,
            campaign_id as CAMPAIGN
        from campaigns
        inner join campaign_descriptions using (campaign_id)
    """,
    "campaign_desc": """
        select
            replace(campaign_type, ' ', '') as DESCRIPTION,
            campaign_id as CAMPAIGN,
            cast(start_date as date) - date '2017-01-01' + 285 as START_DAY,
            cast(end_date as date) - date '2017-01-01' + 285 as END_DAY
        from campaign_descriptions
    """,
    "coupon": """
        select
            coupon_upc as COUPON_UPC,
            product_id as PRODUCT_ID,
            campaign_id as CAMPAIGN
        from coupons
    """,
    "coupon_redempt": """
        select
            household_id as household_key,
            cast(redemption_date as date) - date '2017-01-01' + 285 as DAY,
            coupon_upc as COUPON_UPC,
            campaign_id as CAMPAIGN
        from coupon_redemptions
    """,
    "causal_data": """
        select
            product_id as PRODUCT_ID,
            store_id as STORE_ID,
            week + 40 as WEEK_NO,
            display_location as display,
            mailer_location as mailer
        from promotions
    """,
}


@pytest.fixture(scope="module")
def bundled() -> duckdb.DuckDBPyConnection:
    """Connection with a view on each bundled file, and the shopping date beside UTC."""
    connection = duckdb.connect()
    for path in bundled_data_dir().glob("*.parquet"):
        connection.sql(f"create view {path.stem} as select * from '{path}'")
    connection.sql(
        """
        create view dated_transactions as
        select
            *,
            cast(transaction_timestamp as date) as utc_date,
            timezone('America/New_York', timezone('UTC', transaction_timestamp))
                as shopping_moment,
            cast(shopping_moment as date) as shopping_date
        from transactions
        """
    )
    return connection


@pytest.fixture(scope="module")
def two_year_folder(scratch_folder: Path, bundled: duckdb.DuckDBPyConnection) -> Path:
    """The bundled year as the eight CSV files of the two-year release."""
    folder = scratch_folder / "two_year_raw"
    folder.mkdir()
    for name, sql in RAW_FILES.items():
        bundled.sql(f"copy ({sql}) to '{folder / name}.csv' (format csv, header)")
    return folder


@pytest.fixture(scope="module")
def two_year_warehouse(scratch_folder: Path, two_year_folder: Path) -> Path:
    warehouse = scratch_folder / "two_year" / "retail_uplift.duckdb"
    run_dbt_or_fail(
        FEATURES,
        warehouse,
        vars={
            "edition": "dunnhumby",
            "raw_dir": str(two_year_folder),
            "lookback_days": 91,
            "check_golden_counts": False,
        },
    )
    return warehouse


def scalar(source: Path | duckdb.DuckDBPyConnection, sql: str) -> Any:
    """Return the only value of a query on a warehouse or on the raw files."""
    if isinstance(source, Path):
        rows = query(source, sql)
    else:
        rows = source.sql(sql).fetchall()
    ((value,),) = rows
    return value


def features_that_differ(
    left_warehouse: Path, right_warehouse: Path, *, day_shift: int = 0
) -> tuple[int, dict[str, int]]:
    """Return the number of feature rows and, per column, of those that differ.

    NULL equals NULL; numbers may differ by 1e-9 of their size. A row that only one
    warehouse has counts under ``household_id``.
    """
    columns = [
        name
        for (name,) in query(
            left_warehouse,
            "select column_name from information_schema.columns "
            "where table_schema = 'intermediate' "
            "and table_name = 'int_window_features' and column_name not in "
            "('household_id', 'window_id') order by ordinal_position",
        )
    ]
    days = {"start_day", "end_day", "last_purchase_day"}
    differences = [
        "count(*) filter (where lefts.end_day is null or rights.end_day is null)"
    ]
    for name in columns:
        shift = day_shift if name in days else 0
        left = f"cast(lefts.{name} as double) + {shift}"
        right = f"cast(rights.{name} as double)"
        differences.append(
            f"count(*) filter (where ({left} is null) != ({right} is null) "
            f"or abs({left} - {right}) > 1e-9 * greatest(1, abs({right})))"
        )
    with duckdb.connect() as connection:
        connection.sql(f"attach '{left_warehouse}' as one (read_only)")
        connection.sql(f"attach '{right_warehouse}' as two (read_only)")
        row = connection.sql(
            f"select count(*), {', '.join(differences)} "
            "from one.intermediate.int_window_features as lefts "
            "full join two.intermediate.int_window_features as rights "
            "using (household_id, window_id)"
        ).fetchone()
    assert row is not None
    n_rows, *counts = row
    found = dict(zip(["household_id", *columns], counts, strict=True))
    return n_rows, {name: count for name, count in found.items() if count}


# --- one implementation, every layout -------------------------------------------------


def test_the_two_year_layout_gives_the_same_features(
    real_warehouse: Path, two_year_warehouse: Path
):
    n_rows, differing = features_that_differ(
        real_warehouse, two_year_warehouse, day_shift=DAY_SHIFT
    )
    assert n_rows > 4 * 2_469
    assert differing == {}


@pytest.mark.parametrize(
    ("table", "shifts"),
    [
        ("stg_transactions", {"day": DAY_SHIFT, "week": WEEK_SHIFT}),
        ("stg_products", {}),
        ("stg_households", {}),
        ("stg_campaigns", {"start_day": DAY_SHIFT, "end_day": DAY_SHIFT}),
        ("stg_campaign_targets", {}),
        ("stg_coupons", {}),
        ("stg_coupon_redemptions", {"day": DAY_SHIFT}),
        ("stg_promotions", {"week": WEEK_SHIFT}),
    ],
)
def test_the_two_year_layout_gives_the_same_staging(
    real_warehouse: Path, two_year_warehouse: Path, table: str, shifts: dict[str, int]
):
    columns = query(
        real_warehouse,
        "select column_name from information_schema.columns "
        "where table_schema = 'staging' and table_name = $table order by column_name",
        table=table,
    )

    # Staging views name the warehouse they live in, so two cannot be attached together:
    # the sum of the rows' hashes is compared instead.
    def content(warehouse: Path, shifts: dict[str, int]) -> list[tuple[Any, ...]]:
        shifted = ", ".join(
            f"cast({name} + {shifts[name]} as bigint)" if name in shifts else name
            for (name,) in columns
        )
        return query(
            warehouse,
            f"select count(*), sum(cast(hash({shifted}) as hugeint)) "
            f"from staging.{table}",
        )

    unshifted = dict.fromkeys(shifts, 0)
    assert content(two_year_warehouse, unshifted) == content(real_warehouse, shifts)


def test_csv_and_parquet_give_the_same_features(scratch_folder: Path):
    warehouses = []
    for file_format in ("parquet", "csv"):
        folder = scratch_folder / f"tiny_{file_format}"
        warehouses.append(folder / "retail_uplift.duckdb")
        run_dbt_or_fail(
            [*FEATURES, "test"],
            warehouses[-1],
            vars={
                "edition": "canonical",
                "raw_dir": str(write_tiny_folder(folder / "raw", file_format)),
                "canonical_format": file_format,
            },
        )
    n_rows, differing = features_that_differ(*warehouses)
    assert n_rows > 4 * 400
    assert differing == {}


def test_the_tiny_edition_has_the_quirks_that_other_tests_rely_on(
    tiny_warehouse: Path,
):
    arms = query(
        tiny_warehouse,
        "select campaign_id, is_treated, count(*) "
        "from intermediate.int_trial_units where design = 'first_type_a' "
        "group by all order by all",
    )
    assert [arm[:2] for arm in arms] == [(2, False), (2, True), (3, False), (3, True)]
    assert all(n_units >= 60 for *_, n_units in arms)
    for quirk in (
        "marts.fct_trial_units where not is_treated and purchase_amount = 0",
        "marts.fct_household_features where window_id = 'full' and frequency = 1",
        "marts.fct_household_features where window_id = 'full' and n_products = 0",
        "staging.stg_transactions where quantity = 0 and coupon_discount > 0",
        "intermediate.int_lines where department = 'UNKNOWN'",
        "intermediate.int_lines where department = 'FUEL' and n_units = 0",
        "staging.stg_known_duplicates where n_duplicates > 0",
        "intermediate.int_trial_campaigns where exclusion_reason is not null",
    ):
        assert scalar(tiny_warehouse, f"select count(*) from {quirk}") >= 1


# --- traps: what the naive reading gives, and what ours does -------------------------


def n_split_days(day: str, table: str) -> str:
    return (
        f"select count(*) from (select {day} from {table} "
        f"group by {day} having count(distinct week) > 1)"
    )


def test_utc_dates_split_days_over_two_weeks(
    bundled: duckdb.DuckDBPyConnection, real_warehouse: Path
):
    assert scalar(bundled, n_split_days("utc_date", "dated_transactions")) == 51
    assert scalar(real_warehouse, n_split_days("day", "staging.stg_transactions")) == 0


def test_weeks_start_on_monday(real_warehouse: Path):
    dates = query(
        real_warehouse,
        "select distinct transacted_on, week from staging.stg_transactions",
    )
    first_monday = datetime.date(2016, 12, 26)
    assert len(dates) == 364  # the shops are closed on Christmas Day
    assert all(week == 1 + (date - first_monday).days // 7 for date, week in dates)


def test_a_seventh_of_the_day_is_not_the_week(two_year_warehouse: Path):
    days = query(
        two_year_warehouse, "select distinct day, week from staging.stg_transactions"
    )
    assert all(week == (day + 8) // 7 for day, week in days)
    n_wrong = sum(week != math.ceil(day / 7) for day, week in days)
    assert n_wrong / len(days) == pytest.approx(2 / 7, abs=0.01)


@pytest.mark.parametrize(
    ("file", "naive_names", "staged"),
    [
        (
            "campaign_table.csv",
            ["household_id", "campaign_id", "campaign_type"],
            "stg_campaign_targets",
        ),
        (
            "campaign_table.csv",
            ["campaign_type", "campaign_id", "household_id"],
            "stg_campaign_targets",
        ),
        (
            "hh_demographic.csv",
            ["household_id", *"abcdefg"],
            "stg_households",
        ),
    ],
)
def test_reading_by_position_finds_wrong_households(
    bundled: duckdb.DuckDBPyConnection,
    two_year_folder: Path,
    two_year_warehouse: Path,
    file: str,
    naive_names: list[str],
    staged: str,
):
    naive = bundled.sql(
        "select distinct try_cast(household_id as bigint) from "
        f"read_csv('{two_year_folder / file}', header = false, skip = 1, "
        f"all_varchar = true, names = {naive_names})"
    ).fetchall()
    ours = query(
        two_year_warehouse, f"select distinct household_id from staging.{staged}"
    )
    raw_table = {"stg_households": "demographics"}.get(staged, "campaigns")
    truth = bundled.sql(f"select distinct household_id from {raw_table}").fetchall()
    assert set(ours) == set(truth)
    assert len(set(naive) & set(truth)) < 0.05 * len(truth)


def test_repeated_promotion_keys_would_multiply_lines(
    bundled: duckdb.DuckDBPyConnection, real_warehouse: Path
):
    naive = scalar(
        bundled,
        "select count(*) from transactions "
        "left join promotions using (product_id, store_id, week)",
    )
    assert naive > 1_469_307
    assert scalar(real_warehouse, "select count(*) from intermediate.int_lines") == (
        1_469_307
    )


def test_known_duplicates_are_counted_and_not_rejected(real_warehouse: Path):
    assert query(
        real_warehouse,
        "select table_name, n_duplicates from staging.stg_known_duplicates "
        "order by table_name",
    ) == [("coupons", 4_872), ("promotions", 12_785)]
    for key, table in (
        ("(coupon_upc, product_id, campaign_id)", "stg_coupons"),
        ("(product_id, store_id, week)", "stg_promotions"),
    ):
        n_repeated = f"select count(*) - count(distinct {key}) from staging.{table}"
        assert scalar(real_warehouse, n_repeated) == 0
    assert scalar(real_warehouse, "select count(*) from staging.stg_rejected_rows") == 0


def test_lines_with_quantity_0_carry_a_quarter_of_the_coupon_dollars(
    real_warehouse: Path,
):
    share = scalar(
        real_warehouse,
        "select sum(coupon_discount) filter (where not is_item_line) "
        "/ sum(coupon_discount) from intermediate.int_lines",
    )
    # Dropping them, as the naive reading does, would lose these dollars.
    assert 0.24 < share < 0.26
    staged, featured, item_lines, featured_lines = query(
        real_warehouse,
        """
        select
            (select sum(sales_value - coupon_discount) from staging.stg_transactions),
            (select sum(monetary_actual) from intermediate.int_window_features
                where window_id = 'full'),
            (select count(*) from staging.stg_transactions where quantity > 0),
            (select sum(transaction_count) from intermediate.int_window_features
                where window_id = 'full')
        """,
    )[0]
    assert featured == staged
    assert featured_lines == item_lines < 1_469_307


def test_fuel_is_not_counted_in_units(
    bundled: duckdb.DuckDBPyConnection, real_warehouse: Path
):
    naive = scalar(bundled, "select sum(quantity) from transactions")
    ours = scalar(real_warehouse, "select sum(n_units) from intermediate.int_lines")
    assert naive == 152_923_108
    assert ours < 0.05 * naive
    # What is left is a plausible number per line.
    assert 1 < ours / 1_469_307 < 2


def test_lines_without_a_product_row_stay(
    bundled: duckdb.DuckDBPyConnection, real_warehouse: Path
):
    inner_join = (
        "select count(*) from transactions inner join products using (product_id)"
    )
    assert scalar(bundled, inner_join) == 1_469_307 - 4_836
    unknown = "select count(*) from intermediate.int_lines where department = 'UNKNOWN'"
    assert scalar(real_warehouse, unknown) == 4_836


def test_coupons_worth_more_than_the_sale_stay(
    bundled: duckdb.DuckDBPyConnection, real_warehouse: Path
):
    raw = "select count(*) from transactions where coupon_disc > sales_value"
    assert scalar(bundled, raw) == 3_507
    negative = "select count(*) from intermediate.int_lines where actual_spend < 0"
    assert scalar(real_warehouse, negative) == 3_507


def test_coupons_for_products_without_a_row_stay(real_warehouse: Path):
    without_row = (
        "select count(*) from staging.stg_coupons "
        "anti join staging.stg_products using (product_id)"
    )
    assert scalar(real_warehouse, without_row) == 16


@pytest.mark.parametrize(
    ("table", "parent", "key"),
    [
        ("stg_campaign_targets", "stg_transactions", "household_id"),
        ("stg_campaign_targets", "stg_campaigns", "campaign_id"),
        ("stg_coupon_redemptions", "stg_transactions", "household_id"),
        ("stg_coupon_redemptions", "stg_campaigns", "campaign_id"),
        ("stg_households", "stg_transactions", "household_id"),
        ("stg_coupons", "stg_campaigns", "campaign_id"),
    ],
)
def test_no_row_is_an_orphan(real_warehouse: Path, table: str, parent: str, key: str):
    orphans = (
        f"select count(*) from staging.{table} anti join staging.{parent} using ({key})"
    )
    assert scalar(real_warehouse, orphans) == 0


def test_redemptions_lie_inside_their_campaigns(real_warehouse: Path):
    outside = (
        "select count(*) from staging.stg_coupon_redemptions "
        "inner join staging.stg_campaigns using (campaign_id) "
        "where day not between start_day and end_day"
    )
    assert scalar(real_warehouse, outside) == 0
