"""A retailer's own tables: optional ones, a schema, an attached database, the page."""

import getpass
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from dbt_runner import (
    BUILD_DATA,
    REPOSITORY,
    public_checksums,
    query,
    run_dbt,
    run_dbt_or_fail,
    table_checksum,
)
from tiny_canonical import SMALL_FITS

from retail_uplift import attached

CANONICAL = REPOSITORY / "models" / "staging" / "canonical"
PAGE = CANONICAL / "USE_YOUR_OWN_DATA.md"
# The tables of the fixture without the optional ones that the effects can do without.
KEPT = ("campaign_targets", "campaigns", "products", "transactions")
LEFT_OUT = ("coupon_redemptions", "coupons", "households", "promotions")
CHECK = ["run-operation", "check_raw"]
FEATURES = "select * from marts.fct_household_features order by 1, 2"
TO_FEATURES = ["build", "--exclude-resource-types", "test", "unit_test"]
TO_FEATURES += ["--select", "+fct_household_features"]


def edition(raw_dir: Path | str, **more: object) -> dict[str, object]:
    return {"edition": "canonical", "raw_dir": str(raw_dir)} | SMALL_FITS | more


def report(folder: Path, warehouse: Path) -> tuple[int, str]:
    """Return the exit code and the printed report of check_raw."""
    done = run_dbt(CHECK, warehouse, vars=edition(folder))
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def kept_folder(tiny_folder: Path, scratch_folder: Path) -> Path:
    """The tiny folder without four of its tables."""
    folder = scratch_folder / "kept_raw"
    folder.mkdir()
    for name in KEPT:
        shutil.copy(tiny_folder / f"{name}.parquet", folder)
    return folder


@pytest.fixture(scope="module")
def kept_warehouse(kept_folder: Path, scratch_folder: Path) -> Path:
    warehouse = scratch_folder / "kept" / "retail_uplift.duckdb"
    run_dbt_or_fail(BUILD_DATA, warehouse, vars=edition(kept_folder))
    return warehouse


def test_a_build_goes_through_without_the_optional_tables(kept_warehouse: Path):
    ((absent,),) = query(kept_warehouse, "select absent_tables from marts.run_manifest")
    assert absent.split(", ") == list(LEFT_OUT)


def test_what_an_absent_table_costs_is_what_the_report_says(
    kept_warehouse: Path, tiny_warehouse: Path
):
    without = """
        select
            (select count(*) from marts.dim_households where has_demographics),
            (select sum(redemption_count) from marts.fct_trial_units),
            (select sum(display_exposure_rate + mailer_exposure_rate)
             from intermediate.int_window_features)
    """
    assert query(kept_warehouse, without) == [(0, 0, 0.0)]
    assert all(value > 0 for value in query(tiny_warehouse, without)[0])


def test_outcomes_that_are_0_for_all_have_no_effect(
    kept_warehouse: Path, tiny_warehouse: Path
):
    outcomes = "select distinct outcome from marts.fct_effect_estimates"
    of_coupons = {("category_purchase",), ("redemption_any",), ("redemption_count",)}
    told, all_told = (
        set(query(warehouse, outcomes))
        for warehouse in (kept_warehouse, tiny_warehouse)
    )
    assert of_coupons < all_told
    assert told == all_told - of_coupons


def test_nothing_else_is_lost(kept_warehouse: Path, tiny_warehouse: Path):
    assert query(kept_warehouse, FEATURES) == query(tiny_warehouse, FEATURES)


