"""Publishes the good tables of a build file: whole, in one step, for all readers.

A wing is published if all of its tables and all tables that they are made of are good
(`retail_uplift.serving.runs`). A wing that is not keeps the tables that are published.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from retail_uplift.exports import SCHEMAS, export_parquet, tables_of
from retail_uplift.rooms import WINGS
from retail_uplift.serving.copies import (
    Column,
    Table,
    attached,
    copy_table,
    create_table,
    tables_in,
)
from retail_uplift.serving.publish_files import (
    PARQUET,
    PARTIAL,
    forget_old_builds,
    point,
    point_folder,
    remove,
)
from retail_uplift.serving.published import resolve
from retail_uplift.serving.runs import (
    BOOKS,
    Node,
    database_of,
    kept_tables,
    transaction,
)

SEEDS = "seeds"
PUBLISHED_WINGS = "marts.published_wings"
WINGS_TABLE = Table(
    "Which build each wing is from. One row per published wing. A wing whose "
    "tables did not pass their tests keeps those of an earlier build.",
    (
        Column("wing", "VARCHAR", False, "Part of the project (behaviour, ...)."),
        Column("invocation_id", "VARCHAR", False, "Identifier of the dbt run."),
        Column("built_at", "TIMESTAMP", False, "Start of that run, UTC."),
        Column("is_current", "BOOLEAN", False, "Whether no wing is from a later run."),
    ),
)


class PublishError(Exception):
    """Nothing was published; the text says why, and what to do."""


@dataclass(frozen=True)
class Publication:
    """What was published.

    Attributes
    ----------
    build : str or None
        Its name; None if there was nothing new.
    wings : tuple of str
        Wings with the tables of the build file.
    reasons : mapping of str to str
        The others, and why each is not from the build file.
    """

    build: str | None
    wings: tuple[str, ...]
    reasons: Mapping[str, str]

    def sentence(self, pointer: Path) -> str:
        """Say what is published now."""
        if self.build is None:
            said = f"Nothing new is published: {pointer} is as it was."
        elif self.reasons:
            said = f"Published in {pointer}: wings {', '.join(self.wings)}."
        else:
            said = f"Published in {pointer}: all wings."
        return said + "".join(
            f"\n  Wing {wing} stays as it was: {reason}."
            for wing, reason in self.reasons.items()
        )


@dataclass(frozen=True)
class WingBuild:
    """The run that built a wing: its id, and its start in UTC."""

    invocation_id: str
    built_at: datetime


def publish(
    connection: duckdb.DuckDBPyConnection,
    pointer: Path,
    invocation_id: str,
    nodes: Mapping[str, Node],
    *,
    is_by_hand: bool = False,
    with_personal_data: bool = True,
) -> Publication:
    """Publish the good wings of a build file, if a run has made any of them anew.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Of the build file.
    pointer : Path
        Such as ``published/retail_uplift.duckdb``; its folder is made if missing.
    invocation_id : str
        The dbt run.
    nodes : mapping of str to Node
        By unique id, all that a build makes.
    is_by_hand : bool
        Publish although this run has made no wing.
    with_personal_data : bool
        Publish columns and tables that identify households.

    Returns
    -------
    Publication

    Raises
    ------
    PublishError
        If a file cannot be written. What was published before is as it was.
    """
    connection.execute(BOOKS)
    fresh, reasons = good_wings(connection, nodes)
    is_new = any(wing.invocation_id == invocation_id for wing in fresh.values())
    if not fresh or not (is_new or is_by_hand):
        return Publication(None, (), reasons)
    build = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}_{invocation_id[:8]}"
    builds = pointer.parent / "builds"
    folder = builds / build
    new = builds / f"{build}{PARTIAL}"
    try:
        before = published_before(pointer)
        new.mkdir(parents=True)
        new_file = new / pointer.name
        _write(connection, new_file, before, nodes, fresh, with_personal_data)
        export_parquet(new_file, new / PARQUET)
        if os.name != "nt":
            new_file.chmod(0o444)
        os.replace(new, folder)
        point(pointer, folder / pointer.name)
    except (OSError, duckdb.Error) as error:
        with suppress(OSError):  # the first error is the one to tell
            remove(new)
        raise PublishError(
            f"The build is good, but nothing new was published in {pointer.parent}: "
            f"{_one_line(error)} Readers still see the build before. Mend that, then "
            "run dbt run-operation publish_build."
        ) from error
    try:
        point_folder(pointer.parent / PARQUET, folder / PARQUET)
        kept = {before.parent.name} if before else set()
        forget_old_builds(builds, {build} | kept)
    except OSError as error:
        raise PublishError(
            f"{pointer} is the new build, but the parquet files or old builds beside "
            f"it are as they were: {_one_line(error)} Mend that, then run "
            "dbt run-operation publish_build."
        ) from error
    return Publication(build, tuple(fresh), reasons)


def good_wings(
    connection: duckdb.DuckDBPyConnection, nodes: Mapping[str, Node]
) -> tuple[dict[str, WingBuild], dict[str, str]]:
    """Return the wings that can be published, and for the others the reason.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Of the build file.
    nodes : mapping of str to Node

    Returns
    -------
    tuple of dict
        The run that built each good wing, the latest of its tables'; and the reason why
        another wing is not good.
    """
    built = {
        unique_id: (run, started_at, is_good)
        for unique_id, run, started_at, is_good in connection.execute(
            "select unique_id, invocation_id, started_at, is_good from runs.nodes"
        ).fetchall()
    }
    present = tables_of(connection)
    fresh, reasons = {}, {}
    for wing in WINGS:
        own = [name for name, node in nodes.items() if node.wing == wing]
        needed = [
            name for name in sorted(_with_ancestors(own, nodes)) if nodes[name].is_table
        ]
        bad = [
            name
            for name in needed
            if not built.get(name, (None, None, False))[2]
            or nodes[name].name not in present
        ]
        runs = [built[name] for name in own if name in built]
        if bad:
            others = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
            named = nodes[_first(bad, nodes)].name
            reasons[wing] = f"a table failed a test or was not built, {named}{others}"
        elif runs:
            run, started_at, _ = max(runs, key=lambda found: found[1])
            fresh[wing] = WingBuild(run, started_at)
    return fresh, reasons


def published_before(pointer: Path) -> Path | None:
    """Return the file that is published now; None if there is none."""
    try:
        return resolve(pointer)
    except FileNotFoundError:
        return None


def _write(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    before: Path | None,
    nodes: Mapping[str, Node],
    fresh: Mapping[str, WingBuild],
    with_personal_data: bool,
) -> None:
    """Write the database file of a publication."""
    build = database_of(connection)
    in_build = tables_in(connection, build)
    by_name = {node.name: node for node in nodes.values()}
    with ExitStack() as stack:
        new = stack.enter_context(attached(connection, file, "publication"))
        old = before and stack.enter_context(
            attached(connection, before, "published_before", is_read_only=True)
        )
        in_old = tables_in(connection, old) if old else {}
        kept = _published_wings(connection, old) if PUBLISHED_WINGS in in_old else {}
        with transaction(connection):
            for name, is_fresh in _published_names(
                nodes, fresh, {*in_build, *in_old}
            ).items():
                in_source = in_build if is_fresh and name in in_build else in_old
                if name not in in_source:
                    continue
                table = in_source[name]
                if not with_personal_data and name in by_name:
                    if by_name[name].is_personal:
                        continue
                    table = table.without(by_name[name].personal_columns)
                source = build if in_source is in_build else old
                copy_table(connection, source, new, name, table)
            _write_wings(connection, new, {**kept, **fresh})


def _published_names(
    nodes: Mapping[str, Node],
    fresh: Mapping[str, WingBuild],
    present: Collection[str],
) -> dict[str, bool]:
    """Return ``schema.table`` of what is published, and whether it is taken anew.

    Tables of fresh wings, seeds and what is kept over builds come from the build file;
    the other wings, and what the build file lacks, from what was published before.
    """
    names = {
        node.name: node.wing in fresh or node.schema_name == SEEDS
        for node in nodes.values()
        if node.schema_name in (*SCHEMAS, SEEDS)
    }
    return dict(sorted({**names, **dict.fromkeys(kept_tables(present), True)}.items()))


def _published_wings(
    connection: duckdb.DuckDBPyConnection, database: str
) -> dict[str, WingBuild]:
    """Return which run each published wing is from."""
    rows = connection.execute(
        f'select wing, invocation_id, built_at from "{database}".{PUBLISHED_WINGS}'
    ).fetchall()
    return {wing: WingBuild(run, built_at) for wing, run, built_at in rows}


def _write_wings(
    connection: duckdb.DuckDBPyConnection, new: str, wings: Mapping[str, WingBuild]
) -> None:
    """Write the table that says which run each wing is from."""
    create_table(connection, new, PUBLISHED_WINGS, WINGS_TABLE)
    latest = max(wings.values(), key=lambda wing: wing.built_at)
    for name in WINGS:
        if name in wings:
            wing = wings[name]
            connection.execute(
                f'insert into "{new}".{PUBLISHED_WINGS} values ($1, $2, $3, $4)',
                [name, wing.invocation_id, wing.built_at, wing == latest],
            )


def _with_ancestors(own: Iterable[str], nodes: Mapping[str, Node]) -> set[str]:
    """Return nodes with all nodes that they are made of."""
    found: set[str] = set()
    open_ends = list(own)
    while open_ends:
        name = open_ends.pop()
        if name in nodes and name not in found:
            found.add(name)
            open_ends.extend(nodes[name].parents)
    return found


def _one_line(error: Exception) -> str:
    """Return an error's text on one line, with a full stop."""
    return f"{' '.join(str(error).split()).rstrip('.')}."


def _first(bad: Collection[str], nodes: Mapping[str, Node]) -> str:
    """Return a node of which no other bad one is an ancestor."""
    return next(
        name
        for name in bad
        if _with_ancestors([name], nodes).isdisjoint(set(bad) - {name})
    )
