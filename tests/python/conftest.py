"""Warehouses that several test modules share."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dbt_runner import BUILD_DATA, run_dbt_or_fail
from shared import SHARED_FOLDER, made_once
from tiny_canonical import SMALL_FITS, write_tiny_folder

# Modules that take minutes, longest first: they start first, so that at the end no
# process waits long for the other's last one.
LONG_MODULES = (
    "test_known_truth.py",
    # The first of those that need the real year: it builds it.
    "test_dbt_unit_tests.py",
    "test_determinism.py",
    "test_shapes_effects.py",
    "test_shapes.py",
    "test_bad_input.py",
    "test_simulated_build.py",
    "test_own_data.py",
    "test_second_campaign.py",
    "test_campaign_list.py",
    "test_editions.py",
    "test_shapes_features.py",
    "test_gates_known_truth.py",
    "test_impact_known_truth.py",
    "test_audit.py",
    "test_small_designs.py",
    "test_audit_run.py",
    "test_publishing.py",
    "test_lalonde.py",
    "test_scoring.py",
)
_shared = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_configure(config: pytest.Config) -> None:
    """Make a folder that all processes of the session share, and name it to them."""
    if not hasattr(config, "workerinput"):
        config.stash[_shared] = tempfile.TemporaryDirectory(prefix="retail_uplift_")
        os.environ[SHARED_FOLDER] = config.stash[_shared].name


def pytest_unconfigure(config: pytest.Config) -> None:
    if _shared in config.stash:
        config.stash[_shared].cleanup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of LONG_MODULES first; all others keep their order."""
    places = {name: place for place, name in enumerate(LONG_MODULES)}
    for name in places:
        assert any(Path(__file__).parent.rglob(name)), f"no module {name}"
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(scope="session")
def scratch_folder() -> Iterator[Path]:
    """A folder that goes with the session: pytest's own would keep gigabytes."""
    with tempfile.TemporaryDirectory(prefix="retail_uplift_") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def real_warehouse() -> Path:
    """The default edition after one full ``dbt build``, with one dbt thread.

    If the environment variable RETAIL_UPLIFT_TEST_WAREHOUSE names the finished file of
    such a build, that file is used instead and nothing is built. Read it only.
    """
    given = os.environ.get("RETAIL_UPLIFT_TEST_WAREHOUSE")
    if given:
        assert Path(given).is_file(), f"no file {given}: RETAIL_UPLIFT_TEST_WAREHOUSE"
        return Path(given).resolve()

    def build(folder: Path) -> None:
        run_dbt_or_fail(BUILD_DATA, folder / "retail_uplift.duckdb", threads=1)

    return made_once("real", build) / "retail_uplift.duckdb"


@pytest.fixture(scope="module")
def real(real_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse of the real year."""
    with duckdb.connect(str(real_warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def tiny_folder() -> Path:
    """A folder with the eight parquet files of the tiny canonical edition."""
    return made_once("tiny_raw", write_tiny_folder)


@pytest.fixture(scope="session")
def tiny_warehouse(tiny_folder: Path) -> Path:
    """The tiny canonical edition after one full ``dbt build``. Read it only."""
    edition = {"edition": "canonical", "raw_dir": str(tiny_folder)}

    def build(folder: Path) -> None:
        run_dbt_or_fail(
            BUILD_DATA, folder / "retail_uplift.duckdb", vars=edition | SMALL_FITS
        )

    return made_once("tiny", build) / "retail_uplift.duckdb"
