"""Tests of the checks and layouts that the fits share."""

import numpy as np
import pandas as pd
import pytest
from trial_simulation import COVARIATES, household_folds, simulate_trial

from retail_uplift.effects.associations import assignment_coefficients, partial_r2
from retail_uplift.effects.nuisance import cross_fit_outcomes, cross_fit_propensity
from retail_uplift.effects.projection import linear_residuals
from retail_uplift.frames import (
    MIN_ARM_HOUSEHOLDS,
    UNIT_KEYS,
    fold_tasks,
    numeric_matrix,
    pivot_features,
    sort_by_key,
)


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """Return 400 units of two campaigns."""
    return simulate_trial(400, seed=1, n_campaigns=2)


def test_sort_by_key_orders_a_copy() -> None:
    """The input keeps its order."""
    frame = pd.DataFrame({"key": [3, 1, 2], "value": [30, 10, 20]})
    assert sort_by_key(frame, ["key"], "frame")["value"].tolist() == [10, 20, 30]
    assert frame["key"].tolist() == [3, 1, 2]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"key": []}), "frame has no rows"),
        (pd.DataFrame({"other": [1]}), r"frame lacks the columns \['key'\]"),
        (pd.DataFrame({"key": [1.0, None]}), "NULL in its key"),
        (pd.DataFrame({"key": [1, 1]}), "repeats a row of its key"),
    ],
)
def test_sort_by_key_rejects(frame: pd.DataFrame, message: str) -> None:
    """A key must be there, known and unique."""
    with pytest.raises(ValueError, match=message):
        sort_by_key(frame, ["key"], "frame")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, np.nan], r"NULL or NaN values in \['a'\]"),
        ([True, None], r"NULL or NaN values in \['a'\]"),
        ([1.0, np.inf], r"infinite values in \['a'\]"),
        (["1", "2"], r"not numeric: \['a'\]"),
    ],
)
def test_numeric_matrix_rejects(values: list[object], message: str) -> None:
    """Only finite numbers pass."""
    with pytest.raises(ValueError, match=message):
        numeric_matrix(pd.DataFrame({"a": values}), ["a"], "frame")


def test_numeric_matrix_rejects_a_column_named_twice() -> None:
    """A repeated name would give a covariate double weight."""
    with pytest.raises(ValueError, match="one column twice"):
        numeric_matrix(pd.DataFrame({"a": [1.0]}), ["a", "a"], "frame")


def test_tasks_never_share_a_household_and_predict_each_unit_once(
    units: pd.DataFrame,
) -> None:
    """A household with units in two campaigns stays whole."""
    twice = pd.concat([units, units.assign(campaign_id=9)])
    tasks = fold_tasks(twice, household_folds(400, 4, 2), COVARIATES, ["amount"])
    assert [(task.split_id, task.fold) for task in tasks] == [
        (split, fold) for split in (1, 2) for fold in (1, 2, 3, 4)
    ]
    for task in tasks:
        households = task.trial.households
        assert not set(households[task.train]) & set(households[task.test])
    for split in (1, 2):
        rows = np.concatenate([task.test for task in tasks if task.split_id == split])
        assert sorted(rows) == list(range(800))


def test_design_matrix_has_campaign_indicators_only_for_several_campaigns(
    units: pd.DataFrame,
) -> None:
    """Campaigns are sorted, so that a column means the same in every fold."""
    folds = household_folds(400, 2)
    trial = fold_tasks(units, folds, ["x1"], [])[0].trial
    expected = np.column_stack(
        [trial.keys["campaign_id"] == 0, trial.keys["campaign_id"] == 1]
    )
    np.testing.assert_array_equal(trial.design_matrix[:, 1:], expected)
    one = fold_tasks(units.assign(campaign_id=7), folds, ["x1"], [])[0].trial
    assert one.design_matrix.shape == (400, 1)


def test_a_covariate_that_is_one_value_for_all_is_left_out(units: pd.DataFrame) -> None:
    folds = household_folds(400, 2)
    varied = units.assign(campaign_id=7, constant=3.0)
    trial = fold_tasks(varied, folds, ["constant", "x1"], [])[0].trial
    np.testing.assert_array_equal(trial.design_matrix, varied[["x1"]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"is_treated": 2}, "other than 0 and 1"),
        ({"is_treated": True}, "has 0 control households to learn from; 60 are needed"),
        ({"x1": np.nan}, r"NULL or NaN values in \['x1'\]"),
        ({"household_id": 1}, "repeats a row of its key"),
    ],
)
def test_fold_tasks_rejects_units(
    units: pd.DataFrame, change: dict[str, float], message: str
) -> None:
    """Malformed units end in one clear sentence."""
    with pytest.raises(ValueError, match=message):
        fold_tasks(units.assign(**change), household_folds(400, 2), ["x1"], ["amount"])


