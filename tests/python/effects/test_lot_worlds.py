"""A campaign sent to half of a segment by lot is unbiased if its holdout is stated."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from dbt_runner import run_dbt_or_fail
from lot_worlds import SEGMENT_VISITS, lot_world
from unstated_lots import never_sent, overlap_weighted

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


# --- where nobody stated the lot (benchmarks/unstated_lots.py) ------------------------


def test_the_region_outside_of_a_segment_is_found_only_if_it_is_large_and_pure():
    rng = np.random.default_rng(1)
    units = pd.DataFrame(
        {"visits": rng.integers(0, 26, 1200), "noise": rng.random(1200)}
    )
    is_eligible = units["visits"] >= SEGMENT_VISITS
    units = units.assign(
        design="lot",
        campaign_id=1,
        household_id=range(1200),
        is_sent=is_eligible & (rng.random(1200) < 0.5),
    ).assign(is_treated=lambda frame: frame["is_sent"])
    covariates = ["visits", "noise"]
    found = never_sent(units, covariates, seed=1)
    assert (found == ~is_eligible).all()
    # Of the half that is counted some 100 are left, and 149 are needed.
    assert not never_sent(units.head(400), covariates, seed=1).any()
    is_exception = ~is_eligible & (rng.random(1200) < 0.05)
    leaky = units.assign(is_treated=units["is_sent"] | is_exception)
    leaky["is_sent"] = leaky["is_treated"]
    assert not never_sent(leaky, covariates, seed=1).any()


def test_the_overlap_weighted_effect_by_hand():
    t, y = np.array([1.0, 1.0, 0.0, 0.0]), np.array([3.0, 5.0, 1.0, 1.0])
    half, nothing = np.full(4, 0.5), np.zeros(4)
    found = overlap_weighted(t, y, half, nothing, nothing)
    # Influences: -2 and 2 of the sent, 0 of the others; sqrt(8 / 3) / sqrt(4).
    assert found == {"estimate": 3.0, "std_error": 0.82, "has_overlap": True}
    apart = overlap_weighted(t, y, np.array([0.95, 0.95, 0.05, 0.5]), nothing, nothing)
    assert not apart["has_overlap"]
