"""Errors that DuckDB really raises, in the words that the user reads."""

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from retail_uplift.plain_words import in_plain_words

STRICT_CSV = (
    "from read_csv('{file}', header = true, all_varchar = true, auto_detect = false, "
    "columns = {{'a': 'varchar', 'b': 'varchar', 'c': 'varchar'}}, delim = ',', "
    "quote = '\"', escape = '\"')"
)
CSV = "from read_csv('{file}', header = true, all_varchar = true)"
PARQUET = "from read_parquet('{file}')"

# File, its bytes, how it is read, and what the sentence must say.
UNREADABLE = [
    (
        "short.csv",
        b"a,b,c\n1,2,3\n4,5\n6,7,8\n",
        STRICT_CSV,
        "file short.csv, line 3: the row has 2 cells, expected 3 as in the first line "
        "(4,5)",
    ),
    (
        "long.csv",
        b"a,b,c\n1,2,3\n4,5,6\n6,CHEESE, SLICED,8\n",
        STRICT_CSV,
        "file long.csv, line 4: the row has 4 cells, expected 3",
    ),
    (
        "quote.csv",
        b'a,b,c\n1,2,3\n4,"x,6\n7,8,9\n',
        STRICT_CSV,
        "file quote.csv, line 3: a quote is opened and not closed",
    ),
    (
        "latin.csv",
        "a,b\n1,café\n".encode("latin-1"),
        CSV,
        "file latin.csv, line 2: the text is not UTF-8. Name the file's encoding",
    ),
    ("no.csv.gz", b"no gzip", CSV, "file no.csv.gz is named as a compressed file"),
    (
        "text.parquet",
        b"household_id,day\n1,2\n",
        PARQUET,
        "file text.parquet is no whole parquet file",
    ),
    ("cut.parquet", b"", PARQUET, "file cut.parquet is no whole parquet file"),
]


def error_of(run: Callable[[], object]) -> str:
    with pytest.raises(duckdb.Error) as raised:
        run()
    return str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "reader", "words"),
    UNREADABLE,
    ids=[row[0] for row in UNREADABLE],
)
def test_an_unreadable_file_is_named_with_its_line(
    tmp_path: Path, name: str, content: bytes, reader: str, words: str
):
    file = tmp_path / name
    file.write_bytes(content)
    error = error_of(
        lambda: duckdb.connect().execute(reader.format(file=file)).fetchall()
    )
    sentence = in_plain_words(error)
    assert sentence.startswith(words)
    assert "\n" not in sentence


def test_a_file_that_is_there_is_not_called_missing(tmp_path: Path):
    file = tmp_path / "good.csv.gz"
    file.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert duckdb.sql(CSV.format(file=file)).fetchall() == [("1", "2")]
    error = error_of(lambda: duckdb.sql(CSV.format(file=tmp_path / "none.csv")))
    assert in_plain_words(error).startswith("file none.csv is missing: ")


def test_parts_with_other_columns_are_named(tmp_path: Path):
    duckdb.sql("select 1 as a").write_parquet(str(tmp_path / "1.parquet"))
    duckdb.sql("select 1 as b").write_parquet(str(tmp_path / "2.parquet"))
    error = error_of(
        lambda: duckdb.sql(PARQUET.format(file=tmp_path / "*.parquet")).fetchall()
    )
    assert in_plain_words(error).startswith(
        "file 2.parquet has no column a, which the first part, file 1.parquet, has."
    )


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "select cast(a as integer) from (select 'abc' as a)",
            "The value 'abc' in column a is no whole number.",
        ),
        (
            "select cast(a as decimal(9, 2)) from (select '1.234,50' as a)",
            "The value '1.234,50' in column a is no number.",
        ),
        (
            "select cast('2023-13-45' as date)",
            "The value '2023-13-45' is no date of the calendar.",
        ),
        (
            "select cast(99999999999 as integer)",
            "The value 99999999999 is too large for a whole number here.",
        ),
        (
            "set memory_limit = '20MB'; set temp_directory = ''; select count(*) from "
            "(select distinct random(), range from range(10000000))",
            "The memory that DuckDB may use is not enough for this step. Raise "
            "it with environment variable RETAIL_UPLIFT_MEMORY (as 8GB)",
        ),
        ("select * from shop.lines", "There is no table lines: "),
    ],
)
def test_a_value_or_a_step_is_explained(sql: str, words: str):
    connection = duckdb.connect()
    connection.execute("create schema shop")
    assert in_plain_words(error_of(lambda: connection.execute(sql))).startswith(words)


def test_a_file_that_is_no_warehouse_is_named(tmp_path: Path):
    file = tmp_path / "shop.duckdb"
    file.write_bytes(b"x" * 5_000)
    sentence = in_plain_words(error_of(lambda: duckdb.connect(str(file))))
    assert sentence.startswith(f"The file {file} is no warehouse of this version")


def test_a_damaged_warehouse_is_named(tmp_path: Path):
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table sales as select range as i from range(10000)")
    content = bytearray(file.read_bytes())
    content[5_000:10_000] = b"x" * 5_000
    for damaged in (content, content[:20_000]):
        file.write_bytes(damaged)
        sentence = in_plain_words(error_of(lambda: duckdb.connect(str(file))))
        assert sentence.startswith("A database file is damaged")


def test_a_warehouse_in_use_is_named_with_its_process():
    error = (
        'IO Error: Could not set lock on file "/a/b.duckdb": Conflicting lock is held '
        "in /usr/bin/python3.11 (PID 26863). See also https://duckdb.org/docs/x"
    )
    assert in_plain_words(error).startswith(
        "The warehouse /a/b.duckdb is in use by process 26863: another build"
    )


def test_any_other_error_is_its_own_first_line():
    error = (
        "Runtime Error in model py_clv (python_models/x.py)\n  Python model failed\n"
    )
    assert in_plain_words(error) == "Python model failed"
