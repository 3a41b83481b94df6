"""What moved between two builds and why, and what must be fitted again."""

import json
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import (
    REPOSITORY,
    public_tables,
    query,
    run_dbt,
    run_dbt_or_fail,
    table_checksum,
)
from tiny_canonical import SMALL_FITS

from retail_uplift.rooms import WINGS

pytestmark = pytest.mark.slow

BUILD = ["build", "--exclude-resource-types", "test", "unit_test", "--select"]
# The tables below those of the covariates, which the test itself changes.
SELECT = ["int_drift_values+,+fct_drift"]
SHIFTED = "frequency"
# What a build is made from and what it found, without what lies between.
RECORDS = ["int_run_inputs", "int_run_conditions", "run_manifest", "int_run_figures"]
ABOUT_BUILDS = {"marts.run_manifest", "marts.fct_drift", "marts.fct_run_differences"}


def stability(before: np.ndarray, now: np.ndarray) -> float:
    """Return the PSI over the deciles of the first sample (Siddiqi 2006)."""
    cuts = np.unique(np.quantile(before, np.arange(1, 10) / 10, method="inverted_cdf"))
    edges = np.arange(len(cuts) + 2)
    shares = [
        np.maximum(np.histogram(np.searchsorted(cuts, values), edges)[0], 0.5)
        / len(values)
        for values in (before, now)
    ]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def test_the_same_data_need_no_fit_and_shifted_ones_name_the_covariate(
    tiny_warehouse: Path, tiny_folder: Path, tmp_path: Path
):
    warehouse = Path(shutil.copy(tiny_warehouse, tmp_path / "retail_uplift.duckdb"))
    settings = SMALL_FITS | {"edition": "canonical", "raw_dir": str(tiny_folder)}

    def rows() -> pd.DataFrame:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            drift = connection.sql("from marts.fct_drift").df()
        return drift.set_index(["kind", "name"])

    def values() -> np.ndarray:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            return connection.sql(
                "select covariate_value from intermediate.int_latest_covariate_rows "
                f"where covariate = '{SHIFTED}'"
            ).fetchnumpy()["covariate_value"]

    assert (
        "There is nothing to compare with yet" in rows().loc[("all", "all"), "verdict"]
    )
    run_dbt_or_fail([*BUILD, *SELECT], warehouse, vars=settings)
    same = rows()
    assert {kind for kind, _ in same.index} >= {"all", "covariate", "segments"}
    assert (same["psi"].dropna() == 0).all()
    assert not same["is_drifted"].any()
    assert "fitted again? No" in same.loc[("all", "all"), "verdict"]

    before = values()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "update intermediate.int_latest_covariate_rows "
            "set covariate_value = 2 * covariate_value + 3 "
            f"where covariate = '{SHIFTED}'"
        )
    run_dbt_or_fail([*BUILD, *SELECT, "--full-refresh"], warehouse, vars=settings)
    shifted = rows()
    drifted = shifted[shifted["is_drifted"]]
    assert set(drifted.index) == {("all", "all"), ("covariate", SHIFTED)}
    row = shifted.loc[("covariate", SHIFTED)]
    assert row["psi"] == pytest.approx(stability(before, values()))
    assert "Yes: compared with" in row_of_all(shifted)
    assert f"covariate {SHIFTED}" in row_of_all(shifted)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        ((builds,),) = connection.sql(
            "select count(distinct invocation_id) from history.run_history"
        ).fetchall()
    assert builds == 3


def row_of_all(drift: pd.DataFrame) -> str:
    """Return the sentence that answers for all."""
    return str(drift.loc[("all", "all"), "verdict"])


def test_a_full_build_records_what_it_was_made_from_and_what_it_took(
    tiny_warehouse: Path,
):
    ((is_full, versions),) = query(
        tiny_warehouse, "select is_full_build, versions from marts.run_manifest"
    )
    assert is_full
    assert {"python", "duckdb", "dbt-core", "numpy"} <= json.loads(versions).keys()
    recorded = query(
        tiny_warehouse, "select kind, name, value, text_value from history.run_history"
    )
    names = {kind: set() for kind, *_ in recorded}
    for kind, name, *_ in recorded:
        names[kind].add(name)
    values = {(kind, name): value for kind, name, value, _ in recorded}
    texts = {(kind, name): text for kind, name, _, text in recorded}
    assert names["rows"] == set(public_tables(tiny_warehouse)) - ABOUT_BUILDS
    with duckdb.connect(str(tiny_warehouse), read_only=True) as connection:
        for name in names["rows"]:
            assert connection.sql(f"from {name}").count("*").fetchall() == [
                (values["rows", name],)
            ]
    assert {"staging", *WINGS} <= names["seconds"]
    assert values["tests", "pass"] > 500
    assert names["setting"] == set(project_vars()) - {"raw_dir"}
    assert json.loads(texts["setting", "list_salt"]) == project_vars()["list_salt"]
    assert names["seed"] == {
        path.stem for path in (REPOSITORY / "seeds").rglob("*.csv")
    }


