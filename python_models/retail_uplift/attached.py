"""Attaches a database that holds a retailer's raw tables: SQLite, Postgres or DuckDB.

The environment variable RETAIL_UPLIFT_ATTACH names it as KIND:WHERE, or
a file of DuckDB by its path alone; it is read as database ``raw``, with var
canonical_format = table and raw_dir = raw.SCHEMA:

    sqlite:/data/shop.db                                    raw_dir = raw.main
    postgres:dbname=shop host=db.example.org user=reader    raw_dir = raw.public
    /data/shop.duckdb                                       raw_dir = raw.main
"""

from importlib.util import find_spec
from pathlib import Path

import duckdb

VARIABLE = "RETAIL_UPLIFT_ATTACH"
DATABASE = "raw"
# The extension of DuckDB that reads a kind of database.
EXTENSIONS = {
    "sqlite": "sqlite_scanner",
    "postgres": "postgres_scanner",
    "duckdb": None,
}


def attach(connection: duckdb.DuckDBPyConnection, named: str) -> None:
    """Attach the database that is named KIND:WHERE, as ``raw``, for reading only.

    Raises
    ------
    ValueError
        If the kind is none of `EXTENSIONS`, or its extension is not installed; the
        message says how to install it.
    """
    kind, separator, where = named.partition(":")
    if not separator or len(kind) == 1:  # C:\\shop.duckdb, say
        kind, where = "duckdb", named
    if kind not in EXTENSIONS or not where:
        raise ValueError(
            f"{VARIABLE} is '{kind}:...', expected sqlite:FILE, "
            "postgres:CONNECTION or a file of DuckDB."
        )
    extension = EXTENSIONS[kind]
    if extension is not None and not _is_loaded(connection, extension):
        path = extension_file(extension)
        if path is not None:
            connection.execute(f"load '{_quoted(str(path))}'")
    how = f"type {kind}, read_only" if extension else "read_only"
    try:
        connection.execute(
            f"attach if not exists '{_quoted(where)}' as {DATABASE} ({how})"
        )
    except duckdb.Error as error:
        # DuckDB tries to download an extension that it does not have.
        if extension is not None and "extension" in str(error).lower():
            raise ValueError(
                f"{VARIABLE}: DuckDB {duckdb.__version__} has no extension "
                f"{extension}. Install it with: pip install "
                f"{package_of(extension)}=={duckdb.__version__} (the same version "
                "as DuckDB's own)."
            ) from error
        # The place may hold a password.
        reason = str(error).splitlines()[0].replace(where, "...")
        raise ValueError(f"{VARIABLE}: cannot open the database: {reason}") from error


def package_of(extension: str) -> str:
    """Return the Python package that holds an extension of DuckDB.

    Example: ``sqlite_scanner`` -> ``duckdb-extension-sqlite-scanner``.
    """
    return f"duckdb-extension-{extension.replace('_', '-')}"


def extension_file(extension: str) -> Path | None:
    """Return the file of an extension installed as a Python package, if it fits."""
    spec = find_spec(package_of(extension).replace("-", "_"))
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "extensions" / f"v{duckdb.__version__}"
    file = folder / f"{extension}.duckdb_extension"
    return file if file.is_file() else None


def _is_loaded(connection: duckdb.DuckDBPyConnection, extension: str) -> bool:
    row = connection.execute(
        "select loaded from duckdb_extensions() where extension_name = $name",
        {"name": extension},
    ).fetchone()
    return row is not None and row[0]


def _quoted(text: str) -> str:
    return text.replace("'", "''")
