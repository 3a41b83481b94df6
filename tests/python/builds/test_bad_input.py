"""What a build does with broken files, dirty rows and failures half-way."""

import datetime
import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from dbt_runner import (
    BUILD_DATA,
    REPOSITORY,
    dbt_command,
    public_checksums,
    query,
    run_dbt,
    run_dbt_or_fail,
    table_checksum,
)
from tiny_canonical import (
    DAY_ZERO,
    LAST_DAY,
    SMALL_FITS,
    Tables,
    tiny_tables,
    write_tables,
    write_tiny_folder,
)

from retail_uplift.serving.published import resolve

TABLE_NAMES = tuple(tiny_tables())
# The unit tests of the models have nothing to do with the data at hand.
CUSTOMERS = [*BUILD_DATA, "--select", "+dim_segments"]
STAGING = [*BUILD_DATA, "--select", "+stg_*", "--indirect-selection", "cautious"]


@dataclass(frozen=True)
class GoodBuild:
    """A finished build whose raw files and settings a test may spoil."""

    folder: Path
    warehouse: Path
    marts: dict[str, tuple[int, str]]

    def vars(self, **changed: Any) -> dict[str, Any]:
        edition = {"edition": "canonical", "raw_dir": str(self.folder)}
        return edition | SMALL_FITS | {"last_day": LAST_DAY} | changed

    def assert_marts_unchanged(self) -> None:
        assert public_checksums(self.warehouse) == self.marts


@pytest.fixture(scope="module")
def module_build(tiny_warehouse: Path, scratch_folder: Path) -> GoodBuild:
    """A copy of the tiny warehouse, shared so that dbt parses the project only once."""
    warehouse = scratch_folder / "bad_input" / "retail_uplift.duckdb"
    warehouse.parent.mkdir()
    shutil.copy(tiny_warehouse, warehouse)
    marts = public_checksums(warehouse)
    assert marts, "the good build has no marts"
    return GoodBuild(scratch_folder / "bad_input" / "raw", warehouse, marts)


@pytest.fixture
def good_build(module_build: GoodBuild) -> Iterator[GoodBuild]:
    """The copy with good raw files, and marts that a test must leave as they are."""
    write_tiny_folder(module_build.folder)
    yield module_build
    shutil.rmtree(module_build.folder)


# --- whole files --------------------------------------------------------------------


def drop_column(tables: Tables) -> None:
    tables["campaigns"] = tables["campaigns"].drop(columns="start_day")


def rename_column(tables: Tables) -> None:
    lines = tables["transactions"].rename(columns={"sales_value": "sales"})
    tables["transactions"] = lines[["household_id", "day", "sales"]]


def lists_for_numbers(tables: Tables) -> None:
    tables["promotions"]["store_id"] = [[31]] * len(tables["promotions"])


def truth_for_dates(tables: Tables) -> None:
    tables["transactions"]["transacted_on"] = True


def no_rows(tables: Tables) -> None:
    # An object column without values has no type of its own.
    tables["transactions"] = tables["transactions"].iloc[:0]


def no_file(tables: Tables) -> None:
    del tables["transactions"]


BAD_FILES = {
    no_file: (
        "file transactions is missing, expected transactions.parquet, transactions.csv "
        "(also .gz, .zst, .tsv, .txt) or a folder of its parts in the folder {folder}."
    ),
    drop_column: (
        "file campaigns.parquet has no column start_day or start_date; it has "
        "campaign_id, campaign_type, end_day."
    ),
    rename_column: (
        "file transactions.parquet has no column sales_value; it has household_id, "
        "day, sales. Is it sales?"
    ),
    lists_for_numbers: (
        "file promotions.parquet has column store_id of type INTEGER[], "
        "expected type id."
    ),
    truth_for_dates: (
        "file transactions.parquet has column transacted_on of type BOOLEAN, "
        "expected type date."
    ),
    no_rows: (
        "file transactions.parquet is empty, "
        "expected at least one row below its column names."
    ),
}