def test_what_moved_is_told_with_its_causes(
    tiny_warehouse: Path, tiny_folder: Path, tmp_path: Path
):
    warehouse = Path(shutil.copy(tiny_warehouse, tmp_path / "retail_uplift.duckdb"))
    settings = SMALL_FITS | {"edition": "canonical", "raw_dir": str(tiny_folder)}
    verdicts = "select kind, name, verdict from marts.fct_run_differences"
    ((_, _, first),) = query(warehouse, verdicts)
    assert "There is nothing to compare with yet" in first

    with duckdb.connect(str(warehouse)) as connection:
        for planted in (
            "delete from staging.base_transactions where day = 200",
            "update staging.base_coupons set product_id = product_id + 1",
            "delete from evidence.fct_cate where household_id = "
            "(select min(household_id) from evidence.fct_cate)",
        ):
            connection.execute(planted)
    n_lines, n_cates = (
        query(tiny_warehouse, f"select count(*) from {rows}")[0][0]
        - query(warehouse, f"select count(*) from {rows}")[0][0]
        for rows in ("staging.stg_transactions", "evidence.fct_cate")
    )
    assert n_lines > 0
    assert n_cates > 0
    run_dbt_or_fail(
        [*BUILD, *RECORDS, "run_history+"],
        warehouse,
        vars=settings | {"list_salt": "another"},
    )
    # A build of a part does not pose as one of the whole.
    assert query(warehouse, verdicts) == [("all", "all", first)]

    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update history.run_history set is_full_build = true")
    run_dbt_or_fail(
        ["run", "--select", "fct_run_differences"], warehouse, vars=settings
    )
    told = {(kind, name): verdict for kind, name, verdict in query(warehouse, verdicts)}
    assert told["input", "transactions"] == (
        f"Table transactions has {n_lines:,} fewer rows."
    )
    assert told["input", "coupons"] == (
        "Table coupons has other values in as many rows."
    )
    assert 'Setting list_salt is "another" instead of' in told["setting", "list_salt"]
    assert told.keys() >= {("figure", "sales"), ("rows", "evidence.fct_cate")}
    # Who works on code or seeds meanwhile adds a cause.
    assert {kind for kind, _ in told} - {"code", "seed"} == {
        *("all", "input", "setting", "figure", "rows")
    }
    assert "Sales of all lines fell from $" in told["figure", "sales"]
    assert told["rows", "evidence.fct_cate"].startswith(
        f"Table evidence.fct_cate has {n_cates:,} fewer rows"
    )
    for kind, name in told.keys() & {("all", "all"), ("figure", "sales")}:
        assert "because of at least one of these: table" in told[kind, name]

    # The same tables, as if the builds had been made from the same.
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "delete from history.run_history "
            "where kind in ('input', 'setting', 'seed', 'code')"
        )
    run_dbt_or_fail(
        ["run", "--select", "fct_run_differences"], warehouse, vars=settings
    )
    alarms = query(
        warehouse,
        "select kind, verdict, next_action from marts.fct_run_differences "
        "where is_unexplained",
    )
    assert {kind for kind, *_ in alarms} == {"all", "figure", "rows"}
    for _, verdict, next_action in alarms:
        assert "although nothing that it is made from was changed" in verdict
        assert "Build twice" in next_action


def test_a_build_that_fails_leaves_no_trace_in_the_history(
    tiny_warehouse: Path, tiny_folder: Path, tmp_path: Path
):
    warehouse = Path(shutil.copy(tiny_warehouse, tmp_path / "retail_uplift.duckdb"))
    settings = SMALL_FITS | {"edition": "canonical", "raw_dir": str(tiny_folder)}
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("alter table seeds.words rename column words to sentences")
    run = run_dbt([*BUILD, "run_history+"], warehouse, vars=settings)
    assert run.returncode != 0
    assert "OK created sql incremental model history.run_history" in run.stdout
    history = "history.run_history"
    assert table_checksum(warehouse, history) == table_checksum(tiny_warehouse, history)


def project_vars() -> dict[str, object]:
    """Return the vars of dbt_project.yml with their defaults."""
    return yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())["vars"]
