"""Published files that lack something, made of a finished build."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

SCHEMAS = ("marts", "evidence", "history")
IDS = ("household_id", "source_household_id")


def write_copy(
    build: Path,
    file: Path,
    *,
    is_empty: bool = False,
    left_out: Sequence[str] = (),
    has_ids: bool = True,
) -> Path:
    """Copy what is published of a build: all rows or none, without some tables or ids.

    The manifest keeps its row: each build has one.
    """
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"attach '{build}' as build (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'build' and list_contains(?, schema_name)",
            [list(SCHEMAS)],
        ).fetchall()
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        for schema, table in tables:
            if table in left_out:
                continue
            name = f"{schema}.{table}"
            where = " limit 0" if is_empty and table != "run_manifest" else ""
            columns = "*" if has_ids else f"columns(name -> name not in {IDS})"
            connection.execute(
                f"create table {name} as select {columns} from build.{name}{where}"
            )
    return file
