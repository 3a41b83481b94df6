"""Rankings that are refuted, and one that is not."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from trial_simulation import COVARIATES, household_folds, simulate_trial

from retail_uplift.effects.fast_effects import FastTrial, fast_trial
from retail_uplift.effects.ranking_refutations import (
    cap_outcomes,
    centred_effects,
    permute_within,
    propensity_strata,
    refute_rankings,
)
from retail_uplift.frames import fold_tasks

N_UNITS = 1_000
PLACEBOS = ["placebo treatment", "half of the households", "half of a placebo"]


def refute(units: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    return refute_rankings(
        units,
        household_folds(N_UNITS, 5),
        covariates=COVARIATES,
        outcome="amount",
        n_replicates=19,
        cap_quantile=0.99,
        seed=seed,
    )


@pytest.fixture(scope="module")
def trial() -> FastTrial:
    units = simulate_trial(N_UNITS, seed=3, n_campaigns=2)
    return fast_trial(
        fold_tasks(units, household_folds(N_UNITS, 5), COVARIATES, ["amount"])
    )


def test_real_heterogeneity_withstands_and_none_does_not() -> None:
    """Effects 2 + 2 x2 are ranked alike by other data; constant ones are not."""
    for slope, is_real in ((2.0, True), (0.0, False)):
        rows = refute(simulate_trial(N_UNITS, seed=3, slope=slope))
        medians = rows.groupby("refuter")[["spread", "rank_correlation"]].median()
        real = medians.loc["real data", "spread"]
        ratio = medians.loc["placebo treatment", "spread"] / real
        assert (ratio < 0.5) == is_real
        half = medians.loc["half of the households", "rank_correlation"]
        # They share data, so even of a placebo a half ranks much like the whole.
        halves = rows[rows["refuter"] == "half of a placebo"]["rank_correlation"]
        assert halves.median() > 0.5
        assert (half > halves.quantile(0.95)) == is_real
        assert medians.loc["real data", "rank_correlation"] == pytest.approx(1)


def test_each_refuter_has_its_replicates() -> None:
    rows = refute(simulate_trial(N_UNITS, seed=3))
    assert rows["refuter"].value_counts().to_dict() == {
        **dict.fromkeys(PLACEBOS, 19),
        "real data": 1,
        "capped outcome": 1,
    }
    again = refute(simulate_trial(N_UNITS, seed=3).sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(rows, again)
    other = refute(simulate_trial(N_UNITS, seed=3), seed=2)
    assert (other["spread"] != rows["spread"]).any()
    assert refute(simulate_trial(N_UNITS, seed=3).iloc[:0]).empty


def test_labels_stay_in_their_stratum(trial: FastTrial) -> None:
    propensity = np.random.default_rng(1).random(N_UNITS)
    strata = propensity_strata(trial, propensity)
    assert (np.bincount(strata) == N_UNITS / 20).all()
    permuted = permute_within(trial, strata, np.random.default_rng(2))
    for treated in (trial.treated, permuted.treated):
        np.testing.assert_array_equal(
            np.bincount(strata, treated), np.bincount(strata, trial.treated)
        )
    assert (permuted.treated != trial.treated).any()
    # Campaigns do not mix, and the next stratum of a campaign has larger propensities.
    np.testing.assert_array_equal(strata // 10, trial.campaigns)
    for campaign in (0, 1):
        own = [propensity[strata == campaign * 10 + k] for k in range(10)]
        for lower, upper in pairwise(own):
            assert lower.max() <= upper.min()


def test_effects_are_centred_in_their_fold_and_outcomes_capped(
    trial: FastTrial,
) -> None:
    effects = centred_effects(trial)
    np.testing.assert_allclose(np.bincount(trial.folds, effects), 0, atol=1e-9)
    capped = cap_outcomes(trial, 0.9).outcomes
    assert capped.max() == np.quantile(trial.outcomes, 0.9)
    assert (capped != trial.outcomes).sum() == N_UNITS / 10
