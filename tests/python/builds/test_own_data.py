"""A retailer's own tables: the check before a build, optional tables, a schema."""

import re
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from dbt_runner import BUILD_DATA, REPOSITORY, query, run_dbt, run_dbt_or_fail
from tiny_canonical import SMALL_FITS

CANONICAL = REPOSITORY / "models" / "staging" / "canonical"
REQUIRED = ("campaign_targets", "campaigns", "products", "transactions")
OPTIONAL = ("coupon_redemptions", "coupons", "households", "promotions")
CHECK = ["run-operation", "check_canonical"]


def edition(raw_dir: Path | str, **more: object) -> dict[str, object]:
    return {"edition": "canonical", "raw_dir": str(raw_dir)} | SMALL_FITS | more


def report(folder: Path, warehouse: Path) -> tuple[int, str]:
    """Return the exit code and the printed report of check_canonical."""
    done = run_dbt(CHECK, warehouse, vars=edition(folder))
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def required_folder(tiny_folder: Path, scratch_folder: Path) -> Path:
    """The tiny folder without the four optional tables."""
    folder = scratch_folder / "required_raw"
    folder.mkdir()
    for name in REQUIRED:
        shutil.copy(tiny_folder / f"{name}.parquet", folder)
    return folder


@pytest.fixture(scope="module")
def required_warehouse(required_folder: Path, scratch_folder: Path) -> Path:
    warehouse = scratch_folder / "required" / "retail_uplift.duckdb"
    run_dbt_or_fail(BUILD_DATA, warehouse, vars=edition(required_folder))
    return warehouse


def test_a_build_goes_through_without_the_optional_tables(required_warehouse: Path):
    ((absent,),) = query(
        required_warehouse, "select absent_tables from marts.run_manifest"
    )
    assert absent.split(", ") == list(OPTIONAL)


def test_what_an_absent_table_costs_is_what_the_report_says(
    required_warehouse: Path, tiny_warehouse: Path
):
    without = """
        select
            (select count(*) from marts.dim_households where has_demographics),
            (select sum(redemption_count) from marts.fct_trial_units),
            (select sum(display_exposure_rate + mailer_exposure_rate)
             from intermediate.int_window_features)
    """
    assert query(required_warehouse, without) == [(0, 0, 0.0)]
    assert all(value > 0 for value in query(tiny_warehouse, without)[0])


def test_outcomes_that_are_0_for_all_have_no_effect(
    required_warehouse: Path, tiny_warehouse: Path
):
    outcomes = "select distinct outcome from marts.fct_effect_estimates"
    of_coupons = {("category_purchase",), ("redemption_any",), ("redemption_count",)}
    told, all_told = (
        set(query(warehouse, outcomes))
        for warehouse in (required_warehouse, tiny_warehouse)
    )
    assert of_coupons < all_told
    assert told == all_told - of_coupons


def test_nothing_else_is_lost(required_warehouse: Path, tiny_warehouse: Path):
    features = "select * from marts.fct_household_features order by 1, 2"
    assert query(required_warehouse, features) == query(tiny_warehouse, features)


def test_the_report_names_rows_and_absent_tables(
    required_folder: Path, scratch_folder: Path
):
    code, text = report(required_folder, scratch_folder / "check" / "a.duckdb")
    assert code == 0
    n_rows = len(pd.read_parquet(required_folder / "transactions.parquet"))
    assert re.search(rf"transactions +ok +{n_rows:,} rows", text)
    assert re.search(r"promotions +absent +Display and mailer exposure rates", text)
    assert "The tables fit the contract" in text


def test_the_report_lists_every_problem_at_once(
    required_folder: Path, scratch_folder: Path
):
    folder = scratch_folder / "bad_raw"
    shutil.copytree(required_folder, folder)
    (folder / "campaigns.parquet").unlink()
    products = pd.read_parquet(folder / "products.parquet")
    products = products.rename(columns={"brand": "brands"}).assign(department=7)
    products.to_parquet(folder / "products.parquet")
    code, text = report(folder, scratch_folder / "check" / "b.duckdb")
    assert code != 0
    assert re.search(r"campaigns +PROBLEM +campaigns.parquet is missing", text)
    assert re.search(r"products +PROBLEM +products.parquet has no column brand,", text)
    assert re.search(r"products +PROBLEM +.* department of type .*INT", text)
    assert "3 problem(s)" in text
    assert "fit the contract" not in text


def test_tables_of_a_schema_give_the_same_features(
    tiny_folder: Path, tiny_warehouse: Path, scratch_folder: Path
):
    warehouse = scratch_folder / "schema" / "retail_uplift.duckdb"
    warehouse.parent.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema shop")
        for path in sorted(tiny_folder.glob("*.parquet")):
            if path.stem != "coupons":
                connection.execute(
                    f"create table shop.{path.stem} as from read_parquet('{path}')"
                )
    select = ["--select", "+fct_household_features", "--indirect-selection", "cautious"]
    in_schema = edition("shop", canonical_format="table")
    checked = run_dbt(CHECK, warehouse, vars=in_schema)
    assert checked.returncode == 0, checked.stdout
    assert re.search(r"coupons +absent", checked.stdout)
    run_dbt_or_fail([*BUILD_DATA, *select], warehouse, vars=in_schema)
    features = "select * from marts.fct_household_features order by 1, 2"
    assert query(warehouse, features) == query(tiny_warehouse, features)


def test_the_page_lists_the_columns_of_the_contract():
    """`USE_YOUR_OWN_DATA.md` and the sources that the build checks say the same."""
    page = (CANONICAL / "USE_YOUR_OWN_DATA.md").read_text(encoding="utf-8")
    sources = yaml.safe_load((CANONICAL / "_canonical__sources.yml").read_text())
    tables = sources["sources"][0]["tables"]
    sections = dict(re.findall(r"(?ms)^### `(\w+)`(.*?)(?=^##|\Z)", page))
    assert set(sections) == {table["name"] for table in tables}
    for table in tables:
        rows = re.findall(r"(?m)^\| `(\w+)` \| (\w+) \|", sections[table["name"]])
        declared = [(c["name"], c["data_type"]) for c in table["columns"]]
        assert rows == declared, table["name"]
        lost = table.get("meta", {}).get("lost_if_absent")
        heading = sections[table["name"]].split("\n")[0]
        assert heading.strip() == ("(optional)" if lost else "(required)")
        if lost:
            assert lost in " ".join(sections[table["name"]].split())
