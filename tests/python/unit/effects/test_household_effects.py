"""Tests of the effects that a next campaign would have on each household."""

import numpy as np
import pandas as pd
import pytest
from trial_simulation import COVARIATES, simulate_trial

from retail_uplift.effects import causal_forest
from retail_uplift.effects.causal_forest import predict_causal_forest


def predict(
    units: pd.DataFrame, households: pd.DataFrame, **changes: object
) -> pd.DataFrame:
    """Fit one small forest and predict."""
    settings = {
        "covariates": COVARIATES,
        "outcome": "amount",
        "seed": 42,
        "n_estimators": 100,
        "min_samples_leaf": 10,
    }
    return predict_causal_forest(units, households, **(settings | changes))


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """Return 1,000 units of two campaigns whose effect is 2 + 2 x2."""
    return simulate_trial(1000, seed=21, slope=2.0, n_campaigns=2)


@pytest.fixture(scope="module")
def households() -> pd.DataFrame:
    """Return 300 other households, with what their effect would be."""
    return simulate_trial(300, seed=22, slope=2.0).assign(
        household_id=lambda frame: 5_000 + frame["household_id"]
    )


@pytest.fixture(scope="module")
def effects(units: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """Return the predicted effects of the 300 households."""
    return predict(units, households)


def test_households_that_no_trial_holds_are_predicted_near_their_effect(
    effects: pd.DataFrame, households: pd.DataFrame
) -> None:
    """Ranked by x2, level right, and most intervals hold the true effect."""
    assert list(effects.columns) == list(causal_forest.HOUSEHOLD_EFFECT_TYPES)
    assert effects["household_id"].to_list() == list(range(5_000, 5_300))
    assert set(effects["n_fit_units"]) == {1_000}
    rows = effects.merge(households[["household_id", "true_effect"]])
    assert rows["cate"].corr(rows["true_effect"], method="spearman") > 0.85
    assert rows["cate"].mean() == pytest.approx(rows["true_effect"].mean(), abs=0.4)
    covered = rows["true_effect"].between(rows["ci_lower"], rows["ci_upper"])
    assert covered.mean() > 0.8


def test_a_next_campaign_is_the_mean_of_the_past_ones(
    units: pd.DataFrame,
    households: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By their shares of the units that the forest learns from: here 1 : 3."""

    def of_campaign(forest: object, x: np.ndarray, alpha: float) -> np.ndarray:
        assert x.shape == (len(households), len(COVARIATES) + 2)
        assert np.array_equal(x[:, :-2], households[COVARIATES].to_numpy())
        assert (x[:, -2:].sum(axis=1) == 1).all()
        cate = 10 * x[:, -2] + 30 * x[:, -1]
        return np.vstack([cate, cate - 4, cate + 8])

    monkeypatch.setattr(causal_forest, "_predict_in_batches", of_campaign)
    # Units of campaign 0 that are scored only do not count.
    number = units.groupby("campaign_id").cumcount()
    is_fit_unit = (units["campaign_id"] == 1) | (number % 3 == 0)
    effects = predict(units.assign(is_fit_unit=is_fit_unit), households)
    n_first, n_both = (is_fit_unit & (units["campaign_id"] == 0)).sum(), 667
    assert set(effects["n_fit_units"]) == {n_both}
    expected = 10 * n_first / n_both + 30 * (1 - n_first / n_both)
    assert effects["cate"].to_numpy() == pytest.approx(expected)
    assert (effects["cate"] - effects["ci_lower"]).to_numpy() == pytest.approx(4)
    assert (effects["ci_upper"] - effects["cate"]).to_numpy() == pytest.approx(8)


def test_one_campaign_needs_no_indicator(households: pd.DataFrame) -> None:
    units = simulate_trial(400, seed=3)
    effects = predict(units, households)
    assert effects["cate"].mean() == pytest.approx(2.0, abs=0.5)


def test_the_order_of_rows_does_not_matter(
    units: pd.DataFrame, households: pd.DataFrame, effects: pd.DataFrame
) -> None:
    shuffled = predict(
        units.sample(frac=1, random_state=1), households.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(shuffled, effects)


def test_a_covariate_that_was_constant_says_nothing(
    units: pd.DataFrame, households: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """Households that state what no unit stated are predicted all the same."""
    more = predict(
        units.assign(age=0.0),
        households.assign(age=np.arange(300.0)),
        covariates=["age", *COVARIATES],
    )
    pd.testing.assert_frame_equal(more, effects)


@pytest.mark.parametrize("nobody", ["units", "households"])
def test_without_units_or_households_there_are_typed_columns(
    nobody: str, units: pd.DataFrame, households: pd.DataFrame
) -> None:
    frames = {"units": units, "households": households}
    frames[nobody] = frames[nobody].head(0)
    empty = predict(**frames)
    assert empty.empty
    assert dict(empty.dtypes.astype(str)) == causal_forest.HOUSEHOLD_EFFECT_TYPES


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
    with pytest.raises(ValueError, match="multiple of 4"):
        predict(units, households, n_estimators=10)
    with pytest.raises(ValueError, match="alpha"):
        predict(units, households, alpha=1.0)
