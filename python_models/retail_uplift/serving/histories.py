"""Puts back what is kept over builds, where a build file lost it.

The lists that were sent and the record of builds are published with the other tables.
A build file that was deleted or is older than the published one gets their rows from
there before dbt looks at its tables.
"""

from pathlib import Path

import duckdb

from retail_uplift.serving.copies import attached, create_table, tables_in
from retail_uplift.serving.runs import database_of, kept_tables, transaction


def put_back(connection: duckdb.DuckDBPyConnection, published: Path) -> dict[str, int]:
    """Add to the build file the runs that only the published file knows.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Of the build file.
    published : Path
        The file of the build that is published now.

    Returns
    -------
    dict of str to int
        Rows that were added, by ``schema.table``; tables without any are left out.
    """
    build = database_of(connection)
    added = {}
    with attached(connection, published, "published_before", is_read_only=True) as old:
        present, kept = (tables_in(connection, name) for name in (build, old))
        with transaction(connection):
            for name in kept_tables(kept):
                if name not in present:
                    create_table(connection, build, name, kept[name])
                known = {
                    column.name for column in present.get(name, kept[name]).columns
                }
                shared = ", ".join(
                    f'"{column.name}"'
                    for column in kept[name].columns
                    if column.name in known
                )
                ((n_rows,),) = connection.execute(
                    f'insert into "{build}".{name} by name '
                    f'select {shared} from "{old}".{name} '
                    "where invocation_id not in "
                    f'(select invocation_id from "{build}".{name})'
                ).fetchall()
                if n_rows:
                    added[name] = n_rows
    return added