def test_the_order_of_rows_changes_no_bit(
    kept_folder: Path, kept_warehouse: Path, scratch_folder: Path
):
    folder = scratch_folder / "shuffled_raw"
    folder.mkdir()
    for file in kept_folder.glob("*.parquet"):
        rows = pd.read_parquet(file).sample(frac=1, random_state=7)
        rows.to_parquet(folder / file.name)
    warehouse = scratch_folder / "shuffled" / "retail_uplift.duckdb"
    marts = ("+fct_household_features", "+fct_trial_units")
    run_dbt_or_fail(
        ["build", "--exclude-resource-types", "test", "unit_test", "--select", *marts],
        warehouse,
        vars=edition(folder),
    )
    shuffled = public_checksums(warehouse)
    assert {"marts.fct_household_features", "marts.fct_trial_units"} <= set(shuffled)
    assert shuffled == {
        table: table_checksum(kept_warehouse, table) for table in shuffled
    }


# --- the check of tables as a whole ---------------------------------------------------


def test_the_report_names_rows_and_absent_tables(
    kept_folder: Path, scratch_folder: Path
):
    code, text = report(kept_folder, scratch_folder / "check_raw" / "a.duckdb")
    assert code == 0, text
    n_rows = len(pd.read_parquet(kept_folder / "transactions.parquet"))
    assert re.search(rf"transactions +ok +{n_rows:,} rows", text)
    assert re.search(r"promotions +absent +Display and mailer exposure rates", text)
    assert "The tables can be read" in text


def test_the_report_lists_every_problem_at_once(
    kept_folder: Path, scratch_folder: Path
):
    folder = scratch_folder / "bad_raw"
    shutil.copytree(kept_folder, folder)
    lines = pd.read_parquet(folder / "transactions.parquet")
    lines.drop(columns="sales_value").to_parquet(folder / "transactions.parquet")
    (folder / "campaigns.parquet").write_bytes(b"campaign_id,start_day\n")
    code, text = report(folder, scratch_folder / "check_raw" / "b.duckdb")
    assert code != 0
    assert re.search(
        r"transactions +PROBLEM +transactions\.parquet .*sales_value", text
    )
    assert re.search(r"campaigns +PROBLEM +campaigns\.parquet is no parquet file", text)
    assert "2 problem(s)" in text
    assert "can be read" not in text


def test_the_report_names_ignored_columns(kept_folder: Path, scratch_folder: Path):
    folder = scratch_folder / "more_columns"
    shutil.copytree(kept_folder, folder)
    lines = pd.read_parquet(folder / "transactions.parquet")
    lines.assign(till=1, cashier="A").to_parquet(folder / "transactions.parquet")
    code, text = report(folder, scratch_folder / "check_raw" / "c.duckdb")
    assert code == 0, text
    assert re.search(r"ignored +till, cashier", text)


# --- tables instead of files ----------------------------------------------------------


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
    in_schema = edition("shop", canonical_format="table")
    checked = run_dbt(CHECK, warehouse, vars=in_schema)
    assert checked.returncode == 0, checked.stdout
    assert re.search(r"coupons +absent", checked.stdout)
    run_dbt_or_fail(TO_FEATURES, warehouse, vars=in_schema)
    assert query(warehouse, FEATURES) == query(tiny_warehouse, FEATURES)


def build_attached(
    monkeypatch: pytest.MonkeyPatch, warehouse: Path, database: str, schema: str
) -> list[tuple]:
    """Build from an attached database; return the features."""
    monkeypatch.setenv(attached.VARIABLE, database)
    of_database = edition(schema, canonical_format="table")
    run_dbt_or_fail(TO_FEATURES, warehouse, vars=of_database)
    return query(warehouse, FEATURES)


