"""What the processes of a test session make once and share."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

ESTIMATORS = Path(__file__).parents[2] / "seeds" / "effects" / "estimators.csv"
# What the estimators of a world without a drawn holdout find of one.
NO_HOLDOUT_SPLITS = pd.DataFrame(
    {
        **{name: pd.Series(dtype=str) for name in ("design", "outcome")},
        **{name: pd.Series(dtype=str) for name in ("estimand", "estimator")},
        "split_id": pd.Series(dtype="int64"),
        "estimate": pd.Series(dtype=float),
        "std_error": pd.Series(dtype=float),
        "n_treated": pd.Series(dtype="int64"),
        "n_control": pd.Series(dtype="int64"),
    }
)
SHARED_FOLDER = "RETAIL_UPLIFT_TEST_SHARED"


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first process of the session to ask for it fills.

    The others wait for it. If it fails there, they try again and fail, too.
    """
    folder = Path(os.environ[SHARED_FOLDER]) / name
    done = folder.with_suffix(".done")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(folder)
            done.touch()
    return folder


def estimators_without_a_draw() -> pd.DataFrame:
    """Return seed estimators without those that compare arms that were drawn."""
    seed = pd.read_csv(ESTIMATORS)
    drawn = seed["estimand"].eq("ATE") & seed["estimator"].isin(
        ["CUPED", "difference in means"]
    )
    assert drawn.sum() == 2
    return seed[~drawn]


def main_designs(*names: str) -> pd.DataFrame:
    """Return rows of int_designs for main designs whose arms were not drawn."""
    return pd.DataFrame({"design": names, "role": "main", "control_rule": "never sent"})


def contact_cost(connection: duckdb.DuckDBPyConnection) -> float:
    """Return what a contact costs in the decisions of a build, in dollars."""
    ((cost,),) = connection.sql(
        "select cost_per_contact from intermediate.int_contact_cost"
    ).fetchall()
    return cost
