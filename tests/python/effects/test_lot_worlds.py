"""A campaign sent to half of a segment by lot is unbiased if its holdout is stated."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from dbt_runner import run_dbt_or_fail
from lot_worlds import lot_world

SEEDS = range(101, 501)


@pytest.fixture(scope="module")
def estimates(scratch_folder: Path) -> pd.DataFrame:
    """What the compiled SQL says of each world, which is a design of its own."""
    worlds = []
    for seed in SEEDS:
        households, _ = lot_world(seed)
        worlds.append(households[households["is_eligible"]].assign(design=str(seed)))
    values = pd.concat(worlds, ignore_index=True)
    by_design = values.groupby("design")
    # As where no chances are stated: the share of the list.
    values["known_propensity"] = by_design["is_sent"].transform("mean")
    warehouse = scratch_folder / "lot_worlds.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            "create table intermediate.int_holdout_values as select design, "
            "'purchase_amount' as outcome, 1 as campaign_id, household_id, "
            "cast(is_sent as integer) as is_treated, known_propensity, "
            "outcome as outcome_value, lookback_amount as lookback_value from values"
        )
    run_dbt_or_fail(
        ["run", "--select", "int_holdout_adjustments", "int_holdout_splits"], warehouse
    )
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.sql("from intermediate.int_holdout_splits").df()
    truth = by_design["effect"].mean().rename("truth")
    return found.merge(truth, left_on="design", right_index=True, validate="m:1")


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ["difference in means", "CUPED"])
def test_a_stated_lot_is_unbiased_and_its_interval_covers(estimates, estimator):
    rows = estimates[estimates["estimator"] == estimator]
    assert len(rows) == len(SEEDS)
    error = rows["estimate"] - rows["truth"]
    # The mean error of 400 worlds has a standard error of about half of a per cent.
    assert abs(error.mean()) < 0.02 * rows["truth"].mean()
    # 1.1 % is the standard error of the share of 400 intervals that cover.
    assert 0.93 <= (error.abs() <= 1.96 * rows["std_error"]).mean() <= 0.97


@pytest.mark.slow
def test_the_look_back_makes_a_lot_more_precise(estimates):
    spread = estimates.groupby("estimator")["std_error"].mean()
    assert spread["CUPED"] < spread["difference in means"]
