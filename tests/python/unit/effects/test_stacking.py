"""Weights of a stack of effect learners."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from retail_uplift.effects.stacking import fit_stack_weights, simplex_weights

N_UNITS = 400


@pytest.fixture(scope="module")
def trial() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return effects of three learners and scores; one learner knows the truth."""
    rng = np.random.default_rng(5)
    keys = pd.DataFrame(
        {
            "design": "d",
            "campaign_id": 1,
            "household_id": np.arange(N_UNITS),
            "outcome": "y",
            "split_id": 1,
        }
    )
    truth = rng.normal(2, 3, N_UNITS)
    treated = rng.integers(0, 2, N_UNITS)
    scores = keys.assign(
        is_treated=treated,
        propensity=0.5,
        mu0=0.0,
        mu1=0.0,
        outcome_value=(treated - 0.5) * truth + rng.normal(0, 0.1, N_UNITS),
    )
    effects = pd.concat(
        keys.assign(learner=name, fold=np.arange(N_UNITS) % 4 + 1, cate=cate)
        for name, cate in {
            "noise": rng.normal(2, 3, N_UNITS),
            "truth": truth,
            "zero": np.zeros(N_UNITS),
        }.items()
    )
    return effects, scores


def test_weights_are_those_of_a_constrained_minimiser() -> None:
    """scipy's SLSQP finds the same minimum on the simplex."""
    rng = np.random.default_rng(7)
    for k in (2, 4, 7):
        common = rng.normal(size=(300, 1))
        residuals = 50 * (common + rng.normal(size=(300, k)) * rng.uniform(0.2, 2, k))
        weights = simplex_weights(residuals)
        gram = residuals.T @ residuals / 300 / 2500
        found = minimize(
            lambda w, g=gram: w @ g @ w,
            np.full(k, 1 / k),
            jac=lambda w, g=gram: 2 * g @ w,
            bounds=[(0, 1)] * k,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            options={"ftol": 1e-14, "maxiter": 500},
        )
        assert found.success
        assert weights.sum() == pytest.approx(1)
        assert (weights >= 0).all()
        np.testing.assert_allclose(weights, found.x, atol=1e-4)


def test_two_learners_by_hand() -> None:
    """(3, 0) and (0, 4): w^2 9 + (1 - w)^2 16 is least at w = 16 / 25."""
    weights = simplex_weights(np.array([[3.0, 0.0], [0.0, 4.0]]))
    np.testing.assert_allclose(weights, [0.64, 0.36])


def test_a_learner_that_adds_nothing_has_no_weight() -> None:
    """(1, 0) and (3, 0): any weight on the second raises the loss."""
    weights = simplex_weights(np.array([[1.0, 3.0], [0.0, 0.0]]))
    np.testing.assert_allclose(weights, [1.0, 0.0], atol=1e-12)


def test_learners_without_any_loss_still_get_weights_of_sum_1() -> None:
    assert simplex_weights(np.zeros((3, 2))).sum() == pytest.approx(1)


def test_the_true_effect_gets_nearly_all_weight(
    trial: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    weights = fit_stack_weights(*trial)
    wide = weights.pivot(index="fold", columns="learner", values="weight")
    assert len(wide) == 4
    np.testing.assert_allclose(wide.sum(axis=1), 1)
    assert (wide["truth"] > 0.95).all()


def test_weights_do_not_see_the_fold_that_they_predict(
    trial: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    """Disturbing the outcomes of fold 2 moves all weights but its own."""
    effects, scores = trial
    is_hit = scores["household_id"] % 4 + 1 == 2
    disturbed = scores.assign(
        outcome_value=scores["outcome_value"].where(
            ~is_hit, -3 * scores["outcome_value"]
        )
    )
    before, after = (fit_stack_weights(effects, s) for s in (scores, disturbed))
    moved = (before["weight"] - after["weight"]).abs() > 1e-9
    assert set(before.loc[moved, "fold"]) == {1, 3, 4}


def test_only_splits_that_all_learners_predict_are_stacked(
    trial: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    effects, scores = trial
    second = effects[effects["learner"] == "zero"].assign(split_id=2)
    both = fit_stack_weights(
        pd.concat([effects, second]), pd.concat([scores, scores.assign(split_id=2)])
    )
    pd.testing.assert_frame_equal(both, fit_stack_weights(effects, scores))


def test_row_order_does_not_matter_and_no_effects_give_no_weights(
    trial: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    effects, scores = trial
    weights = fit_stack_weights(effects, scores)
    shuffled = fit_stack_weights(
        effects.sample(frac=1, random_state=1), scores.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(weights, shuffled, check_exact=True)
    none = fit_stack_weights(effects.iloc[:0], scores)
    assert none.empty
    assert list(none.columns) == list(weights.columns)


def test_a_unit_without_a_score_is_an_error(
    trial: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    effects, scores = trial
    with pytest.raises(ValueError, match="lacks"):
        fit_stack_weights(effects, scores.iloc[1:])
