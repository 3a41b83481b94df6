"""Tests of the propensities that households have now, whatever the campaign."""

import numpy as np
import pandas as pd
import pytest
from trial_simulation import COVARIATES, simulate_trial

from retail_uplift.effects.nuisance import (
    HOUSEHOLD_PROPENSITY_TYPES,
    predict_propensity,
)


def predict(
    units: pd.DataFrame, households: pd.DataFrame, **changes: object
) -> pd.DataFrame:
    """Fit one learner and predict."""
    settings = {"covariates": COVARIATES, "learner": "logistic", "seed": 42}
    return predict_propensity(units, households, **(settings | changes))


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """Return 1,500 units of two campaigns."""
    return simulate_trial(1500, seed=21, n_campaigns=2)


@pytest.fixture(scope="module")
def households() -> pd.DataFrame:
    """Return 400 other households, with what their propensity would be."""
    return simulate_trial(400, seed=22).assign(
        household_id=lambda frame: 5_000 + frame["household_id"]
    )


@pytest.mark.parametrize("learner", ["logistic", "boosting"])
def test_households_that_no_trial_holds_are_predicted_near_their_propensity(
    learner: str, units: pd.DataFrame, households: pd.DataFrame
) -> None:
    found = predict(units, households, learner=learner)
    assert list(found.columns) == list(HOUSEHOLD_PROPENSITY_TYPES)
    assert found["household_id"].to_list() == list(range(5_000, 5_400))
    assert set(found["n_fit_units"]) == {1_500}
    assert set(found["learner"]) == {learner}
    rows = found.merge(households[["household_id", "true_propensity"]])
    error = rows["propensity"] - rows["true_propensity"]
    assert rows["propensity"].corr(rows["true_propensity"]) > 0.9
    assert abs(error.mean()) < 0.03
    assert np.sqrt((error**2).mean()) < 0.1


@pytest.mark.parametrize("learner", ["logistic", "boosting"])
def test_a_next_campaign_is_the_mean_of_the_past_ones(
    learner: str, households: pd.DataFrame
) -> None:
    """1,000 units were sent one campaign with 20 %, 500 another one with 80 %."""
    units = simulate_trial(1500, seed=5).sort_values("household_id", ignore_index=True)
    number = np.arange(1500)
    is_second = number >= 1_000
    units = units.assign(
        campaign_id=is_second.astype(int),
        is_treated=np.where(is_second, number % 5 > 0, number % 5 == 0),
    )
    found = predict(units, households, learner=learner)
    assert found["propensity"].mean() == pytest.approx(0.2 * 2 / 3 + 0.8 / 3, abs=0.03)


def test_the_order_of_rows_does_not_matter(
    units: pd.DataFrame, households: pd.DataFrame
) -> None:
    shuffled = predict(
        units.sample(frac=1, random_state=1), households.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(shuffled, predict(units, households))


def test_a_covariate_that_was_constant_says_nothing(
    units: pd.DataFrame, households: pd.DataFrame
) -> None:
    more = predict(
        units.assign(age=0.0),
        households.assign(age=np.arange(400.0)),
        covariates=["age", *COVARIATES],
    )
    pd.testing.assert_frame_equal(more, predict(units, households))


@pytest.mark.parametrize("nobody", ["units", "households"])
def test_without_units_or_households_there_are_typed_columns(
    nobody: str, units: pd.DataFrame, households: pd.DataFrame
) -> None:
    frames = {"units": units, "households": households}
    frames[nobody] = frames[nobody].head(0)
    empty = predict(**frames)
    assert empty.empty
    assert dict(empty.dtypes.astype(str)) == HOUSEHOLD_PROPENSITY_TYPES


def test_malformed_inputs_are_refused(
    units: pd.DataFrame, households: pd.DataFrame
) -> None:
    second = units.assign(design="second")
    with pytest.raises(ValueError, match="several designs"):
        predict(pd.concat([units, second]), households)
    with pytest.raises(ValueError, match="repeats a row of its key"):
        predict(units, pd.concat([households, households]))
    with pytest.raises(ValueError, match="NULL or NaN"):
        predict(units, households.assign(x1=np.nan))
    with pytest.raises(ValueError, match="treated households to learn from"):
        predict(units[~units["is_treated"] | (units.index < 100)], households)
    with pytest.raises(ValueError, match="learner is forest"):
        predict(units, households, learner="forest")
