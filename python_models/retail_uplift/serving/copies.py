"""Copies tables from one database file to another, with what is said of them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, its type, and what is said of it."""

    name: str
    data_type: str
    is_nullable: bool
    comment: str | None


@dataclass(frozen=True)
class Table:
    """A table: what is said of it, and its columns in order."""

    comment: str | None
    columns: tuple[Column, ...]

    def without(self, names: Collection[str]) -> "Table":
        """Return it without some of its columns."""
        rest = (column for column in self.columns if column.name not in names)
        return Table(self.comment, tuple(rest))


@contextmanager
def attached(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    *,
    is_read_only: bool = False,
) -> Iterator[str]:
    """Attach a database file under a name, and let it go again."""
    how = " (read_only)" if is_read_only else ""
    connection.execute(f"attach {literal(str(file))} as {name}{how}")
    try:
        yield name
    finally:
        connection.execute(f"detach {name}")


def tables_in(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, Table]:
    """Return the tables of an attached database, by ``schema.table``."""
    comments = connection.execute(
        "select schema_name || '.' || table_name, comment from duckdb_tables() "
        "where database_name = $database order by all",
        {"database": database},
    ).fetchall()
    columns: dict[str, list[Column]] = {name: [] for name, _ in comments}
    for name, *column in connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type, is_nullable, "
        "comment from duckdb_columns() where database_name = $database "
        "order by schema_name, table_name, column_index",
        {"database": database},
    ).fetchall():
        if name in columns:  # not those of a view
            columns[name].append(Column(*column))
    return {name: Table(comment, tuple(columns[name])) for name, comment in comments}


def create_table(
    connection: duckdb.DuckDBPyConnection, database: str, name: str, table: Table
) -> None:
    """Make an empty table ``schema.table`` with its NOT NULL and its comments."""
    definitions = [
        f'"{column.name}" {column.data_type}{"" if column.is_nullable else " not null"}'
        for column in table.columns
    ]
    target = f'"{database}".{name}'
    said = [(f"table {target}", table.comment)]
    said += [
        (f'column {target}."{column.name}"', column.comment) for column in table.columns
    ]
    statements = [
        f'create schema if not exists "{database}".{name.split(".")[0]}',
        f"create table {target} ({', '.join(definitions)})",
        *(f"comment on {what} is {literal(words)}" for what, words in said if words),
    ]
    connection.execute("; ".join(statements))


def copy_table(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    target: str,
    name: str,
    table: Table,
) -> None:
    """Copy ``schema.table`` from one attached database to another.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    source, target : str
        Names of the databases.
    name : str
        ``schema.table``.
    table : Table
        What is copied of it.
    """
    create_table(connection, target, name, table)
    listed = ", ".join(f'"{column.name}"' for column in table.columns)
    connection.execute(
        f'insert into "{target}".{name} select {listed} from "{source}".{name}'
    )


def literal(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"
