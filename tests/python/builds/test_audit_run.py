"""The audit on a finished build of a retailer's own data."""

import shutil
from pathlib import Path

import pytest
from dbt_runner import REPOSITORY, query, run_dbt_or_fail
from shared import estimators_without_a_draw

from retail_uplift.auditing import audit

MART = "evidence.fct_estimator_audit"
ARGUMENTS = ["--fast", "--processes", "1", "--worlds", "null"]
ARGUMENTS += ["--designs", "campaign_trials"]


@pytest.fixture(scope="module")
def warehouse(tiny_warehouse: Path, scratch_folder: Path) -> Path:
    """A copy of the tiny edition's warehouse, whose vars the audit must find in it."""
    copy = scratch_folder / "audited" / tiny_warehouse.name
    copy.parent.mkdir()
    shutil.copy(tiny_warehouse, copy)
    return copy


@pytest.fixture(autouse=True)
def own_folders(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let dbt write beside the warehouse."""
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.setenv("DBT_PROFILES_DIR", str(REPOSITORY))
    monkeypatch.setenv("DBT_TARGET_PATH", str(warehouse.parent / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(warehouse.parent / "logs"))


def test_a_build_that_was_never_audited_has_an_empty_mart(tiny_warehouse: Path):
    assert query(tiny_warehouse, f"select count(*) from {MART}") == [(0,)]


def test_an_audit_writes_the_mart_and_a_second_one_adds_to_it(warehouse: Path, capfd):
    command = ["--warehouse", str(warehouse), *ARGUMENTS]
    assert audit.main([*command, "--replicates", "2"]) == 0
    shown = capfd.readouterr()
    assert "headline" in shown.out
    assert audit.main([*command, "--replicates", "3", "--quiet"]) == 0
    shown = capfd.readouterr()
    assert (shown.out, shown.err) == ("", "")
    rows = query(
        warehouse,
        "select estimand, estimator, n_replicates + n_failed, true_effect, is_fast, "
        f"bias_std_error > 0, world from {MART} order by estimand, estimator",
    )
    names = estimators_without_a_draw()[["estimand", "estimator"]]
    estimators = sorted([*names.itertuples(index=False), ("headline", "headline")])
    assert rows == [(*names, 3, 0.0, True, True, "null") for names in estimators]
    run_dbt_or_fail(
        ["test", "--select", "stg_replicate_estimates", "fct_estimator_audit"],
        warehouse,
    )
