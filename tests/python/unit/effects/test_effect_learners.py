"""Tests of the out-of-fold learners that race against the causal forest."""

import numpy as np
import pandas as pd
import pytest
from econml.metalearners import TLearner
from sklearn.ensemble import HistGradientBoostingRegressor
from trial_simulation import (
    COVARIATES,
    disturb_fold,
    household_folds,
    simulate_trial,
)

from retail_uplift.effects.causal_forest import cross_fit_causal_forest
from retail_uplift.effects.effect_learners import (
    LEARNERS,
    LearnerSettings,
    cross_fit_learners,
)
from retail_uplift.effects.nuisance import BOOSTING, cross_fit_outcomes
from retail_uplift.frames import fold_tasks

KEYS = ["design", "campaign_id", "household_id"]


def fit(units: pd.DataFrame, folds: pd.DataFrame, **changes: object) -> pd.DataFrame:
    arguments = {
        "covariates": COVARIATES,
        "outcomes": ["amount"],
        "settings": LearnerSettings(seed=42),
    }
    return cross_fit_learners(units, folds, **(arguments | changes))


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """1,000 units whose effect is 2 + 2 x2."""
    return simulate_trial(1000, seed=21, slope=2.0, n_campaigns=2)


@pytest.fixture(scope="module")
def folds() -> pd.DataFrame:
    return household_folds(1000, 2)


@pytest.fixture(scope="module")
def effects(units: pd.DataFrame, folds: pd.DataFrame) -> pd.DataFrame:
    return fit(units, folds)


def test_one_row_per_unit_and_learner_in_key_order(
    units: pd.DataFrame, effects: pd.DataFrame
) -> None:
    assert list(effects.columns) == [
        *KEYS,
        "outcome",
        "learner",
        "split_id",
        "fold",
        "cate",
        "ci_lower",
        "ci_upper",
        "is_out_of_fold",
    ]
    assert len(effects) == len(LEARNERS) * len(units)
    order = [*KEYS, "outcome", "learner", "split_id"]
    pd.testing.assert_frame_equal(
        effects, effects.sort_values(order, ignore_index=True)
    )
    assert effects["is_out_of_fold"].all()


@pytest.mark.parametrize("learner", LEARNERS)
def test_strong_heterogeneity_is_ranked(
    units: pd.DataFrame, effects: pd.DataFrame, learner: str
) -> None:
    rows = effects[effects["learner"] == learner].merge(
        units[["household_id", "true_effect"]], on="household_id"
    )
    assert rows["cate"].corr(rows["true_effect"], method="spearman") > 0.8
    assert rows["cate"].mean() == pytest.approx(2.0, abs=0.5)


def test_only_linear_dml_has_an_interval_and_it_covers(
    units: pd.DataFrame, effects: pd.DataFrame
) -> None:
    with_interval = effects["ci_lower"].notna()
    assert (with_interval == (effects["learner"] == "linear_dml")).all()
    rows = effects[with_interval].merge(
        units[["household_id", "true_effect"]], on="household_id"
    )
    assert (rows["ci_lower"] < rows["cate"]).all()
    assert (rows["cate"] < rows["ci_upper"]).all()
    # The effect is linear in x2 and the learner in its signed logarithm.
    assert rows["true_effect"].between(rows["ci_lower"], rows["ci_upper"]).mean() > 0.5


