"""Partial R2 and assignment coefficients on data whose answer is known."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from retail_uplift.effects.associations import (
    LOGISTIC_C,
    assignment_coefficients,
    partial_r2,
)

GROUPS = {"spend": ["sales", "basket"], "visits": ["trips"], "none": ["constant"]}
COVARIATES = ["sales", "basket", "trips", "constant"]
KEYS = ["design", "campaign_id", "household_id"]


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 400
    frame = pd.DataFrame(
        {
            "design": np.repeat(["first", "second"], n // 2),
            "campaign_id": rng.integers(1, 4, n),
            "household_id": np.arange(n),
            "sales": rng.gamma(2.0, 100.0, n),
            "trips": rng.poisson(5.0, n),
            "constant": 7.0,
        }
    )
    frame["basket"] = 0.5 * frame["sales"] + rng.normal(0, 20.0, n)
    logit = 0.01 * (frame["sales"] - 200) + 0.3 * (frame["trips"] - 5)
    frame["is_treated"] = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
    frame["y"] = frame["sales"] + 20 * frame["is_treated"] + rng.normal(0, 50, n)
    return frame


@pytest.fixture(scope="module")
def outcomes(units: pd.DataFrame) -> pd.DataFrame:
    first = units[KEYS].assign(outcome="amount", outcome_value=units["y"])
    return pd.concat([first, first.assign(outcome="flat", outcome_value=3.0)])


def oracle(units: pd.DataFrame, target: str, left_out: list[str]) -> float:
    """Return the partial R2 by statsmodels."""
    kept = [c for c in COVARIATES[:3] if c not in left_out]
    dummies = pd.get_dummies(units["campaign_id"], drop_first=True).astype(float)
    base = pd.concat([dummies, units[kept]], axis=1)
    y = units["is_treated"] if target == "treatment" else units["y"]
    if target != "treatment":
        base = base.assign(t=units["is_treated"])
    short = sm.OLS(y, sm.add_constant(base)).fit().ssr
    full = sm.OLS(y, sm.add_constant(pd.concat([base, units[left_out]], axis=1))).fit()
    return (short - full.ssr) / short


def test_partial_r2_is_that_of_nested_regressions(units, outcomes):
    built = partial_r2(units, outcomes, groups=GROUPS).set_index(
        ["design", "target", "benchmark_level", "benchmark"]
    )["partial_r2"]
    # Three covariates that vary and two groups, of two outcomes and treatment, in two
    # designs.
    assert len(built) == 5 * 3 * 2
    terms = [("covariate", c, [c]) for c in COVARIATES[:3]]
    terms += [("group", name, GROUPS[name]) for name in ("spend", "visits")]
    for design, own in units.groupby("design"):
        for target in ("treatment", "amount"):
            for level, name, members in terms:
                expected = oracle(own, target, members)
                value = built[design, target, level, name]
                assert value == pytest.approx(expected, abs=1e-10), (target, name)
    # Of what does not vary nothing is left to explain.
    assert built[:, "flat"].isna().all()
    # Two that say the same say more as a group.
    group = built["first", "amount", "group", "spend"]
    assert group > built["first", "amount", "covariate", "sales"]


def test_the_order_of_rows_and_the_scale_of_covariates_do_not_matter(units, outcomes):
    built = partial_r2(units, outcomes, groups=GROUPS)
    shuffled = units.sample(frac=1, random_state=1).assign(
        sales=lambda frame: frame["sales"] * 1e6
    )
    again = partial_r2(shuffled, outcomes.sample(frac=1, random_state=2), groups=GROUPS)
    pd.testing.assert_frame_equal(built, again, atol=1e-9)


def test_a_unit_without_an_outcome_is_an_error(units, outcomes):
    with pytest.raises(ValueError, match="outcome amount has NULL"):
        partial_r2(units, outcomes.iloc[1:], groups=GROUPS)


def test_coefficients_are_those_of_a_penalised_logistic_regression(units):
    built = assignment_coefficients(units, covariates=COVARIATES)
    assert built["design"].value_counts().to_dict() == {"first": 3, "second": 3}
    own = units[units["design"] == "first"]
    z = own[COVARIATES[:3]].to_numpy(dtype=float)
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    dummies = pd.get_dummies(own["campaign_id"], drop_first=True).to_numpy(dtype=float)
    x = np.column_stack([np.ones(len(own)), z, dummies - dummies.mean(axis=0)])
    t = own["is_treated"].to_numpy()
    beta = np.zeros(x.shape[1])
    ridge = np.diag([0.0] + [1 / LOGISTIC_C] * (x.shape[1] - 1))
    for _ in range(50):  # Newton's method on the penalised likelihood
        p = 1 / (1 + np.exp(-x @ beta))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge
        beta -= np.linalg.solve(hessian, x.T @ (p - t) + ridge @ beta)
    first = built[built["design"] == "first"].set_index("covariate")
    coefficients = first["logit_coefficient"]
    np.testing.assert_allclose(coefficients[COVARIATES[:3]], beta[1:4], atol=1e-8)


def test_one_arm_has_no_assignment_to_explain(units):
    with pytest.raises(ValueError, match="Design first has units of one arm only"):
        assignment_coefficients(units.assign(is_treated=1), covariates=COVARIATES)
