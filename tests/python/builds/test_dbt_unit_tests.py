"""The dbt unit tests: they say the same of every build, so they run here, once."""

import json
import shutil
from pathlib import Path

from dbt_runner import run_dbt_or_fail


def test_all_dbt_unit_tests_pass(real_warehouse: Path, scratch_folder: Path) -> None:
    # A copy, because dbt opens the file for writing; unit tests read the types of their
    # inputs from it.
    warehouse = scratch_folder / "unit_tests" / "retail_uplift.duckdb"
    warehouse.parent.mkdir()
    shutil.copy(real_warehouse, warehouse)
    run_dbt_or_fail(["test", "--select", "test_type:unit"], warehouse)
    results = json.loads((warehouse.parent / "target/run_results.json").read_text())
    statuses = [
        result["status"]
        for result in results["results"]
        # Beside them stand the hooks.
        if result["unique_id"].startswith("unit_test.")
    ]
    assert len(statuses) > 300
    assert set(statuses) == {"pass"}
