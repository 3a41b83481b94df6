"""What moved between two builds, and what must be fitted again."""

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from dbt_runner import run_dbt_or_fail
from tiny_canonical import SMALL_FITS

pytestmark = pytest.mark.slow

BUILD = ["build", "--exclude-resource-types", "test", "unit_test", "--select"]
# The tables below those of the covariates, which the test itself changes.
SELECT = ["int_drift_values+,+fct_drift"]
SHIFTED = "frequency"


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
            "select count(distinct invocation_id) from history.build_summaries"
        ).fetchall()
    assert builds == 3


def row_of_all(drift: pd.DataFrame) -> str:
    """Return the sentence that answers for all."""
    return str(drift.loc[("all", "all"), "verdict"])
