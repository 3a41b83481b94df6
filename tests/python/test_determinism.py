"""Two builds of the same data give the same marts, whatever the number of threads."""

from pathlib import Path

import pytest
from dbt_runner import BUILD_DATA, run_dbt_or_fail, table_checksum, table_names

pytestmark = pytest.mark.slow

# What belongs to the build and not to the data.
BUILD_COLUMNS = {
    "run_manifest": frozenset({"invocation_id", "started_at", "overridden_vars"}),
}

# {table: {column: decimals}} of the floating point columns whose last digits depend on
# the order in which threads deliver rows, each with its reason.
ROUNDED_COLUMNS: dict[str, dict[str, int]] = {}


@pytest.fixture(scope="module")
def second_warehouse(scratch_folder: Path) -> Path:
    """A second full build of the bundled year, with four dbt threads."""
    warehouse = scratch_folder / "second" / "retail_uplift.duckdb"
    run_dbt_or_fail(BUILD_DATA, warehouse, threads=4)
    return warehouse


def test_the_number_of_threads_does_not_change_the_marts(
    real_warehouse: Path, second_warehouse: Path
):
    first, second = (
        {
            name: table_checksum(
                warehouse,
                f"marts.{name}",
                without=BUILD_COLUMNS.get(name, frozenset()),
                rounded=ROUNDED_COLUMNS.get(name),
            )
            for name in table_names(warehouse, "marts")
        }
        for warehouse in (real_warehouse, second_warehouse)
    )
    assert first, "the build has no marts"
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
