"""Tests of the linear residuals, against regressions of statsmodels."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from trial_simulation import COVARIATES, simulate_trial

from retail_uplift.effects.projection import linear_residuals

KEYS = ["design", "campaign_id", "household_id", "outcome"]


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """Return 400 units of two campaigns, with a second outcome."""
    units = simulate_trial(400, seed=3, n_campaigns=2)
    return units.assign(visits=np.arange(400.0) % 7)


def residuals_of(units: pd.DataFrame, covariates=COVARIATES, outcomes=("amount",)):
    return linear_residuals(units, covariates=list(covariates), outcomes=list(outcomes))


def coefficient(residuals: pd.DataFrame) -> float:
    t, y = residuals["treatment_residual"], residuals["outcome_residual"]
    return (t * y).sum() / (t**2).sum()


def regression(units: pd.DataFrame, outcome: str):
    """Return statsmodels' fit on treatment, covariates and one campaign indicator."""
    x = units[["is_treated", *COVARIATES]].astype(float)
    x["second_campaign"] = (units["campaign_id"] == units["campaign_id"].max()) * 1.0
    return sm.OLS(units[outcome], sm.add_constant(x)).fit()


def test_residuals_give_the_coefficient_of_the_full_regression(units):
    residuals = residuals_of(units, outcomes=["amount", "visits"])
    names = ["treatment_residual", "outcome_residual", "n_coefficients"]
    assert list(residuals.columns) == [*KEYS, *names]
    assert len(residuals) == 800
    assert residuals[KEYS].equals(residuals[KEYS].sort_values(KEYS, ignore_index=True))
    for outcome, rows in residuals.groupby("outcome"):
        fit = regression(units, outcome)
        assert coefficient(rows) == pytest.approx(fit.params["is_treated"], rel=1e-10)
        assert rows["n_coefficients"].eq(len(fit.params)).all()
        # What the full regression leaves is what the residuals leave.
        left = rows["outcome_residual"] - coefficient(rows) * rows["treatment_residual"]
        ordered = fit.resid[units.sort_values(KEYS[:3]).index]
        np.testing.assert_allclose(left, ordered, atol=1e-9)


def test_residuals_are_those_of_each_design_by_itself(units):
    second = units.assign(design="second", amount=units["amount"] ** 2)
    both = residuals_of(pd.concat([second, units], ignore_index=True))
    alone = pd.concat([residuals_of(second), residuals_of(units)], ignore_index=True)
    pd.testing.assert_frame_equal(both, alone)


def test_order_and_scale_of_rows_and_collinear_covariates_change_nothing(units):
    expected = residuals_of(units)
    first, *others = COVARIATES
    changed = units.assign(
        constant=3.0, copy=2 * units[first] + 1, **{first: 1e9 * units[first]}
    )
    built = residuals_of(
        changed.sample(frac=1, random_state=1), [*others, "constant", first, "copy"]
    )
    pd.testing.assert_frame_equal(built, expected, rtol=1e-9, atol=1e-9)


def test_a_design_whose_covariates_determine_the_treatment_has_no_rows(units):
    told = units.assign(told=3 - 2.0 * units["is_treated"], design="told")
    both = pd.concat([units.assign(told=0.0), told])
    found = residuals_of(both, [*COVARIATES, "told"])
    pd.testing.assert_frame_equal(found, residuals_of(units))
    everybody = residuals_of(units.assign(is_treated=1))
    assert everybody.empty
    assert list(everybody.columns) == list(found.columns)


@pytest.mark.parametrize(
    ("covariates", "outcomes", "message"),
    [
        (COVARIATES, [], "No outcome is named"),
        ([], ["amount"], "No covariate is named"),
        (["amount"], ["amount"], "hold a key, treatment or outcome"),
        (["absent"], ["amount"], "absent"),
    ],
)
def test_malformed_input_is_an_error(units, covariates, outcomes, message):
    with pytest.raises(ValueError, match=message):
        residuals_of(units, covariates, outcomes)