@pytest.mark.parametrize("spoil", BAD_FILES, ids=lambda spoil: spoil.__name__)
def test_a_broken_file_stops_the_build_before_any_model(
    good_build: GoodBuild, spoil: Callable[[Tables], None]
):
    tables = tiny_tables()
    spoil(tables)
    shutil.rmtree(good_build.folder)
    write_tables(tables, good_build.folder)

    run = run_dbt(BUILD_DATA, good_build.warehouse, vars=good_build.vars())

    sentence = BAD_FILES[spoil].format(folder=good_build.folder)
    assert run.returncode != 0, run.stdout
    assert f"Edition canonical: {sentence}\n" in run.stdout
    assert " model " not in run.stdout
    good_build.assert_marts_unchanged()


def test_a_var_that_does_not_exist_is_named(good_build: GoodBuild):
    vars = good_build.vars(max_rejected_shares=0.5)
    run = run_dbt(BUILD_DATA, good_build.warehouse, vars=vars)

    assert run.returncode != 0, run.stdout
    sentence = "there is no var max_rejected_shares. Is it max_rejected_share?"
    assert sentence in run.stdout
    good_build.assert_marts_unchanged()


# --- single rows --------------------------------------------------------------------


def date_of(day: int) -> datetime.date:
    return (DAY_ZERO + pd.Timedelta(days=day)).date()


# Each entry is the first row of the table once more, with some columns changed, and the
# reason for which that copy must be set aside. Copies of a line get a basket of their
# own in add_bad_rows, so that they are not summed with it.
BAD_ROWS = {
    "transactions": [
        (
            {"day": 0, "week": 1, "transacted_on": date_of(0)},
            "day is outside the calendar",
        ),
        (
            {"day": 300, "week": 44, "transacted_on": date_of(300)},
            "day is outside the calendar",
        ),
        # A basket number that slipped into the day column.
        ({"day": 99_999_999_999}, "day is outside the calendar"),
        ({"transacted_on": datetime.date(2020, 2, 29)}, "day and date disagree"),
        ({"week": 39}, "day and week disagree"),
        ({"day": None, "transacted_on": None}, "the line has no date"),
        ({"product_id": None}, "product_id is empty"),
        ({"basket_id": None}, "basket_id is empty"),
        ({"sales_value": None}, "sales_value is empty"),
    ],
    "products": [
        ({"department": "SPIRITS"}, "duplicated key (product_id)"),
        ({"product_id": None}, "product_id is empty"),
    ],
    "households": [
        ({"age": "99+"}, "duplicated key (household_id)"),
        ({"household_id": None}, "household_id is empty"),
    ],
    "campaigns": [
        ({"end_day": 3, "campaign_id": 52}, "end_day is before start_day"),
        ({"start_day": 59}, "duplicated key (campaign_id)"),
    ],
    "campaign_targets": [
        ({"household_id": None}, "household_id is empty"),
        ({"campaign_id": 77}, "orphan campaign_id: no such campaign"),
        # A campaign that is set aside itself, see above.
        ({"campaign_id": 52}, "its campaign is refused: see campaigns"),
    ],
    "coupons": [({"campaign_id": 78}, "orphan campaign_id: no such campaign")],
    "coupon_redemptions": [
        ({"campaign_id": 79}, "orphan campaign_id: no such campaign"),
        ({"household_id": 454_545}, "orphan household_id: no transaction"),
        ({"day": 277}, "day is outside the campaign"),
    ],
    "promotions": [
        ({"display": "front"}, "display is not a code of one character"),
        ({"mailer": None}, "mailer is not a code of one character"),
    ],
}
REJECTIONS = Counter(
    (table_name, reason) for table_name, rows in BAD_ROWS.items() for _, reason in rows
)


