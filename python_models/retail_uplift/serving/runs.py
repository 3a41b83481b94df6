"""Keeps book of runs in the build file: which finished, and which tables are good.

Schema ``runs`` has two tables. ``unfinished_runs`` names the run that is under way, or
that failed or was killed. ``nodes`` says of each table which run built it, and whether
it was built and no test found a fault in it.

A run adds rows to tables that are kept over builds (`kept_tables`). The rows of a run
that did not finish are taken back: at its end if it failed, before the next run if it
was killed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from retail_uplift.rooms import WINGS, place_of

FAILURES = frozenset({"error", "fail", "runtime error", "partial success"})
BOOKS = """
    create schema if not exists runs;
    create table if not exists runs.unfinished_runs (invocation_id varchar);
    create table if not exists runs.nodes (
        unique_id varchar, invocation_id varchar, started_at timestamp, is_good boolean
    );
"""


@dataclass(frozen=True)
class Node:
    """A seed or model of the project.

    Attributes
    ----------
    schema_name, table_name : str
        Where its table lies.
    path : str
        Its file in the project.
    is_table : bool
        False if it is ephemeral.
    parents : tuple of str
        Unique ids of what it reads: seeds, models, sources, macros.
    is_personal : bool
        Whether the whole table is a list of households.
    personal_columns : frozenset of str
        Columns that identify a household.
    """

    schema_name: str
    table_name: str
    path: str
    is_table: bool = True
    parents: tuple[str, ...] = ()
    is_personal: bool = False
    personal_columns: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """``schema.table``."""
        return f"{self.schema_name}.{self.table_name}"

    @property
    def wing(self) -> str | None:
        """The wing that its file stands in; None of staging, seeds and run_manifest."""
        place = place_of(self.path)
        return None if place is None else list(WINGS)[place[0]]


def nodes_of(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Node]:
    """Return nodes by unique id, from what macro `built_nodes` says of them."""
    return {
        unique_id: Node(
            schema_name=fact["schema_name"],
            table_name=fact["table_name"],
            path=fact["path"],
            is_table=fact["is_table"],
            parents=tuple(fact["parents"]),
            is_personal=fact["is_personal"],
            personal_columns=frozenset(fact["personal_columns"]),
        )
        for unique_id, fact in facts.items()
    }


def begin(
    connection: duckdb.DuckDBPyConnection,
    invocation_id: str,
    started_at: str,
    selected: Collection[str],
) -> None:
    """Take back what an unfinished run left, and open the book of this run.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Of the build file.
    invocation_id, started_at : str
        Of this run; the time in UTC.
    selected : collection of str
        Unique ids of what it will build and test.
    """
    with transaction(connection):
        connection.execute(BOOKS)
        _take_back(connection)
        connection.execute("delete from runs.unfinished_runs")
        connection.execute(
            "insert into runs.unfinished_runs values ($run)", {"run": invocation_id}
        )
        built = [
            unique_id
            for unique_id in selected
            if unique_id.split(".")[0] in ("model", "seed")
        ]
        connection.execute(
            "delete from runs.nodes where list_contains($built, unique_id)",
            {"built": built},
        )
        connection.execute(
            "insert into runs.nodes "
            "select unnest($built), $run, cast($started_at as timestamp), false",
            {"built": built, "run": invocation_id, "started_at": started_at},
        )


def finish(
    connection: duckdb.DuckDBPyConnection,
    invocation_id: str,
    command: str,
    statuses: Mapping[str, str],
    selected: Collection[str],
    tests: Mapping[str, Mapping[str, Any]],
    nodes: Mapping[str, Node],
) -> None:
    """Note which tables are good; take the run's rows back if anything failed.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Of the build file.
    invocation_id : str
        This run.
    command : str
        ``build``, ``run`` or ``test``. Only what a build has made, and has tested
        itself, is good.
    statuses : mapping of str to str
        What became of each node and test, as dbt says it.
    selected : collection of str
        Unique ids of what the run was to build and test.
    tests : mapping of str to mapping
        For every test `parents`, and whether it `is_selected`.
    nodes : mapping of str to Node
    """
    faulty = faulty_nodes(statuses, selected, tests, nodes)
    good = [
        unique_id
        for unique_id, status in statuses.items()
        if unique_id in nodes and status == "success" and unique_id not in faulty
    ]
    with transaction(connection):
        connection.execute(BOOKS)
        connection.execute(
            "update runs.nodes set is_good = false "
            "where list_contains($faulty, unique_id)",
            {"faulty": sorted(faulty)},
        )
        if command == "build":
            connection.execute(
                "update runs.nodes set is_good = true "
                "where list_contains($good, unique_id)",
                {"good": good},
            )
        if command != "test":
            if FAILURES.isdisjoint(statuses.values()):
                connection.execute("delete from runs.unfinished_runs")
            else:
                _take_back(connection)


def faulty_nodes(
    statuses: Mapping[str, str],
    selected: Collection[str],
    tests: Mapping[str, Mapping[str, Any]],
    nodes: Mapping[str, Node],
) -> set[str]:
    """Return the nodes that a test blames, or that a test was kept from looking at.

    A test of tables of several wings blames those of the last one: the tables of the
    others were the same before the last one was built.
    """
    chosen = set(selected)
    faulty: set[str] = set()
    for unique_id, test in tests.items():
        parents = [parent for parent in test["parents"] if parent in nodes]
        is_left_out = not test["is_selected"] and chosen.issuperset(parents)
        if statuses.get(unique_id) in FAILURES or is_left_out:
            order = {parent: _place(nodes[parent]) for parent in parents}
            last = max(order.values(), default=0)
            faulty |= {parent for parent, place in order.items() if place == last}
    return faulty


def kept_tables(names: Iterable[str]) -> list[str]:
    """Return, of tables named ``schema.table``, those that are kept over builds."""
    return sorted(
        name
        for name in names
        if (name.startswith("history.") or name == "marts.run_manifest")
        and "__dbt_" not in name
    )


def database_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the name of the database of a connection: that of its file."""
    ((name,),) = connection.execute("select current_database()").fetchall()
    return name


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let all statements count, or none."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _take_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the rows of unfinished runs from the tables that are kept over builds."""
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_columns() "
        "where database_name = current_database() and column_name = 'invocation_id'"
    ).fetchall()
    for name in kept_tables(name for (name,) in rows):
        connection.execute(
            f"delete from {name} where invocation_id in "
            "(select invocation_id from runs.unfinished_runs)"
        )


def _place(node: Node) -> int:
    """Return the number of a node's wing, 0 outside the wings."""
    return 0 if node.wing is None else 1 + list(WINGS).index(node.wing)
