"""Exports public tables: ``python -m retail_uplift.exports --help``.

Each table becomes a CSV and a parquet file in the folder of its schema. Two more tables
say what is in them, for a BI tool or whoever gets the files without the warehouse:
``tables`` has the rows and the description of each table, ``columns`` the type, the
unit and the definition of each column.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from retail_uplift.render_docs import REPOSITORY, analysis_query, tables_read
from retail_uplift.serving.published import POINTER, resolve

SCHEMAS = ("marts", "evidence")
UNFINISHED = "runs.unfinished_runs"
# Analyses that are written beside the published tables, under the names that the second
# source study gives its files for dashboards; which of our tables they are, they say.
EXTRACTS = (
    "recommended_households_conservative",
    "topk_comparison",
    "twfe_did_summary",
)
# The unit of a column by its name, the first that fits; names follow the house's style.
UNITS_BY_NAME = (
    (r"_day$", "number of the day"),
    (r"^n_|_count$", "number"),
    (r"(^|_)(p|q)_value$|propensity$|^p_", "probability"),
    (r"_share$|^share_|_rate$", "share, 0 to 1"),
)
UNITS_BY_TYPE = {"BOOLEAN": "yes or no", "DATE": "date", "TIMESTAMP": "time, UTC"}


@contextmanager
def open_build(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published file, or a build file, for reading.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    with duckdb.connect(str(resolve(warehouse)), read_only=True) as connection:
        yield connection


def tables_of(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return ``schema.table`` of all tables and views."""
    rows = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
    ).fetchall()
    return {name for (name,) in rows}


