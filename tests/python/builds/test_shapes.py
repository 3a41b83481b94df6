"""Shapes in which retailers export their tables, read back from staging by value.

Every shape is one small invented shop, written as somebody's system would write it.
What staging must say of it is computed here, from the numbers that were drawn.
"""

import datetime
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from dbt_runner import BUILD_DATA, query, run_dbt, run_dbt_or_fail

from retail_uplift.raw_files import CsvForm, raw_table

# Staging alone, with the tests that read nothing else, and without any.
MODELS = ["resource_type:model,path:models/staging", "departments", "golden_counts"]
OF_OTHERS = "relationships_*__ref_int_purchase_days_"
# Nobody reads dbt's own files of these runs.
QUICKLY = ["--no-write-json", "--indirect-selection", "cautious"]
STAGING = [*BUILD_DATA, *QUICKLY, "--select", *MODELS, "--exclude", OF_OTHERS]
UNTESTED = ["build", "--exclude-resource-type", "unit_test", "test"]
UNTESTED += [*QUICKLY, "--select", *MODELS]
FIRST_DATE = datetime.date(2023, 12, 4)  # a Monday
N_DAYS = 70
COLUMNS = ["household_id", "basket_id", "product_id", "store_id", "transacted_on"]
COLUMNS += ["quantity", "sales_value", "retail_discount"]

Tables = dict[str, pd.DataFrame]


def shop() -> Tables:
    """Return the lines of 12 customers in 10 weeks, and 20 products."""
    rng = np.random.default_rng(11)
    rows = []
    basket = 300
    for household in range(41, 53):
        for day in np.flatnonzero(rng.random(N_DAYS) < 0.3):
            basket += 1
            date = FIRST_DATE + datetime.timedelta(days=int(day))
            for product in rng.choice(20, size=rng.integers(1, 5), replace=False):
                cents = int(rng.integers(100, 250_000))
                key = (household, basket, 901 + int(product), 1 + household % 3, date)
                rows.append((*key, int(rng.integers(1, 4)), cents / 100, 0.25))
    products = pd.DataFrame(
        {
            "product_id": range(901, 921),
            "department": ["Käse", "Obst"] * 10,
            "brand": "Eigen",
        }
    )
    return {"transactions": pd.DataFrame(rows, columns=COLUMNS), "products": products}


