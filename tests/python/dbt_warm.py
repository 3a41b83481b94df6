"""Imported once by the server from which dbt runs are forked: what each would repeat.

dbt makes the classes and schemas of its own configuration when it first reads a
project. A parse that is given a manifest does just that, and opens no warehouse.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from dbt.adapters.factory import reset_adapters
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

REPOSITORY = str(Path(__file__).resolve().parents[2])

with TemporaryDirectory() as folder:
    paths = ["--project-dir", REPOSITORY, "--profiles-dir", REPOSITORY]
    paths += ["--target-path", folder, "--log-path", folder]
    quietly = ["--quiet", "--log-level-file", "none", "--no-write-json"]
    done = dbtRunner(manifest=Manifest()).invoke([*quietly, "parse", *paths])
assert done.success, done.exception
# The adapter keeps the configuration with which it was made.
reset_adapters()