def check_finished(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> None:
    """Raise a ValueError if the last run on a build file did not finish.

    The published file has finished runs alone.
    """
    if UNFINISHED in tables and connection.execute(f"from {UNFINISHED}").fetchone():
        raise ValueError(
            "the last build of this file did not finish: build again, or read the "
            f"published file {POINTER}"
        )


def write_rows(rows: duckdb.DuckDBPyRelation, path: Path) -> None:
    """Write rows as CSV and as parquet; each file gets its name when it is complete."""
    rows.write_csv(f"{path}.csv.partial", header=True)
    rows.write_parquet(f"{path}.parquet.partial")
    for kind in ("csv", "parquet"):
        Path(f"{path}.{kind}.partial").replace(f"{path}.{kind}")


def unit_of(
    name: str, data_type: str, definition: str, features: dict[str, str], currency: str
) -> str | None:
    """Return the unit of a column, or None where only its definition says it.

    Parameters
    ----------
    name, data_type, definition : str
        The column, as the warehouse has it.
    features : dict of str to str
        Units of the features (seed `features`).
    currency : str
        What amounts are called, a plural.

    Returns
    -------
    str or None
        None of texts, too.
    """
    if name in features:
        return features[name].replace("dollars", currency)
    if data_type in UNITS_BY_TYPE:
        return UNITS_BY_TYPE[data_type]
    if data_type == "VARCHAR":
        return None
    for pattern, unit in UNITS_BY_NAME:
        if re.search(pattern, name):
            return unit
    # Not what is dollars in some rows only, or a ratio of dollars.
    says_dollars = re.search(r"\bdollars\b(?! for )", definition, re.IGNORECASE)
    return currency if says_dollars and "per dollar" not in definition else None


def export_tables(
    warehouse: Path, folder: Path, names: Sequence[str] = ()
) -> dict[str, int]:
    """Write public tables of the last build with a list of tables and of columns.

    Parameters
    ----------
    warehouse : Path
        DuckDB file of a finished build; opened read-only.
    folder : Path
        Made if it is missing; files of the same names are replaced.
    names : sequence of str, optional
        Tables without their schema; all public tables if none.

    Returns
    -------
    dict of str to int
        Number of rows by ``schema.table``.

    Raises
    ------
    FileNotFoundError
        If there is no such warehouse.
    ValueError
        If the last build did not finish, or a name is no public table.
    """
    with open_build(warehouse) as connection:
        tables = tables_of(connection)
        check_finished(connection, tables)
        public = sorted(name for name in tables if name.split(".")[0] in SCHEMAS)
        chosen = [name for name in public if not names or name.split(".")[1] in names]
        unknown = set(names) - {name.split(".")[1] for name in public}
        if unknown or not chosen:
            raise ValueError(
                f"no public table {', '.join(sorted(unknown)) or 'at all'}: "
                "models/marts/TABLES.md lists them"
            )
        counts = {}
        for name in chosen:
            path = folder / name.replace(".", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = connection.table(name)
            write_rows(rows, path)
            ((counts[name],),) = rows.count("*").fetchall()
        write_rows(_described_tables(connection, counts), folder / "tables")
        write_rows(_described_columns(connection, chosen), folder / "columns")
    return counts


def export_parquet(published: Path, folder: Path) -> None:
    """Write all tables of a published file as parquet, and what they mean.

    The extracts of `EXTRACTS` go into folder ``extracts``, as far as the file has their
    tables and columns.

    Parameters
    ----------
    published : Path
        DuckDB file of a publication; opened read-only.
    folder : Path
        Made if it is missing.
    """
    with duckdb.connect(str(published), read_only=True) as connection:
        tables = sorted(tables_of(connection))
        counts = {}
        for name in tables:
            path = folder / f"{name.replace('.', '/')}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = connection.table(name)
            rows.write_parquet(str(path))
            ((counts[name],),) = rows.count("*").fetchall()
        _described_tables(connection, counts).write_parquet(
            str(folder / "tables.parquet")
        )
        _described_columns(connection, tables).write_parquet(
            str(folder / "columns.parquet")
        )
        (folder / "extracts").mkdir()
        names = {name.split(".")[1] for name in tables}
        for extract in EXTRACTS:
            if tables_read(extract, REPOSITORY) <= names:
                query = analysis_query(extract, connection, REPOSITORY)
                connection.sql(query.rstrip("; \n")).write_parquet(
                    str(folder / "extracts" / f"{extract}.parquet")
                )


def _described_tables(
    connection: duckdb.DuckDBPyConnection, counts: dict[str, int]
) -> duckdb.DuckDBPyRelation:
    """Return schema, name, rows and description of the exported tables."""
    return connection.sql(
        "select schema_name, table_name, counts.n_rows, "
        "trim(comment, ' \n') as description "
        "from duckdb_tables() inner join "
        "(select unnest($names) as name, unnest($n_rows) as n_rows) as counts "
        "on schema_name || '.' || table_name = counts.name "
        "order by schema_name desc, table_name",
        params={"names": list(counts), "n_rows": list(counts.values())},
    )


def _described_columns(
    connection: duckdb.DuckDBPyConnection, chosen: Sequence[str]
) -> duckdb.DuckDBPyRelation:
    """Return table, position, name, type, unit and definition of each column."""
    features = _feature_units(connection)
    currency = _currency(connection)
    columns = connection.execute(
        "select schema_name, table_name, column_index, column_name, data_type, "
        "trim(coalesce(comment, ''), ' \n') from duckdb_columns() "
        "where list_contains($chosen, schema_name || '.' || table_name) "
        "order by schema_name desc, table_name, column_index",
        {"chosen": list(chosen)},
    ).fetchall()
    units = [unit_of(*column[3:], features, currency) for column in columns]
    lists = [*map(list, zip(*columns, strict=True)), units]
    names = ["schema_name", "table_name", "position", "column_name", "data_type"]
    names += ["definition", "unit"]
    values = ", ".join(f"unnest(${name}) as {name}" for name in names)
    return connection.sql(
        f"select * from (select {values})", params=dict(zip(names, lists, strict=True))
    )


def _feature_units(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the units of the features; none where their seed was not built."""
    if "seeds.features" not in tables_of(connection):
        return {}
    return dict(
        connection.execute("select feature, unit from seeds.features").fetchall()
    )


def _currency(connection: duckdb.DuckDBPyConnection) -> str:
    """Return what amounts are called; a build of one wing has not said it."""
    if "marts.run_manifest" not in tables_of(connection):
        return "amount"
    ((currency,),) = connection.execute(
        "select max_by(currency_name, started_at) from marts.run_manifest"
    ).fetchall()
    return currency


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 after an error of the caller."""
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.exports",
        description="Write public tables as CSV and parquet, with their meaning.",
    )
    parser.add_argument("warehouse", type=Path, help="published or build file")
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("tables", nargs="*", help="names of tables (default: all)")
    given = parser.parse_args(arguments)
    try:
        counts = export_tables(given.warehouse, given.folder, given.tables)
    except (FileNotFoundError, ValueError) as error:
        print(f"exports: {error}", file=sys.stderr)
        return 2
    print(
        f"{len(counts)} tables with {sum(counts.values()):,} rows, "
        f"written to {given.folder}; tables.csv and columns.csv explain them"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