def expected_lines(lines: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the lines as :func:`staged_lines` gives them."""
    return sorted(
        (
            str(row.household_id),
            row.transacted_on,
            str(row.product_id),
            float(row.quantity),
            float(row.sales_value),
            float(row.retail_discount),
        )
        for row in lines.itertuples()
    )


def staged_lines(warehouse: Path) -> list[tuple[Any, ...]]:
    """Return household, date, product, quantity, sales and discount of every line."""
    return sorted(
        query(
            warehouse,
            """
            select
                coalesce(households.source_id, cast(household_id as varchar)),
                transacted_on,
                coalesce(products.source_id, cast(product_id as varchar)),
                cast(quantity as double),
                cast(sales_value as double),
                cast(retail_discount as double)
            from staging.stg_transactions as lines
            left join staging.stg_source_ids as households
                on households.id_type = 'household' and household_id = households.id
            left join staging.stg_source_ids as products
                on products.id_type = 'product' and product_id = products.id
            """,
        )
    )


def as_csv(
    table: pd.DataFrame, path: Path, encoding: str = "utf-8", **form: Any
) -> None:
    text = table.to_csv(index=False, **form)
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def write_parquet(tables: Tables, folder: Path) -> None:
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)


# --- how files are written ------------------------------------------------------------


def german_spreadsheet(tables: Tables, folder: Path) -> None:
    """A line that states the semicolon, decimal commas, German dates, Latin-1."""
    lines = tables["transactions"].copy()
    for column in ("sales_value", "retail_discount"):
        lines[column] = lines[column].map(
            lambda amount: f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
        )
    lines["transacted_on"] = lines.transacted_on.map("{:%d.%m.%Y 19:45}".format)
    for name, table in (("transactions", lines), ("products", tables["products"])):
        text = "\nsep=;\n" + table.to_csv(index=False, sep=";")
        (folder / f"{name}.csv").write_bytes(text.encode("latin-1"))


def tabs_in_utf_16(tables: Tables, folder: Path) -> None:
    for name, table in tables.items():
        as_csv(table, folder / f"{name}.tsv", "utf-16", sep="\t")


def tabs_in_utf_16_big_end_first(tables: Tables, folder: Path) -> None:
    for name, table in tables.items():
        text = "\ufeff" + table.to_csv(index=False, sep="\t")
        (folder / f"{name}.tsv").write_bytes(text.encode("utf-16-be"))


def windows_with_a_byte_order_mark(tables: Tables, folder: Path) -> None:
    """Line ends of Windows, headers in capitals with blanks, words for no value."""
    lines = tables["transactions"].rename(
        columns=lambda name: f" {name.upper().replace('_', ' ')} "
    )
    lines["Coupon-Discount"] = "NULL"
    lines[" UNKNOWN "] = '#comment, "quoted"\nin two lines'
    as_csv(lines, folder / "Transactions.csv", "utf-8-sig", lineterminator="\r\n")
    as_csv(tables["products"], folder / "products.txt", lineterminator="\r\n")


def windows_1252(tables: Tables, folder: Path) -> None:
    for name, table in tables.items():
        as_csv(table.assign(note="5 € neu"), folder / f"{name}.csv", "cp1252")


def packed_parts(tables: Tables, folder: Path) -> None:
    """Parts with their columns in two orders, beside what Spark leaves."""
    lines = tables["transactions"]
    parts = folder / "transactions"
    parts.mkdir()
    as_csv(lines[:50], parts / "part-00000.csv.gz")
    as_csv(lines.loc[50:, lines.columns[::-1]], parts / "part-00001.csv")
    (parts / "_SUCCESS").touch()
    (parts / ".part-00000.crc").write_bytes(b"\0\1")
    with duckdb.connect() as connection:
        connection.register("products", tables["products"])
        path = quoted(folder / "products.csv.zst")
        connection.sql(f"copy products to '{path}' (format csv, compression zstd)")


def hive_folders(tables: Tables, folder: Path) -> None:
    with duckdb.connect() as connection:
        connection.register("lines", tables["transactions"])
        connection.sql(
            f"copy (select * from lines) to '{quoted(folder / 'transactions')}' "
            "(format parquet, partition_by (store_id, transacted_on))"
        )
    write_parquet({"products": tables["products"]}, folder)


def everything_is_text(tables: Tables, folder: Path) -> None:
    """Parquet of a tool that knows text only, some of it categories."""
    lines = tables["transactions"].astype(str)
    lines["household_id"] = lines.household_id + ".0"
    lines["store_id"] = lines.store_id.astype("category")
    lines["transacted_on"] = lines.transacted_on.str.replace("-", "")
    lines["coupon_discount"] = None
    write_parquet({"transactions": lines, "products": tables["products"]}, folder)


def times_of_another_zone(tables: Tables, folder: Path) -> None:
    """Late evening in New York is the next day in UTC."""
    lines = tables["transactions"].copy()
    local = pd.to_datetime(lines.transacted_on) + pd.Timedelta(hours=21)
    stamps = local.dt.tz_localize("America/New_York").dt.tz_convert("UTC")
    lines["transacted_on"] = stamps.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    as_csv(lines, folder / "transactions.csv")
    as_csv(tables["products"], folder / "products.csv")


def times_that_name_their_zone(tables: Tables, folder: Path) -> None:
    """pandas writes the zone beside the times of a parquet file."""
    lines = tables["transactions"].copy()
    local = pd.to_datetime(lines.transacted_on) + pd.Timedelta(hours=21)
    lines["transacted_on"] = local.dt.tz_localize("America/New_York")
    write_parquet({"transactions": lines, "products": tables["products"]}, folder)


def french_and_accounting_signs(tables: Tables, folder: Path) -> None:
    """Spaces for thousands, a minus behind the number or brackets around it, PM."""
    lines = tables["transactions"].copy()
    for column in ("sales_value", "retail_discount"):
        lines[column] = lines[column].map(lambda amount: f"{amount:,.2f}")
        lines[column] = lines[column].str.replace(",", "\u202f").str.replace(".", ",")
    lines.loc[::2, "retail_discount"] += "-"
    lines.loc[1::2, "retail_discount"] = "(" + lines.retail_discount[1::2] + ")"
    lines["Transaction Time"] = "6:05 PM"
    as_csv(lines, folder / "transactions.csv", sep=";")
    as_csv(tables["products"], folder / "products.csv", sep=";")


def dates_are_numbers(tables: Tables, folder: Path) -> None:
    """Dates, times and ids as pandas writes them beside NULL; short float amounts."""
    lines = tables["transactions"].copy()
    lines["day"] = lines.pop("transacted_on").map("{:%Y%m%d}".format).astype(float)
    lines["sales_value"] = lines.sales_value.astype("float32")
    lines["household_id"] = lines.household_id.astype(float)
    lines["transaction_time"] = 905.0
    write_parquet({"transactions": lines, "products": tables["products"]}, folder)


def cells_of_a_database_dump(tables: Tables, folder: Path) -> None:
    """Quotes behind a backslash, carriage returns alone, a # in the first cell."""
    lines = tables["transactions"].assign(note='5" nails, a "set"\n')
    lines["household_id"] = "#" + lines.household_id.astype(str)
    form: dict[str, Any] = {"escapechar": "\\", "doublequote": False}
    text = lines.to_csv(index=False, lineterminator="\r", **form)
    (folder / "transactions.csv").write_text(text, newline="")
    tables["transactions"]["household_id"] = lines.household_id
    write_parquet({"products": tables["products"]}, folder)


def types_of_other_engines(tables: Tables, folder: Path) -> None:
    """Unsigned and long numbers, enums, nested columns, times to the nanosecond."""
    path = quoted(folder / "transactions.parquet")
    with duckdb.connect() as connection:
        connection.register("lines", tables["transactions"])
        connection.sql(
            f"""
            copy (
                select
                    cast(household_id as uinteger) as household_id,
                    cast(basket_id as ubigint) as basket_id,
                    cast(product_id as decimal(38, 10)) as product_id,
                    cast(store_id as varchar)::enum ('1', '2', '3') as store_id,
                    cast(transacted_on as timestamp_ns) as transacted_on,
                    cast(quantity as utinyint) as quantity,
                    cast(sales_value as decimal(38, 10)) as sales_value,
                    cast(retail_discount as float) as retail_discount,
                    {{'till': 3}} as nested,
                    [1, 2] as listed
                from lines
            ) to '{path}' (format parquet)
            """
        )
    write_parquet({"products": tables["products"]}, folder)


@dataclass(frozen=True)
class Form:
    write: Callable[[Tables, Path], None]
    vars: dict[str, Any] = field(default_factory=dict)
    time: datetime.time | None = None  # of the day, on every line


FORMS = [
    Form(
        german_spreadsheet,
        {
            "csv_encoding": "latin-1",
            "decimal_sign": ",",
            "thousands_sign": ".",
            "date_format": "%d.%m.%Y %H:%M",
        },
        datetime.time(19, 45),
    ),
    Form(tabs_in_utf_16, {"csv_encoding": "utf-16"}),
    Form(tabs_in_utf_16_big_end_first, {"csv_delimiter": "auto"}),
    Form(windows_with_a_byte_order_mark),
    Form(windows_1252, {"csv_encoding": "windows-1252"}),
    Form(packed_parts),
    Form(hive_folders),
    Form(everything_is_text),
    Form(
        times_of_another_zone,
        {"time_zone": "America/New_York"},
        datetime.time(21),
    ),
    Form(times_that_name_their_zone, time=datetime.time(21)),
    Form(
        french_and_accounting_signs,
        {"csv_delimiter": "auto", "decimal_sign": ",", "thousands_sign": " "},
        datetime.time(18, 5),
    ),
    Form(dates_are_numbers, time=datetime.time(9, 5)),
    Form(cells_of_a_database_dump, {"csv_escape": "\\"}),
    Form(types_of_other_engines),
]


@pytest.fixture(scope="module")
def warehouse(scratch_folder: Path) -> Path:
    """One warehouse for all shapes: each build replaces all of staging."""
    return scratch_folder / "shapes" / "retail_uplift.duckdb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose name needs care in SQL, in wildcards and in templates."""
    path = tmp_path / "raw [2024] 'all' {x} é"
    path.mkdir()
    return path


def canonical(folder: Path | str, **vars: Any) -> dict[str, Any]:
    return {"edition": "canonical", "raw_dir": str(folder)} | vars


def stage(
    folder: Path | str, warehouse: Path, command: list[str] = STAGING, **vars: Any
) -> None:
    run_dbt_or_fail(command, warehouse, vars=canonical(folder, **vars))


def refusal(folder: Path, warehouse: Path, **vars: Any) -> str:
    """Return the output of a build that must stop, as one line."""
    run = run_dbt(STAGING, warehouse, vars=canonical(folder, **vars))
    assert run.returncode != 0, run.stdout
    return " ".join(run.stdout.split())


def reasons(warehouse: Path) -> dict[tuple[str, str], int]:
    rows = query(
        warehouse,
        "select table_name, reason, n_rejected from staging.stg_rejected_rows",
    )
    return {(table, reason): int(number) for table, reason, number in rows}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.write.__name__)
