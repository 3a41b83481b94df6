"""The array code repeats the fast nuisances and the project's SQL, and nothing else."""

from dataclasses import replace

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest
from dbt_runner import REPOSITORY
from sklearn.linear_model import LogisticRegression
from trial_simulation import COVARIATES, household_folds, simulate_trial

from retail_uplift.effects import nuisance
from retail_uplift.effects.fast_effects import (
    FastTrial,
    _fit_logistic,
    cross_fit_means,
    cross_fit_treatment,
    estimate_effects,
    fast_trial,
    standardise,
)
from retail_uplift.effects.nuisance import cross_fit_outcomes, cross_fit_propensity
from retail_uplift.frames import fold_tasks

N_UNITS = 600
N_FOLDS = 3
OUTCOMES = ["amount", "count"]


def heavy_units(seed: int) -> pd.DataFrame:
    """Draw units of three campaigns with covariates like those of a shop.

    One is heavy tailed, one is constant among the controls, one differs from 0 in the
    households of a single fold, so that it is constant in that fold's training rows.
    """
    units = simulate_trial(N_UNITS, seed, n_campaigns=3)
    number = np.arange(N_UNITS)
    return units.assign(
        spend=np.exp(2 * units["x1"]) * 100,
        perk=np.where(units["is_treated"], units["x3"], 5.0),
        rare=np.where(number % N_FOLDS == 1, units["x2"], 0.0),
        count=np.round(np.abs(units["amount"])),
    )


HEAVY_COVARIATES = [*COVARIATES, "spend", "perk", "rare"]


@pytest.fixture(scope="module", params=[1, 2])
def units(request) -> pd.DataFrame:
    return heavy_units(request.param)


@pytest.fixture(scope="module")
def folds() -> pd.DataFrame:
    return household_folds(N_UNITS, N_FOLDS)


def lay_out(units: pd.DataFrame, folds: pd.DataFrame) -> FastTrial:
    return fast_trial(fold_tasks(units, folds, HEAVY_COVARIATES, OUTCOMES))


def test_propensities_are_those_of_the_fast_fit(units, folds, monkeypatch):
    # At its usual tolerance scikit-learn stops some steps before the optimum.
    monkeypatch.setattr(
        nuisance,
        "_logistic",
        lambda c: LogisticRegression(C=c, solver="newton-cholesky", tol=1e-13),
    )
    expected = cross_fit_propensity(
        units, folds, covariates=HEAVY_COVARIATES, seed=1, fast=True
    )
    keys = ["campaign_id", "household_id"]
    assert expected[keys].equals(units[keys].sort_values(keys, ignore_index=True))
    own, _ = cross_fit_treatment(lay_out(units, folds))
    np.testing.assert_allclose(own, expected["propensity"], rtol=0, atol=1e-6)
    assert np.ptp(own) > 0.5


def test_means_are_those_of_the_fast_fit(units, folds):
    expected = cross_fit_outcomes(
        units,
        folds,
        covariates=HEAVY_COVARIATES,
        outcomes=OUTCOMES,
        seed=1,
        fast=True,
    )
    mu0, mu1 = cross_fit_means(lay_out(units, folds))
    for column, outcome in enumerate(OUTCOMES):
        rows = expected[expected["outcome"] == outcome]
        np.testing.assert_allclose(mu0[:, column], rows["mu0"], rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(mu1[:, column], rows["mu1"], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("seed", [45, 73, 78])
def test_a_logistic_fit_converges_where_newtons_whole_step_goes_too_far(seed):
    """Few are treated, and one who is not has by far the largest covariate."""
    rng = np.random.default_rng(seed)
    raw = np.exp(3 * rng.normal(size=(60, 2)))
    treated = (rng.random(60) < 0.1).astype(float)
    treated[np.argsort(-raw[:, 0])[:2]] = [0, 1]
    x = np.hstack([np.ones((60, 1)), standardise(raw)])
    start = np.array([np.log(treated.mean() / (1 - treated.mean())), 0.0, 0.0])
    model = LogisticRegression(C=nuisance.FAST_LOGISTIC_C, tol=1e-10, max_iter=10_000)
    model.fit(x[:, 1:], treated)
    expected = [*model.intercept_, *model.coef_[0]]
    np.testing.assert_allclose(_fit_logistic(x, treated, start), expected, atol=1e-5)


def test_estimates_and_errors_are_those_of_the_macros(units, folds):
    """The same macros that int_effect_influences and int_effect_splits are made of."""
    # Three units of a household, so that clustering matters.
    units = units.assign(household_id=units["household_id"] // 3)
    trial = lay_out(units, folds)
    propensity, _ = cross_fit_treatment(trial)
    mu0, mu1 = cross_fit_means(trial)
    estimates, std_errors = estimate_effects(trial, propensity, mu0, mu1, 0.1)
    assert (propensity < 0.1).any()
    names = ["exact_sum", "exact_avg", "overlap_averages", "overlap_influence"]
    macros = "".join(
        next((REPOSITORY / "macros").rglob(f"{name}.sql")).read_text(encoding="utf-8")
        for name in [*names, "clustered_std_error"]
    )
    sql = jinja2.Environment().from_string(
        macros
        + """
        with averages as (
            select
                {{ exact_avg('dr_score') }} as ate,
                {{ overlap_averages(
                    'is_treated', 'outcome_value', 'propensity', 'mu0', 'mu1'
                ) }}
            from units
        ),

        influences as (
            select
                household_id,
                ate,
                overlap_model_effect + treated_residual - control_residual as ato,
                dr_score - ate as ate_influence,
                {{ overlap_influence(
                    'is_treated', 'outcome_value', 'propensity', 'mu0', 'mu1',
                    averages='averages'
                ) }} as ato_influence
            from units
            cross join averages
        ),

        households as (
            select
                max(ate) as ate,
                max(ato) as ato,
                {{ exact_sum('ate_influence') }} as ate_influence,
                {{ exact_sum('ato_influence') }} as ato_influence,
                count(*) as n_units
            from influences
            group by household_id
        )

        select
            max(ate),
            max(ato),
            {{ clustered_std_error('ate_influence', 'n_units') }},
            {{ clustered_std_error('ato_influence', 'n_units') }}
        from households
        """
    )
    for column in range(len(OUTCOMES)):
        t, y = trial.treated.astype(int), trial.outcomes[:, column]
        e = np.clip(propensity, 0.1, 0.9)
        frame = pd.DataFrame(
            {
                "household_id": trial.households,
                "is_treated": t,
                "outcome_value": y,
                "propensity": e,
                "mu0": mu0[:, column],
                "mu1": mu1[:, column],
            }
        )
        frame["dr_score"] = (
            frame["mu1"]
            - frame["mu0"]
            + np.where(t, (y - frame["mu1"]) / e, -(y - frame["mu0"]) / (1 - e))
        )
        with duckdb.connect() as connection:
            connection.register("units", frame)
            expected = connection.sql(sql.render()).fetchone()
        own = [*estimates[:, column], *std_errors[:, column]]
        np.testing.assert_allclose(own, expected, rtol=1e-9)
    # Without clusters the errors are others.
    apart = replace(trial, households=np.arange(N_UNITS))
    _, naive = estimate_effects(apart, propensity, mu0, mu1, 0.1)
    assert np.abs(naive / std_errors - 1).min() > 0.001
