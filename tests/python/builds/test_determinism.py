"""The same data give the same tables, in whatever order their rows come."""

import json
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_runner import checksum, run_dbt_or_fail

from retail_uplift.memory import memory_limit
from retail_uplift.warehouse_plugin import bundled_data_dir

pytestmark = pytest.mark.slow

# Models of the build itself: they ask dbt's process, or keep rows of earlier builds.
OF_THE_BUILD = {"int_run_conditions", "run_history", "run_manifest"}


@pytest.fixture(scope="module")
def shuffled(real_warehouse: Path, scratch_folder: Path) -> Path:
    """The tables of the bundled year, the rows of each in another order; no views."""
    warehouse = scratch_folder / "shuffled" / real_warehouse.name
    warehouse.parent.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"set memory_limit = '{memory_limit()}'")
        connection.execute(f"attach '{real_warehouse}' as real (read_only)")
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'real'"
        ).fetchall():
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(
                f"create table {schema}.{table} as from real.{schema}.{table} "
                "order by hash(rowid)"
            )
    return warehouse


@pytest.fixture(scope="module")
def sql_models(shuffled: Path) -> list[dict[str, Any]]:
    """The compiled SQL models of a build, each after those that it reads."""
    run_dbt_or_fail(["compile"], shuffled)
    manifest = json.loads((shuffled.parent / "target" / "manifest.json").read_text())
    nodes = manifest["nodes"]
    parents = {
        name: [parent for parent in node["depends_on"]["nodes"] if parent in nodes]
        for name, node in nodes.items()
        if node["resource_type"] == "model"
    }
    ordered = [nodes[name] for name in TopologicalSorter(parents).static_order()]
    return [
        node
        for node in ordered
        if node["resource_type"] == "model"
        and node["language"] == "sql"
        and node["config"]["materialized"] != "ephemeral"
        and node["name"] not in OF_THE_BUILD
        and "check" not in node["tags"]
    ]


def test_the_order_of_rows_changes_no_table(
    real_warehouse: Path, shuffled: Path, sql_models: list[dict[str, Any]]
):
    changed, n_compared = [], 0
    with duckdb.connect(str(shuffled)) as connection:
        connection.execute(f"set memory_limit = '{memory_limit()}'")
        connection.execute(
            f"set variable completejourney_dir = '{bundled_data_dir().as_posix()}'"
        )
        connection.execute(f"attach '{real_warehouse}' as real (read_only)")
        for node in sql_models:
            table, sql = f"{node['schema']}.{node['alias']}", node["compiled_code"]
            if node["config"]["materialized"] == "view":
                connection.execute(f"create view {table} as {sql}")
                continue
            if "getvariable('completejourney_dir')" in sql:
                # It reads files, whose rows have one order.
                continue
            connection.execute(f"create or replace temp table again as {sql}")
            if checksum(connection, "again") != checksum(connection, f"real.{table}"):
                changed.append(node["name"])
            n_compared += 1
    assert n_compared > 400
    assert changed == []