def test_fold_tasks_rejects_folds(units: pd.DataFrame) -> None:
    """Every household needs one fold per split, and every fold needs a unit."""
    folds = household_folds(400, 2)
    with pytest.raises(ValueError, match="households without a fold in split 1"):
        fold_tasks(units, folds.iloc[1:], ["x1"], [])
    with pytest.raises(ValueError, match="folds repeats a row of its key"):
        fold_tasks(units, pd.concat([folds, folds]), ["x1"], [])
    with pytest.raises(ValueError, match="NULL fold"):
        fold_tasks(units, folds.assign(fold=np.nan), ["x1"], [])
    stranger = pd.DataFrame({"household_id": [999], "split_id": [1], "fold": [3]})
    with pytest.raises(ValueError, match="fold 3 has no unit to predict"):
        fold_tasks(units, pd.concat([folds, stranger]), ["x1"], [])


def test_fold_tasks_rejects_one_household_too_few() -> None:
    """The limit counts households, not units."""
    n_households = 2 * MIN_ARM_HOUSEHOLDS
    units = simulate_trial(2 * n_households, seed=1).assign(
        is_treated=np.arange(2 * n_households) % 2
    )
    folds = household_folds(2 * n_households, 4)
    # In fold 1 and 3 only even, hence untreated, households: 60 and 120 remain.
    assert len(fold_tasks(units, folds, ["x1"], [])) == 4
    with pytest.raises(ValueError, match="fold 2 has 59 treated households"):
        fold_tasks(units[units["household_id"] != 3], folds, ["x1"], [])


@pytest.mark.parametrize("column", ["amount", "is_treated", "household_id"])
def test_fold_tasks_rejects_a_covariate_that_gives_the_answer(
    units: pd.DataFrame, column: str
) -> None:
    """Outcome, treatment and key are no covariates."""
    with pytest.raises(ValueError, match="hold a key, treatment or outcome"):
        fold_tasks(units, household_folds(400, 2), ["x1", column], ["amount"])


def test_without_units_every_fit_returns_no_rows_of_the_usual_columns(
    units: pd.DataFrame,
) -> None:
    """A retailer whose campaigns are too small gets empty tables, no failed build."""
    nobody, folds = units.iloc[:0], household_folds(400, 2)
    assert fold_tasks(nobody, folds, COVARIATES, ["amount"]) == []
    # A design without units has no folds either.
    assert fold_tasks(nobody, folds.iloc[:0], COVARIATES, ["amount"]) == []
    amounts = {"outcomes": ["amount"], "covariates": COVARIATES}
    for fit in (
        lambda u, f: cross_fit_propensity(u, f, covariates=COVARIATES, seed=1),
        lambda u, f: cross_fit_outcomes(u, f, **amounts, seed=1),
        lambda u, _: linear_residuals(u, **amounts),
        lambda u, _: assignment_coefficients(u, covariates=COVARIATES),
        lambda u, _: partial_r2(
            u,
            u[list(UNIT_KEYS)].assign(outcome="amount", outcome_value=u["amount"]),
            groups={"all": COVARIATES},
        ),
    ):
        empty, full = fit(nobody, folds.iloc[:0]), fit(units, folds)
        assert empty.empty
        assert not full.empty
        assert list(empty.columns) == list(full.columns)
        for column in full:
            numbers = pd.api.types.is_numeric_dtype(full[column])
            assert pd.api.types.is_numeric_dtype(empty[column]) == numbers, column


def test_fold_tasks_rejects_no_covariates(units: pd.DataFrame) -> None:
    """An empty list is a configuration error, not an unadjusted model."""
    with pytest.raises(ValueError, match="No covariate is named"):
        fold_tasks(units, household_folds(400, 2), [], ["amount"])


def feature_rows() -> pd.DataFrame:
    """Return two households with two features, in no order."""
    return pd.DataFrame(
        {
            "household_id": [9, 2, 2, 9],
            "feature": ["sales", "sales", "recency", "recency"],
            "position": [13, 13, 1, 1],
            "value": [5.0, 6.0, 7.0, 8.0],
        }
    )


def test_features_become_columns_by_position_and_households_rows() -> None:
    """Not by name and not in the order of the rows."""
    wide, features = pivot_features(feature_rows().assign(extra="x"), "value")
    assert features == ["recency", "sales"]
    assert wide.columns.tolist() == ["household_id", "recency", "sales"]
    assert wide.to_numpy().tolist() == [[2, 7, 6], [9, 8, 5]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (feature_rows().iloc[:3], "lacks a feature of a household"),
        (feature_rows().iloc[[0, 0, 1, 2, 3]], "repeats a feature of a household"),
        (feature_rows().drop(columns="position"), r"lacks the columns \['position'\]"),
    ],
)
def test_incomplete_features_are_errors(rows: pd.DataFrame, message: str) -> None:
    """A household without a feature would be filled with NaN."""
    with pytest.raises(ValueError, match=message):
        pivot_features(rows, "value")
