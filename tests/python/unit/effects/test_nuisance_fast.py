"""The fast nuisances are the linear learners with one fixed penalty."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from trial_simulation import COVARIATES, household_folds, simulate_trial

from retail_uplift.effects import nuisance
from retail_uplift.effects.nuisance import cross_fit_outcomes, cross_fit_propensity

N_UNITS = 600


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    return simulate_trial(N_UNITS, seed=4)


@pytest.fixture(scope="module")
def folds() -> pd.DataFrame:
    return household_folds(N_UNITS, 3)


def scaled(units: pd.DataFrame, train: np.ndarray) -> np.ndarray:
    """Return the covariates and their signed logarithms on the scale of some rows."""
    raw = units[COVARIATES].to_numpy()
    matrix = np.hstack([raw, np.sign(raw) * np.log1p(np.abs(raw))])
    return StandardScaler().fit(matrix[train]).transform(matrix)


def test_fast_propensities_are_one_logistic_regression_per_fold(units, folds):
    rows = cross_fit_propensity(units, folds, covariates=COVARIATES, seed=1, fast=True)
    assert set(rows["learner"]) == {"logistic"}
    assert len(rows) == N_UNITS
    fold = folds["fold"].to_numpy()
    for number in (1, 2, 3):
        train = fold != number
        x = scaled(units, train)
        model = LogisticRegression(C=nuisance.FAST_LOGISTIC_C, tol=1e-9, max_iter=500)
        model.fit(x[train], units["is_treated"][train])
        own = rows[rows["fold"] == number].set_index("household_id")["propensity"]
        expected = model.predict_proba(x[~train])[:, 1]
        np.testing.assert_allclose(own, expected, rtol=0, atol=1e-4)


def test_fast_means_are_one_ridge_regression_per_fold_and_arm(units, folds):
    rows = cross_fit_outcomes(
        units, folds, covariates=COVARIATES, outcomes=["amount"], seed=1, fast=True
    )
    assert set(rows["learner"]) == {"ridge"}
    assert len(rows) == N_UNITS
    fold, treated = folds["fold"].to_numpy(), units["is_treated"].to_numpy()
    for number in (1, 2, 3):
        for column, arm in (("mu0", ~treated), ("mu1", treated)):
            train = (fold != number) & arm
            x = scaled(units, train)
            model = Ridge(alpha=nuisance.FAST_RIDGE_ALPHA)
            model.fit(x[train], units["amount"][train])
            own = rows[rows["fold"] == number].set_index("household_id")[column]
            expected = model.predict(x[fold == number])
            np.testing.assert_allclose(own, expected, rtol=1e-9)


def test_fast_fits_choose_nothing_on_inner_folds(units, folds, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("an inner split")

    for name in ("TreatmentFolds", "GroupKFold"):
        monkeypatch.setattr(nuisance, name, refuse)
    calls = []
    cross_fit_propensity(
        units,
        folds,
        covariates=COVARIATES,
        seed=1,
        fast=True,
        progress=lambda k, n: calls.append((k, n)),
    )
    assert calls == [(1, 3), (2, 3), (3, 3)]
    cross_fit_outcomes(
        units, folds, covariates=COVARIATES, outcomes=["amount"], seed=1, fast=True
    )
    with pytest.raises(AssertionError, match="an inner split"):
        cross_fit_propensity(units, folds, covariates=COVARIATES, seed=1)