def add_bad_rows(table_name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its bad copies below the good rows."""
    first_row = table.iloc[[0]].astype(object)
    copies = [
        first_row.assign(**({"basket_id": number} if is_line else {}) | change)
        for number, (change, _) in enumerate(BAD_ROWS[table_name])
        for is_line in [table_name == "transactions"]
    ]
    whole_numbers = table.select_dtypes("integer").columns
    fractions = table.select_dtypes("floating").columns
    return (
        pd.concat([table.astype(object), *copies], ignore_index=True)
        .astype(dict.fromkeys(whole_numbers, "Int64"))
        .astype(dict.fromkeys(fractions, "float64"))
    )


@pytest.fixture(scope="module")
def bad_rows_folder(scratch_folder: Path) -> Path:
    tables = {name: add_bad_rows(name, table) for name, table in tiny_tables().items()}
    return write_tables(tables, scratch_folder / "bad_rows")


@pytest.fixture(scope="module")
def tolerant_warehouse(scratch_folder: Path, bad_rows_folder: Path) -> Path:
    """Staging of all bad rows at once, with room for them."""
    warehouse = scratch_folder / "tolerant" / "retail_uplift.duckdb"
    run_dbt_or_fail(
        STAGING,
        warehouse,
        vars={
            "edition": "canonical",
            "raw_dir": str(bad_rows_folder),
            "last_day": LAST_DAY,
            # The two bad rows of nine campaigns are the largest share.
            "max_rejected_share": 0.35,
        },
    )
    return warehouse


@pytest.mark.parametrize(
    ("table_name", "change", "reason"),
    [(name, *row) for name, rows in BAD_ROWS.items() for row in rows],
)
def test_a_bad_row_is_set_aside_and_shown(
    tolerant_warehouse: Path, table_name: str, change: dict[str, Any], reason: str
):
    reported = query(
        tolerant_warehouse,
        "select n_rejected, examples from staging.stg_rejected_rows "
        "where table_name = $table_name and reason = $reason",
        table_name=table_name,
        reason=reason,
    )
    assert len(reported) == 1
    n_rejected, examples = reported[0]
    assert n_rejected == REJECTIONS[table_name, reason]
    column, value = next(iter(change.items()))
    assert f"'{column}': {'NULL' if value is None else value}" in examples


def test_nothing_else_is_set_aside(tolerant_warehouse: Path):
    reported = query(
        tolerant_warehouse, "select table_name, reason from staging.stg_rejected_rows"
    )
    assert sorted(reported) == sorted(REJECTIONS)


def test_rejected_shares_count_all_rows_of_the_table(tolerant_warehouse: Path):
    shares = query(
        tolerant_warehouse,
        "select n_rejected, n_rows, rejected_share from staging.stg_rejected_rows "
        "where table_name = 'campaigns'",
    )
    assert shares == [(1, 9, 1 / 9)] * 2


@pytest.mark.parametrize("table_name", TABLE_NAMES)
def test_the_good_rows_stay(
    tolerant_warehouse: Path, tiny_warehouse: Path, table_name: str
):
    table = f"staging.stg_{table_name}"
    assert table_checksum(tolerant_warehouse, table) == table_checksum(
        tiny_warehouse, table
    )


@pytest.mark.parametrize(
    ("changed_vars", "broken_tables"),
    [
        # Bad are 9 of 86,604 lines and 2 of 2,427 promotions: 0.0001 and 0.0008.
        ({"max_rejected_rows": 0}, set(TABLE_NAMES) - {"transactions", "promotions"}),
        ({"max_rejected_rows": 0, "max_rejected_share": 0.0001}, set(TABLE_NAMES)),
        # A few rows of a short list stop nothing.
        ({"max_rejected_rows": 8, "max_rejected_share": 0.0001}, {"transactions"}),
    ],
)
def test_too_many_bad_rows_stop_the_build(
    good_build: GoodBuild,
    bad_rows_folder: Path,
    changed_vars: dict[str, float],
    broken_tables: set[str],
):
    shutil.copytree(bad_rows_folder, good_build.folder, dirs_exist_ok=True)

    run = run_dbt(
        BUILD_DATA,
        good_build.warehouse,
        vars=good_build.vars(**changed_vars),
    )

    assert run.returncode != 0, run.stdout
    assert f"FAIL {len(broken_tables)} assert_rejected_rows_stay_rare" in run.stdout
    # It holds the vars and versions of the build, and reads no raw table.
    built = re.findall(r"OK created sql table model intermediate\.(\w+)", run.stdout)
    assert set(built) <= {"int_run_conditions"}
    good_build.assert_marts_unchanged()
    last_words = words_below_the_summary(run.stdout)
    assert "* Too many rows of the raw tables cannot be used" in last_words
    told = set(re.findall(r"(?m)^  (\w+): .* of .* rows \(", last_words))
    assert told
    assert told <= broken_tables
    assert last_words.count("    Example: ") >= len(told)
    assert "raise var max_rejected_share" in last_words.splitlines()[-1]
    # The reasons stay readable after the build has stopped.
    reported = query(
        good_build.warehouse,
        "select distinct table_name from staging.stg_rejected_rows",
    )
    assert {name for (name,) in reported} >= broken_tables


def test_a_csv_file_without_a_column_stops_the_build(good_build: GoodBuild):
    tables = tiny_tables()
    drop_column(tables)
    write_tables(tables, good_build.folder, "csv")

    run = run_dbt(
        BUILD_DATA, good_build.warehouse, vars=good_build.vars(canonical_format="csv")
    )

    assert run.returncode != 0, run.stdout
    assert "file campaigns.csv has no column start_day or start_date; it" in run.stdout
    good_build.assert_marts_unchanged()


NO_NUMBER = "is not a number as 1234.56 (vars decimal_sign and thousands_sign)"
NO_DATE = "is not a date in the form YYYY-MM-DD or YYYYMMDD (var date_format)"


def test_text_in_a_number_column_of_a_csv_sets_its_row_aside(scratch_folder: Path):
    tables = tiny_tables()
    dirty_cells = [
        ("transactions", "quantity", "a few", f"quantity {NO_NUMBER}"),
        ("transactions", "sales_value", "1.234,50", f"sales_value {NO_NUMBER}"),
        ("transactions", "transacted_on", "soon", f"transacted_on {NO_DATE}"),
        (
            "transactions",
            "transacted_on",
            "45265",
            "transacted_on is not a date but a number, as spreadsheets and computers "
            "count days or seconds; write it as YYYY-MM-DD",
        ),
        (
            "transactions",
            "transacted_on",
            "2023-01-05T00:30:00+01:00",
            "transacted_on has a time zone and var time_zone is not set",
        ),
        (
            "transactions",
            "retail_discount",
            "1e15",
            "retail_discount is too large to be an amount: 10^14 or more",
        ),
        (
            "transactions",
            "household_id",
            "6.2E+11",
            "household_id is in exponent form, its digits are lost",
        ),
        ("products", "product_id", "1.5", "product_id has a fraction"),
        (
            "campaigns",
            "start_day",
            "1 May",
            "start_day is neither a whole number nor a date",
        ),
        ("promotions", "week", "w5", "week is not a whole number"),
    ]
    for row, (table_name, column, text, _) in enumerate(dirty_cells):
        table = tables[table_name].astype({column: str})
        # Campaign 7 is sent to few and is used by no other dirty cell.
        table.loc[6 if table_name == "campaigns" else row, column] = text
        tables[table_name] = table
    folder = write_tables(tables, scratch_folder / "dirty_csv", "csv")
    warehouse = scratch_folder / "dirty_csv" / "retail_uplift.duckdb"
    run_dbt_or_fail(
        STAGING,
        warehouse,
        vars={
            "edition": "canonical",
            "raw_dir": str(folder),
            "canonical_format": "csv",
            "max_rejected_share": 0.5,
        },
    )

    reported = {
        (table_name, reason): (n_rejected, examples)
        for table_name, reason, n_rejected, examples in query(
            warehouse,
            "select table_name, reason, n_rejected, examples "
            "from staging.stg_rejected_rows where reason not like 'orphan%' "
            "and reason not like 'its campaign is refused%'",
        )
    }
    assert len(reported) == len(dirty_cells)
    for table_name, _, text, reason in dirty_cells:
        n_rejected, examples = reported[table_name, reason]
        assert n_rejected == 1
        assert text in examples
    (n_lines,) = query(warehouse, "select count(*) from staging.stg_transactions")[0]
    n_dirty = sum(name == "transactions" for name, *_ in dirty_cells)
    assert n_lines == len(tables["transactions"]) - n_dirty


# --- the last words -----------------------------------------------------------------


def words_below_the_summary(log: str) -> str:
    """Return what the terminal shows below dbt's own summary of a run."""
    return re.split(r"(?m)^.*Done\. PASS=.*$", log)[-1].strip()


def test_a_rule_that_is_broken_is_named_with_its_rows(good_build: GoodBuild):
    tables = tiny_tables()
    tables["transactions"] = pd.concat([tables["transactions"]] * 2)
    write_tables(tables, good_build.folder)

    run = run_dbt(STAGING, good_build.warehouse, vars=good_build.vars())

    assert run.returncode != 0, run.stdout
    last_words = words_below_the_summary(run.stdout)
    assert "* Rule assert_no_file_is_read_twice is broken by 1 row." in last_words
    assert "Remove the copy, or raise var max_copied_share" in last_words


def test_a_warehouse_in_use_is_named_with_the_process(good_build: GoodBuild):
    with duckdb.connect(str(good_build.warehouse)):
        run = run_dbt(STAGING, good_build.warehouse, vars=good_build.vars())

    assert run.returncode != 0, run.stdout
    last_words = run.stdout.strip().splitlines()[-1]
    assert f"{good_build.warehouse} is in use by process {os.getpid()}" in last_words
    good_build.assert_marts_unchanged()


def test_a_row_that_cannot_be_read_is_named_with_its_line(good_build: GoodBuild):
    write_tables(tiny_tables(), good_build.folder, "csv")
    for file in good_build.folder.glob("*.parquet"):
        file.unlink()
    file = good_build.folder / "campaign_targets.csv"
    rows = file.read_text().splitlines()
    rows[7] = rows[7].split(",")[0]
    file.write_text("\n".join(rows) + "\n")

    run = run_dbt(STAGING, good_build.warehouse, vars=good_build.vars())

    assert run.returncode != 0, run.stdout
    last_words = words_below_the_summary(run.stdout)
    assert "file campaign_targets.csv, line 8" in last_words
    good_build.assert_marts_unchanged()


# --- failures half-way ----------------------------------------------------------------


@pytest.fixture
def published_build(
    tiny_warehouse: Path,
    good_build: GoodBuild,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> GoodBuild:
    """A copy whose tables are published, and which a test may change.

    Of the tiny warehouse itself: a run that stopped spoils the tables of its copy.
    """
    monkeypatch.setenv("RETAIL_UPLIFT_PUBLISHED", str(tmp_path / "published"))
    build = replace(good_build, warehouse=tmp_path / "build" / "retail_uplift.duckdb")
    build.warehouse.parent.mkdir()
    shutil.copy(tiny_warehouse, build.warehouse)
    run_dbt_or_fail(
        ["run-operation", "publish_build"], build.warehouse, vars=build.vars()
    )
    return build


def published(build: GoodBuild) -> Path:
    """Return the file that is published now."""
    return resolve(build.warehouse.parents[1] / "published" / "retail_uplift.duckdb")


def test_a_late_failure_leaves_what_it_spoils_unpublished(published_build: GoodBuild):
    before = public_checksums(published(published_build))
    history = table_checksum(published(published_build), "history.run_history")

    run = run_dbt(
        [*CUSTOMERS, "+py_causal_forest"],
        published_build.warehouse,
        vars=published_build.vars(n_segments=4, forest_trees="none"),
        threads=1,
    )

    assert run.returncode != 0, run.stdout
    assert "ERROR creating python table model fitted.py_causal_forest" in run.stdout
    assert "OK created sql table model marts.dim_segments" in run.stdout
    # Customers stand alone; what is made of effects does not.
    last_words = words_below_the_summary(run.stdout)
    assert "wings behaviour, customers, impact." in last_words
    for wing in ("effects", "decisions"):
        assert f"Wing {wing} stays as it was: a table failed" in last_words
    after = published(published_build)
    assert query(after, "select count(*) from marts.dim_segments") == [(4,)]
    assert query(
        after, "select wing from marts.published_wings where is_current order by wing"
    ) == [("behaviour",), ("customers",)]
    now = public_checksums(after)
    for table in ("evidence.fct_cate", "marts.fct_campaign_list", "marts.run_manifest"):
        assert now[table] == before[table]
    assert table_checksum(after, "history.run_history") == history


def kill_half_way(build: GoodBuild) -> None:
    """Start a build that changes the marts; kill it once it has replaced some."""
    command, environment = dbt_command(
        CUSTOMERS, build.warehouse, vars=build.vars(n_segments=4), threads=1
    )
    process = subprocess.Popen(
        command,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        cwd=REPOSITORY,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    log = ""
    with process.stdout:
        for line in process.stdout:
            log += line
            if "OK created sql table model marts.dim_segments" in line:
                os.killpg(process.pid, signal.SIGKILL)
                break
    assert process.wait() == -signal.SIGKILL, log


def test_a_killed_build_publishes_nothing_and_can_be_repeated(
    published_build: GoodBuild,
):
    before = published(published_build)
    kill_half_way(published_build)
    assert public_checksums(published_build.warehouse) != published_build.marts
    assert published(published_build) == before

    run_dbt_or_fail(CUSTOMERS, published_build.warehouse, vars=published_build.vars())

    published_build.assert_marts_unchanged()
    assert published(published_build) != before