def test_a_duckdb_file_of_the_retailer_gives_the_same_features(
    tiny_folder: Path,
    tiny_warehouse: Path,
    scratch_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    file = scratch_folder / "shop.duckdb"
    with duckdb.connect(str(file)) as shop:
        for path in sorted(tiny_folder.glob("*.parquet")):
            shop.execute(f"create table {path.stem} as from read_parquet('{path}')")
    warehouse = scratch_folder / "duckdb_shop" / "retail_uplift.duckdb"
    built = build_attached(monkeypatch, warehouse, str(file), "raw.main")
    assert built == query(tiny_warehouse, FEATURES)


def needs_extension(name: str) -> pytest.MarkDecorator:
    package = attached.package_of(name)
    return pytest.mark.skipif(
        attached.extension_file(name) is None,
        reason=(
            f"no package {package}=={duckdb.__version__}; where an index has another "
            "version: pip install --target FOLDER duckdb==THAT "
            f"{package}==THAT, then PYTHONPATH=FOLDER"
        ),
    )


def frames(folder: Path) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


@needs_extension("sqlite_scanner")
def test_a_sqlite_file_gives_the_same_features(
    tiny_folder: Path,
    tiny_warehouse: Path,
    scratch_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    file = scratch_folder / "shop.sqlite"
    with sqlite3.connect(file) as shop:
        for name, table in frames(tiny_folder).items():
            # SQLite has no dates: they are text, as most tools write them.
            if name == "transactions":
                table = table.astype({"transacted_on": str})
            table.to_sql(name, shop, index=False)
    warehouse = scratch_folder / "sqlite_shop" / "retail_uplift.duckdb"
    built = build_attached(monkeypatch, warehouse, f"sqlite:{file}", "raw.main")
    assert built == query(tiny_warehouse, FEATURES)


def server_program(name: str) -> str | None:
    """Return the path of a program of a Postgres server, which is often not on PATH."""
    places = [str(folder) for folder in Path("/usr/lib/postgresql").glob("*/bin")]
    return shutil.which(name, path=os.pathsep.join([*places, os.environ["PATH"]]))


@pytest.fixture
def postgres(scratch_folder: Path) -> Iterator[str]:
    """A Postgres server of the test's own; yields its connection string."""
    folder = scratch_folder / "postgres"
    folder.mkdir()
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    as_user = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    if os.geteuid() == 0:
        shutil.chown(folder, user)
        scratch_folder.chmod(0o755)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, server_program(program) or program, *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )

    run("initdb", "--auth=trust", "--username=shop", "--pgdata", str(data))
    # A socket in the folder alone: no port is taken.
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
    log = str(folder / "log")
    run("pg_ctl", "--wait", "--pgdata", str(data), "-o", options, "-l", log, "start")
    try:
        yield f"dbname=postgres user=shop host={folder}"
    finally:
        run("pg_ctl", "--pgdata", str(data), "--mode", "immediate", "stop")


@needs_extension("postgres_scanner")
@pytest.mark.skipif(
    server_program("initdb") is None, reason="no Postgres server (Debian: postgresql)"
)
def test_a_postgres_database_gives_the_same_features(
    postgres: str,
    tiny_folder: Path,
    tiny_warehouse: Path,
    scratch_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    with duckdb.connect() as writer:
        writer.execute(f"load '{attached.extension_file('postgres_scanner')}'")
        writer.execute(f"attach '{postgres}' as shop (type postgres)")
        for path in sorted(tiny_folder.glob("*.parquet")):
            writer.execute(
                f"create table shop.public.{path.stem} as from read_parquet('{path}')"
            )
    warehouse = scratch_folder / "postgres_shop" / "retail_uplift.duckdb"
    built = build_attached(monkeypatch, warehouse, f"postgres:{postgres}", "raw.public")
    assert built == query(tiny_warehouse, FEATURES)


# --- the page -------------------------------------------------------------------------


def test_the_page_lists_the_columns_of_the_contract():
    """`USE_YOUR_OWN_DATA.md` and the sources that the build checks say the same."""
    page = PAGE.read_text(encoding="utf-8")
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


def test_the_page_names_vars_that_exist():
    page = PAGE.read_text(encoding="utf-8")
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())
    table = page.split("## What to set")[1].split("\n## ")[0]
    named = set(re.findall(r"(?m)^\| (.*?) \|", table)) - {"var", "---"}
    names = {name for cell in named for name in re.findall(r"`(\w+)`", cell)}
    assert names, "the page has a table of vars"
    assert names <= project["vars"].keys()
