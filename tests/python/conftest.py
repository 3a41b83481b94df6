"""Warehouses that several test modules share."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbt_runner import run_dbt_or_fail
from tiny_canonical import SMALL_FITS, write_tiny_folder


@pytest.fixture(scope="session")
def scratch_folder() -> Iterator[Path]:
    """A folder that goes with the session: pytest's own would keep gigabytes."""
    with tempfile.TemporaryDirectory(prefix="retail_uplift_") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def real_warehouse(scratch_folder: Path) -> Path:
    """The default edition after one full ``dbt build``, with one dbt thread.

    If the environment variable RETAIL_UPLIFT_TEST_WAREHOUSE names the finished file of
    such a build, that file is used instead and nothing is built. Read it only.
    """
    given = os.environ.get("RETAIL_UPLIFT_TEST_WAREHOUSE")
    if given:
        assert Path(given).is_file(), f"no file {given}: RETAIL_UPLIFT_TEST_WAREHOUSE"
        return Path(given).resolve()
    warehouse = scratch_folder / "real" / "retail_uplift.duckdb"
    run_dbt_or_fail(["build"], warehouse, threads=1)
    return warehouse


@pytest.fixture(scope="session")
def tiny_folder(scratch_folder: Path) -> Path:
    """A folder with the eight parquet files of the tiny canonical edition."""
    return write_tiny_folder(scratch_folder / "tiny_raw")


@pytest.fixture(scope="session")
def tiny_warehouse(scratch_folder: Path, tiny_folder: Path) -> Path:
    """The tiny canonical edition after one full ``dbt build``. Read it only."""
    warehouse = scratch_folder / "tiny" / "retail_uplift.duckdb"
    edition = {"edition": "canonical", "raw_dir": str(tiny_folder)}
    run_dbt_or_fail(["build"], warehouse, vars=edition | SMALL_FITS)
    return warehouse