def test_no_unit_is_scored_by_a_fit_that_saw_it(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """Disturbing fold 2 moves the predictions of fold 1 and none of its own."""
    disturbed = fit(disturb_fold(units, folds, 2), folds)
    own = effects["fold"] == 2
    pd.testing.assert_frame_equal(effects[own], disturbed[own], check_exact=True)
    moved = (effects["cate"] != disturbed["cate"])[~own]
    assert moved.groupby(effects["learner"]).mean().min() > 0.9


def test_results_do_not_depend_on_row_order(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    again = fit(units.sample(frac=1, random_state=3), folds.sample(frac=1))
    pd.testing.assert_frame_equal(effects, again, check_exact=True)


def test_units_outside_the_fit_sample_are_scored_and_teach_nothing(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """The same holds for the forest, which takes its rows from the same tasks."""
    drawn = units.assign(is_fit_unit=units["household_id"] % 10 < 7)
    others = ~drawn["is_fit_unit"]
    disturbed = drawn.assign(amount=drawn["amount"] + 1000.0 * others)
    rows = fit(drawn, folds, learners=["s_learner"])
    assert len(rows) == len(units)
    again = fit(disturbed, folds, learners=["s_learner"])
    pd.testing.assert_frame_equal(rows, again, check_exact=True)
    of_all = effects.query("learner == 's_learner'")["cate"].to_numpy()
    assert (rows["cate"].to_numpy() != of_all).mean() > 0.9
    forest = {"covariates": COVARIATES, "outcomes": ["amount"], "seed": 1}
    forest |= {"n_estimators": 8, "min_samples_leaf": 10}
    pd.testing.assert_frame_equal(
        cross_fit_causal_forest(drawn, folds, **forest),
        cross_fit_causal_forest(disturbed, folds, **forest),
        check_exact=True,
    )


def test_the_difference_of_outcome_means_is_econmls_t_learner(
    units: pd.DataFrame, folds: pd.DataFrame
) -> None:
    """So the SQL of int_cate_predictions need not fit one."""
    means = cross_fit_outcomes(
        units, folds, covariates=COVARIATES, outcomes=["amount"], seed=42
    )
    means = means[means["learner"] == "boosting"].set_index(KEYS)
    tasks = fold_tasks(units, folds, COVARIATES, ["amount"])
    for task in tasks:
        x = task.trial.design_matrix
        learner = TLearner(
            models=HistGradientBoostingRegressor(**BOOSTING, random_state=42)
        ).fit(
            task.trial.outcomes[task.train, 0],
            task.trial.treated[task.train].astype(int),
            X=x[task.train],
        )
        rows = means.loc[list(task.test_frame()[KEYS].itertuples(index=False))]
        np.testing.assert_allclose(
            rows["mu1"] - rows["mu0"], learner.effect(x[task.test]), atol=1e-12
        )


def test_slower_and_fewer_steps_shrink_the_effects(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    """The settings reach the trees that predict effects."""
    few = LearnerSettings(seed=42, learning_rate=0.01, max_iter=5, max_leaf_nodes=2)
    rows = fit(units, folds, settings=few, learners=["r_learner"])
    of_default = effects.query("learner == 'r_learner'")["cate"]
    assert rows["cate"].std() < 0.2 * of_default.std()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"learning_rate": 0.0}, "learning_rate is 0.0, not above 0"),
        ({"max_iter": 0}, "max_iter is 0, not 1 or more"),
        ({"max_leaf_nodes": 1}, "max_leaf_nodes is 1, not 2 or more"),
        ({"min_propensity": 0.5}, "min_propensity is 0.5, not between 0 and 0.5"),
        ({"alpha": 1.0}, "alpha is 1.0, not between 0 and 1"),
    ],
)
def test_bad_settings_are_rejected(changes: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LearnerSettings(seed=1, **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcomes": []}, "No outcome is named"),
        ({"learners": ["magic"]}, r"asked for: \['magic'\]"),
        ({"learners": []}, "asked for"),
        ({"covariates": ["age"]}, r"units lacks the columns \['age'\]"),
    ],
)
def test_bad_arguments_are_rejected(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    changes: dict[str, object],
    message: str,
) -> None:
    with pytest.raises(ValueError, match=message):
        fit(units, folds, **changes)


def test_without_units_there_are_no_rows_but_the_same_columns(
    units: pd.DataFrame, folds: pd.DataFrame, effects: pd.DataFrame
) -> None:
    nobody = fit(units.iloc[:0], folds)
    pd.testing.assert_frame_equal(nobody, effects.iloc[:0])
