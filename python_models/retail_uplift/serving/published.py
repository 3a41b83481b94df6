"""Opens the published file: the public tables of the last build whose gates passed.

Readers never open the build file. A build writes its public tables to a new file under
``published/builds`` and then swaps a pointer, so that a reader sees one build, whole.
"""

from pathlib import Path

import duckdb

POINTER = Path("published/retail_uplift.duckdb")
# Nobody who reads needs files, other databases or other settings.
READER_SETTINGS = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}


def resolve(pointer: Path = POINTER) -> Path:
    """Return the file of the build that is published now.

    Parameters
    ----------
    pointer : Path
        The published file, a symbolic link to a build; where links cannot be made, a
        text file of the same name and the ending ``.pointer`` names the build. A plain
        DuckDB file stands for itself.

    Returns
    -------
    Path
        The DuckDB file to open: a build once published never changes.

    Raises
    ------
    FileNotFoundError
        If nothing is published there.
    """
    named = pointer.with_name(f"{pointer.name}.pointer")
    if pointer.exists():
        return pointer.resolve()
    if named.is_file():
        return (pointer.parent / named.read_text().strip()).resolve()
    raise FileNotFoundError(
        f"nothing is published at {pointer}: run `make build` first"
    )


def connect(pointer: Path = POINTER) -> duckdb.DuckDBPyConnection:
    """Open the published build for reading alone, its settings locked.

    Parameters
    ----------
    pointer : Path
        See `resolve`.

    Returns
    -------
    duckdb.DuckDBPyConnection
        It reads the build it was opened on, also after a newer one is published.

    Raises
    ------
    FileNotFoundError
        If nothing is published there.
    """
    file = resolve(pointer)
    while True:
        try:
            return duckdb.connect(
                str(file), read_only=True, config=dict(READER_SETTINGS)
            )
        except duckdb.IOException:
            # Builds may have been published since, and this one deleted.
            newer = resolve(pointer)
            if newer == file:
                raise
            file = newer
