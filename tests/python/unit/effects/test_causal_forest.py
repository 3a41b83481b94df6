"""Tests of the out-of-fold causal forest."""

import numpy as np
import pandas as pd
import pytest
from trial_simulation import (
    COVARIATES,
    disturb_fold,
    household_folds,
    simulate_trial,
)

from retail_uplift.effects import causal_forest
from retail_uplift.effects.causal_forest import cross_fit_causal_forest
from retail_uplift.frames import FoldTask, fold_tasks


def fit(units: pd.DataFrame, folds: pd.DataFrame, **changes: object) -> pd.DataFrame:
    """Fit a small forest."""
    settings = {
        "covariates": COVARIATES,
        "outcomes": ["amount"],
        "seed": 42,
        "n_estimators": 100,
        "min_samples_leaf": 10,
    }
    return cross_fit_causal_forest(units, folds, **(settings | changes))


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """Return 1,000 units whose effect is 2 + 2 x2."""
    return simulate_trial(1000, seed=21, slope=2.0, n_campaigns=2)


@pytest.fixture(scope="module")
def folds() -> pd.DataFrame:
    """Return two folds of the 1,000 households."""
    return household_folds(1000, 2)


@pytest.fixture(scope="module")
def effects(units: pd.DataFrame, folds: pd.DataFrame) -> pd.DataFrame:
    """Return the cross-fitted effects of the units."""
    return fit(units, folds)


def test_one_row_per_unit_with_an_interval_around_the_effect(
    units: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """The rows are in key order."""
    assert list(effects.columns) == [
        "design",
        "campaign_id",
        "household_id",
        "outcome",
        "split_id",
        "fold",
        "cate",
        "ci_lower",
        "ci_upper",
        "is_out_of_fold",
    ]
    assert len(effects) == len(units)
    keys = ["design", "campaign_id", "household_id"]
    assert effects[keys].equals(units.sort_values(keys, ignore_index=True)[keys])
    assert (effects["ci_lower"] < effects["cate"]).all()
    assert (effects["cate"] < effects["ci_upper"]).all()


def test_strong_heterogeneity_is_ranked(
    units: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """The forest orders units by x2, and most intervals hold the true effect."""
    rows = effects.merge(units[["household_id", "true_effect"]], on="household_id")
    assert rows["cate"].corr(rows["true_effect"], method="spearman") > 0.85
    assert rows["cate"].mean() == pytest.approx(2.0, abs=0.4)
    covered = rows["true_effect"].between(rows["ci_lower"], rows["ci_upper"])
    assert covered.mean() > 0.8


def test_a_constant_effect_is_recovered(folds: pd.DataFrame) -> None:
    """Effects gather around 2, although treated units spend more to begin with."""
    units = simulate_trial(1000, seed=22)
    rows = fit(units, folds)
    assert rows["cate"].mean() == pytest.approx(2.0, abs=0.35)
    assert rows["cate"].std() < 0.6
    assert ((rows["ci_lower"] < 2) & (rows["ci_upper"] > 2)).mean() > 0.85


def test_no_unit_is_scored_by_a_forest_that_saw_it(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """Disturbing fold 2 moves the predictions of fold 1 and none of its own."""
    disturbed = fit(disturb_fold(units, folds, 2), folds)
    own = effects["fold"] == 2
    pd.testing.assert_frame_equal(effects[own], disturbed[own], check_exact=True)
    assert (effects["cate"] != disturbed["cate"])[~own].mean() > 0.99


def test_out_of_fold_is_computed(
    units: pd.DataFrame, folds: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a predicted unit also trained the forest, its row says so."""
    task = fold_tasks(units, folds, COVARIATES, ["amount"])[0]
    leak = FoldTask(task.trial, 1, 1, np.append(task.train, task.test[3]), task.test)
    for tasks, n_seen in (([task], 0), ([leak], 1)):
        monkeypatch.setattr(causal_forest, "fold_tasks", lambda *_, t=tasks: t)
        rows = fit(units, folds)
        assert (~rows["is_out_of_fold"]).sum() == n_seen
    seen = rows.loc[~rows["is_out_of_fold"], "household_id"]
    assert seen.tolist() == [task.trial.households[task.test[3]]]


def test_results_do_not_depend_on_row_order(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """Shuffled input gives the same bits, and the input is left alone."""
    shuffled = units.sample(frac=1, random_state=3)
    before = shuffled.copy()
    again = fit(shuffled, folds.sample(frac=1, random_state=4))
    pd.testing.assert_frame_equal(effects, again, check_exact=True)
    pd.testing.assert_frame_equal(shuffled, before, check_exact=True)


def test_a_smaller_alpha_widens_the_interval_only(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """The half-width grows from 1.96 to 2.576 standard errors."""
    wider = fit(units, folds, alpha=0.01)
    np.testing.assert_array_equal(wider["cate"], effects["cate"])
    ratio = (wider["ci_upper"] - wider["cate"]) / (
        effects["ci_upper"] - effects["cate"]
    )
    np.testing.assert_allclose(ratio, 2.5758 / 1.9600, rtol=1e-3)


def test_batches_do_not_change_predictions(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    effects: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor does one pass for points and intervals."""
    monkeypatch.setattr(causal_forest, "BATCH_UNITS", 99)
    pd.testing.assert_frame_equal(fit(units, folds), effects, check_exact=True)


def test_a_shallow_tree_tells_fewer_effects_apart(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """The depth reaches the forest."""
    stumps = fit(units, folds, max_depth=1, n_estimators=4)
    deep = fit(units, folds, n_estimators=4)
    assert stumps["cate"].nunique() < 0.2 * deep["cate"].nunique()


def test_a_split_that_may_use_few_covariates_finds_less(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """Only x2 moves the effect: trees that seldom see it know less of it."""
    few = fit(units, folds, max_features=0.01)
    assert few["cate"].std() < 0.8 * effects["cate"].std()


def test_each_outcome_has_its_own_forest(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """An outcome in cents has a hundred times the effect of the one in dollars."""
    cents = units.assign(cents=100 * units["amount"])
    rows = fit(cents, folds, outcomes=["amount", "cents"])
    assert rows["outcome"].tolist() == ["amount", "cents"] * 1000
    amount = rows.query("outcome == 'amount'").reset_index(drop=True)
    pd.testing.assert_frame_equal(amount, effects, check_exact=True)
    mean = rows.groupby("outcome")["cate"].mean()
    assert mean["cents"] == pytest.approx(100 * mean["amount"], rel=0.02)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_estimators": 50}, "n_estimators is 50, not a multiple of 4"),
        ({"n_estimators": 0}, "n_estimators is 0"),
        ({"min_samples_leaf": 0}, "min_samples_leaf is 0"),
        ({"max_depth": 0}, "max_depth is 0, not 1 or more"),
        ({"max_features": 0}, r"max_features is 0, not in \(0, 1\]"),
        ({"alpha": 1.0}, "alpha is 1.0, not between 0 and 1"),
        ({"outcomes": []}, "No outcome is named"),
        ({"covariates": ["age"]}, r"units lacks the columns \['age'\]"),
    ],
)
def test_bad_settings_are_rejected(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    changes: dict[str, object],
    message: str,
) -> None:
    """Malformed settings end in one clear sentence."""
    with pytest.raises(ValueError, match=message):
        fit(units, folds, **changes)


def test_without_units_there_are_no_rows_but_the_same_columns(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    nobody = fit(units.iloc[:0], folds)
    pd.testing.assert_frame_equal(nobody, effects.iloc[:0])
