"""Exports public tables: ``python -m retail_uplift.exports --help``.

Each table becomes a CSV and a parquet file in the folder of its schema. Two more tables
say what is in them, for a BI tool or whoever gets the files without the warehouse:
``tables`` has the rows and the description of each table, ``columns`` the type, the
unit, the number format and the definition of each column, whether it may be summed and
whether it identifies a household.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

SCHEMAS = ("marts", "evidence")
UNFINISHED = "marts_last_good.unfinished_build"


@contextmanager
def open_build(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse for reading.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    if not warehouse.is_file():
        raise FileNotFoundError(f"no warehouse {warehouse}: run `make build` first")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


def tables_of(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return ``schema.table`` of all tables and views."""
    rows = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
    ).fetchall()
    return {name for (name,) in rows}


def check_finished(tables: set[str]) -> None:
    """Raise a ValueError if the last build did not finish."""
    if UNFINISHED in tables:
        raise ValueError(
            "the last build did not finish: "
            "`dbt run-operation restore_last_good_marts` puts back the last tables"
        )


def write_rows(rows: duckdb.DuckDBPyRelation, path: Path) -> None:
    """Write rows as CSV and as parquet; each file gets its name when it is complete."""
    rows.write_csv(f"{path}.csv.partial", header=True)
    rows.write_parquet(f"{path}.parquet.partial")
    for kind in ("csv", "parquet"):
        Path(f"{path}.{kind}.partial").replace(f"{path}.{kind}")


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
        check_finished(tables)
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
    """Return what `marts.dim_columns` says of each column of the chosen tables.

    A build of a part of the project may lack that table: types and comments remain.
    """
    names = (
        "schema_name, table_name, position, column_name, data_type, definition, unit, "
        "number_format, is_additive, is_personal"
    )
    if "marts.dim_columns" in tables_of(connection):
        described = f"select {names} from marts.dim_columns"
    else:
        described = (
            "select schema_name, table_name, column_index as position, column_name, "
            "lower(data_type) as data_type, trim(comment, ' \n') as definition, "
            "null as unit, null as number_format, null as is_additive, "
            "null as is_personal from duckdb_columns()"
        )
    return connection.sql(
        f"select {names} from ({described}) as described "
        "where list_contains($chosen, schema_name || '.' || table_name) "
        "order by schema_name desc, table_name, position",
        params={"chosen": list(chosen)},
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 after an error of the caller."""
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.exports",
        description="Write public tables as CSV and parquet, with their meaning.",
    )
    parser.add_argument("warehouse", type=Path, help="DuckDB file of a finished build")
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
