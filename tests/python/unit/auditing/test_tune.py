"""Tests of the search for settings; the numbers are worked out by hand."""

import subprocess

import numpy as np
import pandas as pd
import pytest
import yaml
from trial_simulation import COVARIATES, simulate_trial

from retail_uplift.auditing import tuning as tune
from retail_uplift.auditing.tuning import (
    Trials,
    deal_folds,
    draw_candidates,
    make_trials,
    r_losses,
    relative_gain,
    search,
    write_vars,
)

GRID = {"size": (1, 2, 3), "depth": (None, 4)}


def trials(outcome_residuals: list[float], treatment_residuals: list[float]) -> Trials:
    """Return units of one campaign with given residuals."""
    n = len(outcome_residuals)
    keys = pd.DataFrame(
        {"design": "d", "campaign_id": 1, "household_id": np.arange(1, n + 1)}
    )
    residuals = keys.assign(
        outcome_residual=outcome_residuals, treatment_residual=treatment_residuals
    )
    return Trials(keys, pd.DataFrame(), residuals, [], "amount")


def effects(values: list[float]) -> pd.DataFrame:
    return trials(values, values).units.assign(cate=values)


def test_folds_are_of_equal_size_and_depend_on_the_seed_alone() -> None:
    households = np.repeat(np.arange(100), 2)
    folds = deal_folds(households, 5, seed=1)
    assert folds["household_id"].tolist() == list(range(100))
    assert folds["fold"].value_counts().to_dict() == dict.fromkeys(range(1, 6), 20)
    pd.testing.assert_frame_equal(folds, deal_folds(households[::-1], 5, seed=1))
    assert not folds.equals(deal_folds(households, 5, seed=2))


def test_candidates_are_drawn_once_and_without_the_current_settings() -> None:
    current = {"size": 1, "depth": None}
    candidates = draw_candidates(GRID, current, 99, seed=1)
    assert len(candidates) == 5
    assert current not in candidates
    assert len({tuple(c.items()) for c in candidates}) == 5
    assert len(draw_candidates(GRID, current, 2, seed=1)) == 2
    assert draw_candidates(GRID, current, 2, 1) == draw_candidates(GRID, current, 2, 1)


def test_the_r_loss_is_the_square_of_what_the_effect_leaves() -> None:
    """3 - 0.5 * 4 = 1 and -1 + 0.5 * 2 = 0."""
    losses = r_losses(trials([3.0, -1.0], [0.5, -0.5]), effects([4.0, 2.0]))
    assert losses["loss"].tolist() == [1.0, 0.0]


def test_a_unit_without_an_effect_is_an_error() -> None:
    with pytest.raises(ValueError, match="Some units have no predicted effect"):
        r_losses(trials([3.0, -1.0], [0.5, -0.5]), effects([4.0]))


def test_a_gain_is_relative_and_its_error_clustered() -> None:
    """Gains 2, 2, -2, 2 over 4; sums of households lie 0.5 from their mean."""
    base = pd.DataFrame(
        {"design": "d", "household_id": [1, 1, 2, 2], "loss": [6.0, 2.0, 2.0, 6.0]}
    )
    losses = base.assign(loss=[4.0, 0.0, 4.0, 4.0])
    gain, error = relative_gain(losses, base)
    assert gain == pytest.approx(0.25)
    assert error == pytest.approx(np.sqrt(2 * 0.5**2 * 2 / 1) / 4)


@pytest.mark.parametrize(("effect", "is_better"), [(4.0, True), (0.1, False)])
def test_settings_stay_unless_others_are_surely_better(
    effect: float, is_better: bool
) -> None:
    """The current settings say 0; the true effect is 4 with some noise."""
    residuals = np.tile([0.5, -0.5], 50)
    noise = np.random.default_rng(1).normal(size=100)
    data = trials(4 * residuals + noise, residuals)
    told = []

    def predict(settings: dict[str, float]) -> pd.DataFrame:
        return effects([settings["effect"]] * 100)

    # A worse candidate and, at 0.1, one that is a little better.
    candidates = [{"effect": -9.0}, {"effect": effect}]
    if not is_better:
        data = trials(noise, residuals)
    chosen, results = search(
        data, predict, {"effect": 0.0}, candidates, lambda: told.append(1)
    )
    assert chosen == {"effect": effect if is_better else 0.0}
    assert len(results) == len(told) == 3
    assert results[0] == {"effect": 0.0, "gain": 0.0, "std_error": 0.0}
    assert results[1]["gain"] < 0


def test_nuisances_of_the_loss_are_out_of_fold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The outcome of a household does not move the residuals of its fold's others."""

    def of_one_learner(predictions: pd.DataFrame) -> pd.DataFrame:
        return predictions[predictions["learner"] == "boosting"]

    # The choice between learners sees all folds.
    monkeypatch.setattr(tune, "_of_best_learner", of_one_learner)
    units = simulate_trial(600, seed=3).assign(is_fit_unit=True)
    units.loc[units["household_id"] >= 500, "is_fit_unit"] = False
    arguments = {"covariates": COVARIATES, "outcome": "amount", "n_folds": 2}
    arguments |= {"seed": 1, "clip": 0.01}
    first = make_trials(units, **arguments)
    assert len(first.units) == len(first.residuals) == 500
    own = set(first.folds.loc[first.folds["fold"] == 1, "household_id"])
    in_fold = units["household_id"].isin(own)
    moved = make_trials(
        units.assign(amount=units["amount"] + 100.0 * in_fold), **arguments
    )
    change = (
        first.residuals.set_index("household_id")["outcome_residual"]
        - (moved.residuals.set_index("household_id")["outcome_residual"])
    )
    inside = change.index.isin(own)
    # By their own outcome alone; the others by what their nuisances learnt.
    np.testing.assert_allclose(change[inside], -100.0, atol=1e-9)
    assert (change[~inside].abs() > 1).mean() > 0.95


def test_the_file_is_what_dbt_takes(tmp_path) -> None:
    path = tmp_path / "folder" / "tuned_vars.yml"
    settings = {"edition": "canonical", "forest_max_depth": None, "forest_trees": 200}
    write_vars(path, settings, ["depth None: +1.00% +- 0.50%"])
    shown = subprocess.run(
        ["cat", str(path)], check=True, capture_output=True, text=True
    ).stdout
    assert shown.startswith("# depth None: +1.00% +- 0.50%\nedition: canonical\n")
    assert yaml.safe_load(shown) == settings


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--folds", "1"], 2, "at least 1 candidate and 2 folds are needed"),
        (["--candidates", "0"], 2, "at least 1 candidate and 2 folds are needed"),
        (["--warehouse", "none.duckdb"], 1, "no warehouse none.duckdb"),
    ],
)
def test_a_bad_call_ends_in_a_sentence(
    arguments: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture
) -> None:
    assert tune.main(arguments) == code
    assert sentence in capsys.readouterr().err
