"""Two builds of the same data give the same tables, whatever the number of threads."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from dbt_runner import REPOSITORY, public_tables, query, run_dbt_or_fail, table_checksum

pytestmark = pytest.mark.slow

# What belongs to the build and not to the data.
BUILD_COLUMNS = {
    "marts.run_manifest": frozenset(
        {
            *("invocation_id", "started_at", "overridden_vars"),
            # The second build leaves out the fits.
            "is_full_build",
            # Of the folder in which the tests run, whoever works there meanwhile.
            *("git_commit", "has_uncommitted_changes", "code_checksum"),
        }
    ),
}

# {table: {column: decimals}} of the floating point columns whose last digits depend on
# the order in which threads deliver rows, each with its reason.
ROUNDED_COLUMNS: dict[str, dict[str, int]] = {}


@pytest.fixture(scope="module")
def second_warehouse(real_warehouse: Path, scratch_folder: Path) -> Path:
    """The bundled year once more, with four dbt threads and without data tests.

    Its fits are those of the first: dbt's threads reach a fit through what it reads
    alone, and its own processes and order of rows have unit tests
    (`test_results_do_not_depend_on_...`).
    """
    folder = scratch_folder / "second"
    folder.mkdir()
    warehouse = Path(shutil.copy(real_warehouse, folder / "retail_uplift.duckdb"))
    with duckdb.connect(str(warehouse)) as connection:
        # They keep rows of every build.
        connection.execute("delete from marts.run_manifest")
        connection.execute("delete from history.run_history")
    command = ["build", "--exclude-resource-types", "test", "unit_test"]
    command += ["--exclude", "path:python_models"]
    run_dbt_or_fail(command, warehouse, threads=4)
    return warehouse


def tables_of_fits(warehouse: Path) -> list[str]:
    """Return ``schema.name`` of every table that a fit reads, sorted."""
    models = (REPOSITORY / "python_models").rglob("py_*.py")
    texts = [model.read_text(encoding="utf-8") for model in models]
    names = sorted(set(re.findall(r'dbt\.ref\("(?!py_)(\w+)"\)', "\n".join(texts))))
    assert len(names) > 10
    found = query(
        warehouse,
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_name in (select unnest($names)) order by 1",
        names=names,
    )
    assert len(found) == len(names)
    return [name for (name,) in found]


def test_the_number_of_threads_does_not_change_a_public_table(
    real_warehouse: Path, second_warehouse: Path
):
    first_run, second_run = (
        query(warehouse, "select invocation_id from marts.run_manifest")
        for warehouse in (real_warehouse, second_warehouse)
    )
    assert len(first_run) == len(second_run) == 1
    assert first_run != second_run
    first, second = (
        {
            name: table_checksum(
                warehouse,
                name,
                without=BUILD_COLUMNS.get(name, frozenset()),
                rounded=ROUNDED_COLUMNS.get(name),
            )
            for name in {*public_tables(warehouse), *tables_of_fits(warehouse)}
        }
        for warehouse in (real_warehouse, second_warehouse)
    )
    assert first, "the build has no public tables"
    assert sorted(first) == sorted(second)
    assert [name for name in sorted(first) if first[name] != second[name]] == []
