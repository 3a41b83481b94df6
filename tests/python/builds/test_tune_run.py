"""The search of settings on a finished build of a retailer's own data."""

from pathlib import Path

import pytest
import yaml
from dbt_runner import REPOSITORY, run_dbt_or_fail

from retail_uplift.auditing import tuning as tune


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let dbt write to a folder of the test's own."""
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.setenv("DBT_PROFILES_DIR", str(REPOSITORY))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))


def test_a_search_writes_vars_that_dbt_takes(
    tiny_warehouse: Path, tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    output = tmp_path / "tuned_vars.yml"
    command = ["--warehouse", str(tiny_warehouse), "--output", str(output)]
    command += ["--candidates", "1", "--folds", "2", "--processes", "1"]
    assert tune.main(command) == 0
    shown = capfd.readouterr()
    # Progress is for a terminal alone.
    assert shown.err.startswith("tune: nuisances of ")
    assert shown.err.count("\n") == 1
    assert f'--vars "$(cat {output})"' in shown.out
    text = output.read_text(encoding="utf-8")
    assert text.count("(chosen)") == 2
    tuned = yaml.safe_load(text)
    # The vars of the build that was searched stay.
    assert tuned["edition"] == "canonical"
    assert {*tune.FOREST_GRID, *tune.BOOSTING_GRID} <= set(tuned)
    run_dbt_or_fail(["parse"], tmp_path / "parsed.duckdb", vars=tuned)


def test_a_design_without_effects_is_named(
    tiny_warehouse: Path, capfd: pytest.CaptureFixture
) -> None:
    command = ["--warehouse", str(tiny_warehouse), "--designs", "nobody"]
    assert tune.main(command) == 2
    assert (
        "no effects of design nobody; it has campaign_trials, first_type_a"
        in capfd.readouterr().err
    )
