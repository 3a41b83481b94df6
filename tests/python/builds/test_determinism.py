"""Two builds of the same data give the same tables, whatever the number of threads."""

from pathlib import Path

import pytest
from dbt_runner import public_tables, run_dbt_or_fail, table_checksum

pytestmark = pytest.mark.slow

# What belongs to the build and not to the data.
BUILD_COLUMNS = {
    "marts.run_manifest": frozenset({"invocation_id", "started_at", "overridden_vars"}),
}

# {table: {column: decimals}} of the floating point columns whose last digits depend on
# the order in which threads deliver rows, each with its reason.
ROUNDED_COLUMNS: dict[str, dict[str, int]] = {}


@pytest.fixture(scope="module")
def second_warehouse(scratch_folder: Path) -> Path:
    """The bundled year once more, with four dbt threads and without data tests."""
    warehouse = scratch_folder / "second" / "retail_uplift.duckdb"
    command = ["build", "--exclude-resource-types", "test", "unit_test"]
    run_dbt_or_fail(command, warehouse, threads=4)
    return warehouse


def test_the_number_of_threads_does_not_change_a_public_table(
    real_warehouse: Path, second_warehouse: Path
):
    first, second = (
        {
            name: table_checksum(
                warehouse,
                name,
                without=BUILD_COLUMNS.get(name, frozenset()),
                rounded=ROUNDED_COLUMNS.get(name),
            )
            for name in public_tables(warehouse)
        }
        for warehouse in (real_warehouse, second_warehouse)
    )
    assert first, "the build has no public tables"
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
