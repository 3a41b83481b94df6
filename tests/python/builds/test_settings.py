"""What people change often comes from the environment and costs no full parse."""

import subprocess
from pathlib import Path

import pytest
from dbt_runner import REPOSITORY, dbt_command

FULL_PARSE = "Unable to do partial parsing"


def run(folder: Path, *args: str, returncode: int = 0, **settings: str) -> str:
    """Run dbt's own command line and return what it prints."""
    command, environment = dbt_command(args, folder / "retail_uplift.duckdb")
    finished = subprocess.run(
        command,
        env=environment | settings,
        cwd=REPOSITORY,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert finished.returncode == returncode, finished.stdout
    return finished.stdout


@pytest.fixture(scope="module")
def parsed(scratch_folder: Path) -> Path:
    """A folder in which the project is parsed with the defaults."""
    folder = scratch_folder / "settings"
    folder.mkdir()
    assert FULL_PARSE in run(folder, "parse")
    return folder


def test_another_margin_or_cost_reaches_the_sql_without_a_full_parse(
    parsed: Path,
) -> None:
    shown = run(
        parsed,
        *("compile", "--select", "fct_cost_models"),
        RETAIL_UPLIFT_MARGIN="0.125",
        RETAIL_UPLIFT_COST_PER_CONTACT="0.0625",
    )
    assert FULL_PARSE not in shown
    compiled = next((parsed / "target" / "compiled").rglob("fct_cost_models.sql"))
    text = compiled.read_text(encoding="utf-8")
    assert "0.125" in text
    assert "when 1 then 0.0625" in text


def test_each_household_s_own_cost_reaches_the_sql_without_a_full_parse(
    parsed: Path,
) -> None:
    compile_costs = ("compile", "--select", "int_unit_costs")
    shown = run(parsed, *compile_costs, RETAIL_UPLIFT_COST_BASIS="household")
    assert FULL_PARSE not in shown
    compiled = next((parsed / "target" / "compiled").rglob("int_unit_costs.sql"))
    text = compiled.read_text(encoding="utf-8")
    assert "household_cost as cost_per_contact" in text
    assert "cost_score as profit_cost" in text
    shown = run(
        parsed, *compile_costs, returncode=2, RETAIL_UPLIFT_COST_BASIS="monthly"
    )
    assert "var cost_basis is monthly, expected flat or household." in shown


def test_another_edition_reads_its_own_tables_without_a_full_parse(
    parsed: Path, tiny_folder: Path
) -> None:
    shown = run(
        parsed,
        *("compile", "--select", "base_campaigns"),
        RETAIL_UPLIFT_EDITION="canonical",
        RETAIL_UPLIFT_RAW_DIR=str(tiny_folder),
    )
    assert FULL_PARSE not in shown
    compiled = next((parsed / "target" / "compiled").rglob("base_campaigns.sql"))
    text = compiled.read_text(encoding="utf-8")
    assert f"read_parquet(['{tiny_folder}/campaigns.parquet']" in text