def test_however_files_are_written_their_values_are_read(
    form: Form, folder: Path, warehouse: Path
):
    tables = shop()
    form.write(tables, folder)

    stage(folder, warehouse, UNTESTED, **form.vars)

    assert reasons(warehouse) == {}
    assert staged_lines(warehouse) == expected_lines(tables["transactions"])
    times = query(
        warehouse, "select distinct transaction_time from staging.stg_transactions"
    )
    assert times == [(form.time,)]
    departments = "select distinct department, macro_category, is_mapped "
    departments += "from staging.stg_products order by 1"
    assert query(warehouse, departments) == [
        ("Käse", "other", False),
        ("Obst", "other", False),
    ]
    days = query(
        warehouse,
        "select min(day), max(day), min(week), max(week) from staging.stg_transactions",
    )
    assert days == [(1, N_DAYS, 1, N_DAYS // 7)]


def test_tables_of_a_schema_are_read_without_a_word(warehouse: Path):
    tables = shop()
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute('create or replace schema "till\'s ""x"" system"')
        connection.register("lines", tables["transactions"])
        connection.execute(
            'create table "till\'s ""x"" system"."Transactions" as '
            'select household_id as "Household_ID", * exclude (household_id) from lines'
        )

    stage('till\'s "x" system', warehouse, UNTESTED)

    assert staged_lines(warehouse) == expected_lines(tables["transactions"])


# --- what stops a build, in one sentence ----------------------------------------------


def text_of(table: pd.DataFrame, **form: Any) -> str:
    return table.to_csv(index=False, **form)


def test_what_is_wrong_with_whole_tables_is_said_in_a_sentence_each(
    folder: Path, warehouse: Path
):
    tables = shop()
    lines, products = tables["transactions"], tables["products"]
    (folder / "transactions.csv").write_text(text_of(lines, sep="|"))
    write_parquet(
        {
            "products": products.rename(columns={"product_id": "produc_id"}),
            "households": pd.DataFrame({"household_id": [41]}),
            "campaign_targets": pd.DataFrame({"campaign_id": [1], "household_id": 41}),
        },
        folder,
    )
    (folder / "households.csv").write_text("household_id\n41\n")
    (folder / "coupons.csv").touch()
    path = quoted(folder / "coupon_redemptions.parquet")
    duckdb.sql(
        "copy (select 41 as household_id, 1 as coupon_upc, 1 as campaign_id, "
        f"timestamptz '2024-01-02 00:30:00+00' as redeemed_on) to '{path}'"
    )
    (folder / "promotions").mkdir()
    for name in ("january.csv", "january (1).csv"):
        text = text_of(products.assign(store_id=1, week=1))
        (folder / "promotions" / name).write_text(text)

    run = run_dbt(["run-operation", "check_raw"], warehouse, vars=canonical(folder))

    said = " ".join(run.stdout.split())
    for sentence in (
        "Is it another delimiter? Set var csv_delimiter",
        "products.parquet has no column product_id; it has produc_id, department, "
        "brand. Is it produc_id?",
        "households.csv and households.parquet are both in",
        "campaign_targets.parquet is there, but no campaigns",
        "coupons.csv is a file of 0 bytes",
        "has column redeemed_on with a time zone, expected the shops' own zone in var "
        "time_zone",
        "promotions holds january.csv, an exact copy of january (1).csv; remove one",
    ):
        assert sentence in said, sentence
    assert run.returncode != 0


HEADER = b"household_id,transacted_on,sales_value\n"
FILES = {
    "sales.xlsx": (
        {"transactions.xlsx": b"PK\3\4"},
        "transactions.xlsx is of a kind that is not read, expected "
        "transactions.parquet or transactions.csv (also .gz, .zst); export it as one "
        "of them, or move it away.",
    ),
    "not packed": (
        {"transactions.csv.gz": HEADER},
        "transactions.csv.gz is not packed, which its name does not say; let its name "
        "end in .csv.",
    ),
    "packed": (
        {"transactions.csv": gzip.compress(HEADER)},
        "transactions.csv is packed as .gz, which its name does not say; let its name "
        "end in .csv.gz.",
    ),
    "half a parquet": (
        {"transactions.parquet": HEADER},
        "transactions.parquet is no parquet file, though its name says so.",
    ),
    "two kinds": (
        {"transactions/a.csv": HEADER, "transactions/b.parquet": b"PAR1"},
        "transactions holds b.parquet and a.csv, expected parts of one kind.",
    ),
    "other columns": (
        {"transactions/a.csv": HEADER, "transactions/b.csv": b"till," + HEADER},
        "a.csv and b.csv have other columns (till), expected the same in every part.",
    ),
    "column twice": (
        {"transactions.csv": b"Household_ID," + HEADER},
        "transactions.csv has the column household_id twice, expected each once.",
    ),
    "no header": (
        {"transactions.csv": b"\n \nsep=;\n"},
        "transactions.csv has no header line.",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_files_that_cannot_be_a_table_are_named(case: str, folder: Path):
    files, sentence = FILES[case]
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)

    found = raw_table(folder, "transactions", "auto", CsvForm())

    assert (found.problem, found.reader) == (sentence, "")


def test_lines_that_cannot_be_read_are_named_by_file_and_line(
    folder: Path, warehouse: Path
):
    tables = shop()
    lines = text_of(tables["transactions"]).splitlines()
    lines[41] = "44,345"
    (folder / "transactions.csv").write_text("\n".join(lines))
    as_csv(tables["products"], folder / "products.csv", "latin-1")

    said = refusal(folder, warehouse)

    for sentence in (
        "file transactions.csv, line 42 has 2 cells, expected 8 as in the header line "
        "(1 such line): 44,345",
        "file products.csv, line 2 is not written in utf-8; state its encoding in var "
        "csv_encoding",
    ):
        assert sentence in said, sentence
    assert "Got 1 result" not in said.split("What stopped it")[1]


def test_lines_that_come_twice_stop_the_build(folder: Path, warehouse: Path):
    lines = shop()["transactions"]
    copied = lines[lines.basket_id.rank(pct=True) <= 0.1]
    write_parquet({"transactions": pd.concat([lines, copied])}, folder)

    said = refusal(folder, warehouse).split("What stopped it")[1]

    share = copied.groupby("basket_id").size()
    assert share.sum() > 0
    assert "Rule assert_no_file_is_read_twice" in said
    assert "of the lines come twice in every column" in said
    assert "Remove the copy, or raise var max_copied_share" in said


# --- what the columns say -------------------------------------------------------------


def test_ids_are_text_to_their_owner(folder: Path, warehouse: Path):
    lines = shop()["transactions"]
    spelled = {
        41: "0001001",
        42: "1001",
        43: "1001.0",  # the same customer, from a column with a NULL
        44: " C-17 ",
        45: "98765432109876543210",
        46: "-5",
        47: "6.2E+11",
        48: "17.5",
        50: "1,000",  # thousands, or a fraction: no household 1
        51: "1002.00",
        49: "é",
    }
    ids = lines.household_id.map(spelled).fillna("7")
    lines["household_id"] = ids
    lines["product_id"] = "SKU/" + lines.product_id.astype(str)
    write_parquet({"transactions": lines}, folder)

    stage(folder, warehouse, max_rejected_share=0.5)

    broken = lines.household_id.isin(["6.2E+11", "17.5", "1,000"])
    good = lines[~broken].copy()
    good["household_id"] = good.household_id.str.strip().replace(
        {"1001.0": "1001", "1002.00": "1002"}
    )
    assert staged_lines(warehouse) == expected_lines(good)
    assert reasons(warehouse) == {
        (
            "transactions",
            "household_id is in exponent form, its digits are lost",
        ): (ids == "6.2E+11").sum(),
        ("transactions", "household_id has a fraction"): (
            ids.isin(["17.5", "1,000"]).sum()
        ),
    }
    keys = (
        "select min(id) >= power(2, 62), count(distinct id) from staging.stg_source_ids"
    )
    assert query(warehouse, keys) == [(True, 5 + 20)]


def test_returns_are_netted_and_discounts_have_one_sign(folder: Path, warehouse: Path):
    lines = shop()["transactions"]
    lines.loc[::2, "retail_discount"] *= -1
    returns = lines[:30].assign(basket_id=range(8_000, 8_030))
    returns["quantity"] *= -1
    returns["sales_value"] *= -1
    marked = lines[30:40].assign(basket_id=range(9_000, 9_010), is_return="yes")
    write_parquet({"transactions": pd.concat([lines, returns, marked])}, folder)

    stage(folder, warehouse)

    found = query(
        warehouse,
        "select is_return, count(*), sum(sales_value), sum(retail_discount), "
        "max(quantity) < 0 from staging.stg_transactions group by all order by all",
    )
    sold = lines.sales_value.sum()
    assert [row[:2] for row in found] == [(False, len(lines)), (True, 40)]
    assert float(found[0][2]) == pytest.approx(sold)
    assert float(found[1][2]) == pytest.approx(-lines.sales_value[:40].sum())
    assert [float(row[3]) for row in found] == [0.25 * len(lines), -0.25 * 40]
    assert [row[4] for row in found] == [False, True]


def test_receipts_that_restart_and_lines_that_repeat(folder: Path, warehouse: Path):
    lines = shop()["transactions"]
    first = lines.groupby(["household_id", "transacted_on"]).basket_id.transform("min")
    visits = lines.assign(visit=first)
    # Every day the tills count from 1 again, and scan each piece as a line of its own.
    lines["basket_id"] = visits.groupby("transacted_on").visit.rank("dense").astype(int)
    pieces = pd.concat([lines, lines[:100].assign(sales_value=1.0)])
    write_parquet({"transactions": pieces}, folder)

    stage(folder, warehouse)

    found = query(
        warehouse,
        "select count(distinct basket_id), count(*), sum(quantity), sum(sales_value) "
        "from staging.stg_transactions",
    )[0]
    assert found[:2] == (visits.visit.nunique(), len(lines))
    assert float(found[2]) == pieces.quantity.sum()
    assert float(found[3]) == pytest.approx(pieces.sales_value.sum())
    repeated = "select n_duplicates from staging.stg_known_duplicates "
    repeated += "where table_name = 'transactions'"
    assert query(warehouse, repeated) == [(100,)]


def test_receipts_are_told_apart_by_several_columns(folder: Path, warehouse: Path):
    """Tills count from 1 each day, and lines have the time of their scan."""
    lines = shop()["transactions"]
    right = lines.groupby("basket_id").ngroups
    tills = lines.groupby("transacted_on").basket_id.rank("dense").astype(int)
    lines["till"], lines["basket_id"] = tills % 2, tills // 2
    lines["household_id"] = 7
    seconds = pd.to_timedelta(np.arange(len(lines)) % 60, unit="s")
    lines["transacted_on"] = pd.to_datetime(lines.transacted_on) + seconds
    write_parquet({"transactions": lines}, folder)

    stage(folder, warehouse, UNTESTED, basket_key=["till", "day", "basket_id"])

    found = "select count(distinct basket_id) from staging.stg_transactions"
    assert query(warehouse, found) == [(right,)]


def test_three_columns_are_enough(folder: Path, warehouse: Path):
    """Customer, date and amount: one basket a day of one product."""
    lines = shop()["transactions"][["household_id", "transacted_on", "sales_value"]]
    write_parquet({"transactions": lines}, folder)

    stage(folder, warehouse)

    days = lines.groupby(["household_id", "transacted_on"]).sales_value.sum()
    found = query(
        warehouse,
        "select household_id, transacted_on, cast(sum(sales_value) as double), "
        "count(distinct basket_id), max(quantity) > 0 "
        "from staging.stg_transactions group by all order by all",
    )
    assert [row[:2] for row in found] == list(days.index)
    assert [row[2] for row in found] == pytest.approx(list(days))
    assert {row[3:] for row in found} == {(1, True)}


def test_clocks_that_are_wrong_and_customers_without_a_card(
    folder: Path, warehouse: Path
):
    lines = shop()["transactions"].astype({"household_id": object})
    lines.loc[lines.household_id == 41, "household_id"] = "GUEST"
    lines.loc[lines.household_id == 42, "household_id"] = None
    lines.loc[3:4, "transacted_on"] = datetime.date(1970, 1, 1)
    lines.loc[5, "transacted_on"] = datetime.date(2034, 1, 1)
    lines["household_id"] = lines.household_id.map(
        lambda value: None if value is None else str(value)
    )
    write_parquet({"transactions": lines}, folder)

    stage(folder, warehouse, nobody_households=["GUEST"])

    ((reason, n_lines),) = reasons(warehouse).items()
    assert "more than 180 days from all other shopping days" in reason[1]
    assert n_lines == 3
    right = lines.drop(index=[3, 4, 5])
    nobody = right.household_id.isna() | (right.household_id == "GUEST")
    assert staged_lines(warehouse) == expected_lines(right[~nobody])
    left_out = query(
        warehouse,
        "select n_lines, cast(sales_value as double), sales_share "
        "from staging.stg_left_out_sales",
    )[0]
    assert left_out[:2] == (
        nobody.sum(),
        pytest.approx(right[nobody].sales_value.sum()),
    )
    share = right[nobody].sales_value.sum() / right.sales_value.sum()
    assert left_out[2] == pytest.approx(share)


def test_week_labels_of_any_kind_are_the_weeks_of_promotions(
    folder: Path, warehouse: Path
):
    lines = shop()["transactions"]
    # The shop's weeks start on Sunday, and the year is part of the label.
    sunday = lines.transacted_on + pd.to_timedelta(1, unit="D")
    iso = pd.to_datetime(sunday).dt.isocalendar()
    lines["week"] = iso.year * 100 + iso.week
    labels = sorted(lines.week.unique())
    assert labels[4:6] == [202401, 202402] or 202352 in labels
    promotions = pd.DataFrame(
        {
            "product_id": 901,
            "store_id": 1,
            "week": labels,
            "display": "1",
            "mailer": "0",
        }
    )
    write_parquet({"transactions": lines, "promotions": promotions}, folder)

    stage(folder, warehouse)

    weeks = query(
        warehouse,
        "select distinct transacted_on, week from staging.stg_transactions order by 1",
    )
    first_sunday = FIRST_DATE - datetime.timedelta(days=1)
    assert weeks == [(date, 1 + (date - first_sunday).days // 7) for date, _ in weeks]
    promoted = "select week from staging.stg_promotions order by week"
    assert query(warehouse, promoted) == [(n,) for n in range(1, len(labels) + 1)]


def test_day_numbers_are_enough(folder: Path, warehouse: Path):
    """Day 1 counts as a Monday, so day 197 is one."""
    lines = shop()["transactions"]
    lines["day"] = (
        pd.to_datetime(lines.pop("transacted_on")) - pd.Timestamp(FIRST_DATE)
    ).dt.days + 197
    write_parquet({"transactions": lines}, folder)

    stage(folder, warehouse)

    days = "select distinct day, week from staging.stg_transactions order by 1"
    assert query(warehouse, days) == [
        (day, 1 + (day - 197) // 7) for day in sorted(lines.day.unique())
    ]


def test_campaigns_by_dates_open_ends_and_holdouts(folder: Path, warehouse: Path):
    households = list(range(41, 53))
    campaigns = pd.DataFrame(
        {
            "campaign_id": ["spring", "summer", "2"],
            "campaign_type": ["mail", None, "Mail"],
            "start_date": ["2023-12-20", "2024-01-10", "2024-01-25"],
            "end_date": ["2023-12-31", None, "9999-12-31"],
        }
    )
    targets = pd.concat(
        [
            pd.DataFrame(
                {
                    "campaign_id": "spring",
                    "household_id": [*households, 999],
                    "arm": ["Control", "Letter"] * 6 + ["Letter"],
                    "probability": 0.5,
                }
            ),
            pd.DataFrame(
                {"campaign_id": "summer", "household_id": 41, "arm": ["Letter"]}
            ),
            # A list that names a customer twice, and one in both arms.
            pd.DataFrame(
                {"campaign_id": "2", "household_id": [44, 44], "arm": "Letter"}
            ),
            pd.DataFrame(
                {"campaign_id": "2", "household_id": 45, "arm": ["Letter", "control"]}
            ),
        ]
    )
    tables = {"campaigns": campaigns, "campaign_targets": targets}
    write_parquet(shop() | tables, folder)

    stage(folder, warehouse)

    found = query(
        warehouse,
        "select coalesce(source_id, cast(campaign_id as varchar)), campaign_type, "
        "start_day, end_day, is_open_ended from staging.stg_campaigns "
        "left join staging.stg_source_ids on campaign_id = id and id_type = 'campaign' "
        "order by start_day",
    )
    assert found == [
        ("spring", "Mail", 17, 28, False),
        ("summer", "unknown", 38, 52, True),
        ("2", "Mail", 53, N_DAYS, True),
    ]
    arms = query(
        warehouse,
        "select is_experiment, is_sent, probability, count(*) "
        "from staging.stg_campaign_targets group by all order by all",
    )
    assert arms == [
        (False, True, None, 2),
        (True, False, 0.5, 6),
        (True, True, 0.5, 6),
    ]
    assert reasons(warehouse) == {
        ("campaign_targets", "the household is both sent and held out"): 2
    }
    left_out = "select n_targets, n_without_purchase from staging.stg_left_out_targets "
    assert (13, 1) in query(warehouse, left_out)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("is_holdout", [True, False]),
        ("treatment_flg", [0, 1]),
        ("is_treated", "NY"),
        ("arm", ["No E-Mail", "Mens E-Mail"]),
    ],
)
def test_a_holdout_may_be_written_in_several_ways(
    column: str, values: Any, folder: Path, warehouse: Path
):
    campaigns = pd.DataFrame({"campaign_id": [1], "start_day": [20], "end_day": [30]})
    targets = pd.DataFrame({"campaign_id": 1, "household_id": range(41, 53)})
    targets[column] = list(values) * 6
    tables = {"campaigns": campaigns, "campaign_targets": targets}
    write_parquet(shop() | tables, folder)

    stage(folder, warehouse)

    sent = (
        "select household_id from staging.stg_campaign_targets where is_sent order by 1"
    )
    assert query(warehouse, sent) == [(n,) for n in range(42, 53, 2)]


def test_columns_of_a_holdout_fill_each_other_and_must_not_contradict(
    folder: Path, warehouse: Path
):
    campaigns = pd.DataFrame(
        {
            "campaign_id": [1, 2],
            "start_day": [20, 30],
            "end_day": [30, 20],
        }
    )
    targets = pd.DataFrame(
        [
            (1, 41, "yes", "0", "0.5"),
            (1, 42, None, "1", "0.5"),
            (1, 43, "t", None, None),
            (1, 44, "1.0", "1", "0.5"),
            (1, 45, "no", "false", "0.5"),
            (1, 46, None, None, "0.5"),
            (1, 47, "perhaps", "", "0.5"),
            (1, 48, "N", "1", "50"),
            (2, 49, "N", "1", "0.5"),
            (3, 50, "N", "1", "0.5"),
        ],
        columns=[
            "campaign_id",
            "household_id",
            "is_holdout",
            "treatment_flg",
            "probability",
        ],
    )
    tables = {"campaigns": campaigns, "campaign_targets": targets}
    write_parquet(shop() | tables, folder)

    stage(folder, warehouse)

    found = (
        "select household_id, is_sent, probability "
        "from staging.stg_campaign_targets order by 1"
    )
    assert query(warehouse, found) == [
        (41, False, 0.5),
        (42, True, 0.5),
        (43, False, None),
    ]
    assert reasons(warehouse) == {
        ("campaigns", "end_day is before start_day"): 1,
        ("campaign_targets", "the columns of the row say both sent and held out"): 2,
        ("campaign_targets", "the row says neither sent nor held out"): 2,
        ("campaign_targets", "probability is not between 0 and 1 (50 % is 0.5)"): 1,
        ("campaign_targets", "its campaign is refused: see campaigns"): 1,
        ("campaign_targets", "orphan campaign_id: no such campaign"): 1,
    }


@pytest.fixture(scope="module")
def own_words(scratch_folder: Path) -> tuple[Path, Path]:
    """A build, and its folder, of tables whose words are the retailer's own."""
    tables = shop()
    tables["transactions"]["till"] = 3
    tables["transactions"].loc[:2, "is_return"] = "perhaps"
    products = tables["products"]
    products["macro_category"] = ["Grocery", "Health & Beauty", "Toys", None] * 5
    # Five come again as something else, and five as they are.
    repeated = products[:5].assign(department="other")
    tables["products"] = pd.concat([products, repeated, products[5:10]])
    tables["households"] = pd.DataFrame(
        {
            "household_id": [*range(41, 46), 777],
            "income": ["low", "high", None, "NA", "low", "low"],
            "Club Tier": [1.0, 2.0, np.nan, 3.0, 1.0, 1.0],
        }
    )
    folder = scratch_folder / "own_words"
    folder.mkdir()
    write_parquet(tables, folder)
    warehouse = folder / "warehouse" / "retail_uplift.duckdb"
    run = run_dbt(STAGING, warehouse, vars=canonical(folder))
    # Few rows never stop a build.
    assert run.returncode == 0, run.stdout
    (folder / "log").write_text(run.stdout)
    return warehouse, folder


def test_households_have_attributes_of_their_own(own_words: tuple[Path, Path]):
    found = "select * from staging.stg_household_attributes order by all"
    assert query(own_words[0], found) == [
        (41, "club tier", "1"),
        (41, "income", "low"),
        (42, "club tier", "2"),
        (42, "income", "high"),
        (44, "club tier", "3"),
        (45, "club tier", "1"),
        (45, "income", "low"),
    ]


def test_products_have_categories_of_their_own(own_words: tuple[Path, Path]):
    found = "select macro_category, is_mapped, count(*) from staging.stg_products "
    assert query(own_words[0], f"{found} group by all order by all") == [
        ("grocery", True, 5),
        ("health_beauty", True, 5),
        ("other", False, 10),
    ]


def test_a_build_says_what_it_leaves_out(own_words: tuple[Path, Path]):
    warehouse, folder = own_words
    said = (folder / "log").read_text().split("Left out of the build")[1]
    n_lines = len(shop()["transactions"])
    assert "transactions: nobody reads column till" in said
    assert f"transactions: 3 of {n_lines} rows refused: is_return says neither" in said
    assert "products: 5 of 30 rows refused: duplicated key (product_id)" in said
    assert reasons(warehouse) == {
        ("products", "duplicated key (product_id)"): 5,
        ("transactions", "is_return says neither yes nor no"): 3,
    }


@pytest.mark.parametrize(
    ("limits", "stops"),
    [
        ({"max_rejected_rows": 4}, True),
        (
            {"max_rejected_rows": 4, "max_rejected_share": {"products": 0.3}},
            False,
        ),
    ],
)
def test_every_table_has_a_limit_of_its_own(
    limits: dict[str, Any], stops: bool, own_words: tuple[Path, Path], warehouse: Path
):
    run = run_dbt(STAGING, warehouse, vars=canonical(own_words[1], **limits))

    assert (run.returncode != 0) == stops, run.stdout
    words = "products: duplicated key (product_id): 5 of 30 rows (16.67%)"
    assert (words in run.stdout) == stops


def test_the_two_year_release_may_lack_all_but_its_lines(
    tmp_path: Path, warehouse: Path
):
    lines = shop()["transactions"]
    columns = {
        "household_id": "household_key",
        "basket_id": "BASKET_ID",
        "product_id": "PRODUCT_ID",
        "store_id": "STORE_ID",
        "quantity": "QUANTITY",
        "sales_value": "SALES_VALUE",
    }
    days = (pd.to_datetime(lines.transacted_on) - pd.Timestamp(FIRST_DATE)).dt.days
    released = lines.rename(columns=columns).drop(
        columns=["retail_discount", "transacted_on"]
    )
    released = released.assign(
        DAY=days + 1, WEEK_NO=days // 7 + 1, RETAIL_DISC=-0.25, COUPON_DISC=0
    ).assign(COUPON_MATCH_DISC=0)
    as_csv(released, tmp_path / "transaction_data.csv.gz")
    edition = {"edition": "dunnhumby", "raw_dir": str(tmp_path)}

    claimed = run_dbt(STAGING, warehouse, vars=edition)
    assert "FAIL 5 assert_golden_counts_hold" in claimed.stdout
    run_dbt_or_fail(STAGING, warehouse, vars=edition | {"check_golden_counts": False})

    found = "select count(*), sum(sales_value), sum(retail_discount) "
    found += "from staging.stg_transactions"
    ((n_lines, sales, discounts),) = query(warehouse, found)
    assert n_lines == len(lines)
    assert float(sales) == pytest.approx(lines.sales_value.sum())
    assert float(discounts) == 0.25 * n_lines
