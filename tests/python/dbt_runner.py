"""Runs dbt on a warehouse of the tests' own, and reads what it built."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
from dbt_process import HASH_SEED, REPOSITORY, run_process

# Unit tests say the same of every edition: test_dbt_unit_tests.py runs them.
BUILD_DATA = ("build", "--exclude-resource-type", "unit_test")


def dbt_command(
    args: Sequence[str],
    warehouse: Path,
    *,
    vars: dict[str, Any] | None = None,
    threads: int | None = None,
) -> tuple[list[str], dict[str, str]]:
    """Return the command line and the environment of a dbt run."""
    command = [str(Path(sys.executable).with_name("dbt")), *args]
    if vars:
        command += ["--vars", json.dumps(vars)]
    return command, dbt_environment(warehouse, threads)


def dbt_environment(warehouse: Path, threads: int | None = None) -> dict[str, str]:
    """Return the environment of a dbt run on a warehouse.

    Target and log folders lie beside the warehouse file, so that runs on different
    warehouses share nothing and the user's own warehouse is never touched.
    """
    environment = os.environ | {
        "RETAIL_UPLIFT_WAREHOUSE": str(warehouse),
        "DBT_PROFILES_DIR": str(REPOSITORY),
        "DBT_TARGET_PATH": str(warehouse.parent / "target"),
        "DBT_LOG_PATH": str(warehouse.parent / "logs"),
        "DBT_USE_COLORS": "false",
        # Every statement of a run: nobody reads it here.
        "DBT_LOG_LEVEL_FILE": "none",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONHASHSEED": HASH_SEED,
    }
    if threads is not None:
        environment["RETAIL_UPLIFT_THREADS"] = str(threads)
    return environment


def run_dbt(
    args: Sequence[str],
    warehouse: Path,
    *,
    vars: dict[str, Any] | None = None,
    threads: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run dbt and return the finished process, whose stdout holds all of its log.

    Parameters
    ----------
    args
        dbt's arguments, such as ``["build", "--select", "staging"]``.
    warehouse
        The DuckDB file; its folder also receives dbt's target and log folders.
    vars
        dbt variables that differ from ``dbt_project.yml``.
    threads
        Number of dbt threads; the profile's own number when left out.
    """
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(mode="r", encoding="utf-8") as log:
        environment = dbt_environment(warehouse, threads)
        code = run_process(args, environment, vars or {}, Path(log.name))
        _put_log_into_file(warehouse)
        return subprocess.CompletedProcess(args, code, stdout=log.read())


def _put_log_into_file(warehouse: Path) -> None:
    """Write what the last run left in DuckDB's write-ahead log into the warehouse.

    A fork ends without closing the warehouse; a copy of the file alone would lack it.
    """
    if warehouse.with_name(f"{warehouse.name}.wal").exists():
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("checkpoint")


def run_dbt_or_fail(
    args: Sequence[str],
    warehouse: Path,
    *,
    vars: dict[str, Any] | None = None,
    threads: int | None = None,
) -> None:
    """Run dbt; raise an AssertionError that carries dbt's output if it fails."""
    run = run_dbt(args, warehouse, vars=vars, threads=threads)
    if run.returncode != 0:
        raise AssertionError(f"dbt {' '.join(args)} failed:\n{run.stdout}")


def query(warehouse: Path, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Return the rows of one query on a warehouse that no process is writing."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql, parameters or None).fetchall()


def copy_tables(
    connection: duckdb.DuckDBPyConnection, source: Path, tables: Iterable[str]
) -> None:
    """Copy tables of a warehouse to the connected one; it stays attached as `real`."""
    connection.execute(f"attach '{source}' as real (read_only)")
    for table in tables:
        connection.execute(f"create schema if not exists {table.split('.')[0]}")
        connection.execute(f"create table {table} as from real.{table}")


def table_names(warehouse: Path, schema: str) -> list[str]:
    """Return the names of a schema's tables, sorted."""
    rows = query(
        warehouse,
        "select table_name from information_schema.tables "
        "where table_schema = $schema order by table_name",
        schema=schema,
    )
    return [name for (name,) in rows]


def table_checksum(warehouse: Path, table: str) -> tuple[int, str]:
    """Return the `checksum` of a table of a file, ``schema.name``."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return checksum(connection, table)


def checksum(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, str]:
    """Return the number of rows of a table and the sum of their md5 numbers.

    Rows are compared as text, so a difference in the last bit of one number shows.
    Their order does not, nor that of the columns.
    """
    columns = connection.execute(f"from {table} limit 0").description
    names = ", ".join(f'"{name}"' for name in sorted(column[0] for column in columns))
    (found,) = connection.execute(
        f"with texts as (select cast(row({names}) as varchar) as text from {table}) "
        "select count(*), sum(cast(md5_number_lower(text) as hugeint))::varchar "
        "from texts"
    ).fetchall()
    return found


def public_tables(warehouse: Path) -> list[str]:
    """Return ``schema.name`` of every table that a reader may rely on, sorted."""
    return [
        f"{schema}.{name}"
        for schema in ("evidence", "marts")
        for name in table_names(warehouse, schema)
    ]


def public_checksums(warehouse: Path) -> dict[str, tuple[int, str]]:
    """Return the checksum of every public table."""
    names = public_tables(warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {name: checksum(connection, name) for name in names}
