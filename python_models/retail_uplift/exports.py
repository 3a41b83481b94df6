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
    """Return ``schema.table`` of all tables and views of the connection's own file."""
    rows = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_catalog = current_database()"
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
