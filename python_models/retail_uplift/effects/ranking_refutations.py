"""Attempts to refute a ranking: the same learner on perturbed data.

The learner is the fast T-learner: the difference of two ridge regressions, one for each
arm, out of fold. It takes milliseconds, where a forest takes ten seconds, so it can be
refitted as often as a p-value needs. What it shows is said of this learner alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from retail_uplift._one_thread import one_thread
from retail_uplift.effects.fast_effects import (
    FastTrial,
    cross_fit_means,
    cross_fit_treatment,
    fast_trial,
)
from retail_uplift.effects.refutations import draw_subset
from retail_uplift.frames import empty_frame, fold_tasks

REAL, PLACEBO = "real data", "placebo treatment"
HALF, CAPPED = "half of the households", "capped outcome"
# What a half of the data gives where there is nothing to find.
PLACEBO_HALF = "half of a placebo"
N_STRATA = 10

RANKING_TYPES = {
    "design": "str",
    "outcome": "str",
    "refuter": "str",
    "replicate_id": "int64",
    "spread": "float64",
    "rank_correlation": "float64",
}


def refute_rankings(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    *,
    covariates: Sequence[str],
    outcome: str,
    n_replicates: int,
    cap_quantile: float,
    seed: int,
) -> pd.DataFrame:
    """Predict effects again on perturbed data and compare them with the real ones.

    Parameters
    ----------
    units, folds : DataFrame
        As in `refute_effects`, with one split.
    covariates : sequence of str
    outcome : str
    n_replicates : int
        Placebos, and halves of the households.
    cap_quantile : float
        Quantile at which outcomes are capped, between 0 and 1.
    seed : int

    Returns
    -------
    DataFrame
        `design`, `outcome`, `refuter`, `replicate_id` (1, 2, ...), `spread` (standard
        deviation of predictions inside folds), `rank_correlation` (Spearman, inside
        folds, with the predictions of the real data); no rows where there is no unit.
    """
    if units.empty:
        return empty_frame(RANKING_TYPES)
    tasks = fold_tasks(units, folds, covariates, [outcome])
    frames = []
    for design in dict.fromkeys(task.trial.keys["design"].iloc[0] for task in tasks):
        own = [task for task in tasks if task.trial.keys["design"].iloc[0] == design]
        with one_thread():
            rows = _design_rows(
                fast_trial(own), str(design), n_replicates, cap_quantile, seed
            )
        frames.append(
            pd.DataFrame(rows, columns=list(RANKING_TYPES)[2:]).assign(
                design=design, outcome=outcome
            )
        )
    return pd.concat(frames, ignore_index=True)[list(RANKING_TYPES)]


def _design_rows(
    trial: FastTrial, design: str, n_replicates: int, cap_quantile: float, seed: int
) -> list[tuple[str, int, float, float]]:
    """Return refuter, number, spread and rank correlation of each replicate."""
    propensity, _ = cross_fit_treatment(trial)
    strata = propensity_strata(trial, propensity)
    real = centred_effects(trial)
    rows = [_row(REAL, 1, real, real)]
    for number in range(1, n_replicates + 1):
        rng = _generator(seed, design, PLACEBO, number)
        placebo = permute_within(trial, strata, rng)
        effects = centred_effects(placebo)
        rows.append(_row(PLACEBO, number, effects, real))
        # A half shares its data with the whole, so it ranks noise alike, too.
        rng = _generator(seed, design, HALF, number)
        rows.append(_half_row(PLACEBO_HALF, number, placebo, effects, rng))
        rng = _generator(seed, design, HALF, number)
        rows.append(_half_row(HALF, number, trial, real, rng))
    capped = cap_outcomes(trial, cap_quantile)
    rows.append(_row(CAPPED, 1, centred_effects(capped), real))
    return rows


def centred_effects(trial: FastTrial) -> np.ndarray:
    """Return out-of-fold effects less the mean of their fold: shape (n,)."""
    mu0, mu1 = cross_fit_means(trial)
    effects = (mu1 - mu0)[:, 0]
    totals = np.bincount(trial.folds, effects)
    return effects - (totals / np.bincount(trial.folds))[trial.folds]


def propensity_strata(trial: FastTrial, propensity: np.ndarray) -> np.ndarray:
    """Return the number of each unit's campaign and propensity decile: shape (n,)."""
    strata = np.empty(len(propensity), dtype=np.int64)
    for campaign in range(trial.campaigns.max() + 1):
        rows = np.flatnonzero(trial.campaigns == campaign)
        order = np.argsort(np.argsort(propensity[rows], kind="stable"))
        strata[rows] = campaign * N_STRATA + order * N_STRATA // len(rows)
    return strata


def permute_within(
    trial: FastTrial, strata: np.ndarray, rng: np.random.Generator
) -> FastTrial:
    """Deal the labels of each stratum to its units anew."""
    treated = trial.treated.copy()
    for stratum in np.unique(strata):
        rows = np.flatnonzero(strata == stratum)
        treated[rows] = rng.permutation(treated[rows])
    return replace(trial, treated=treated)


def cap_outcomes(trial: FastTrial, quantile: float) -> FastTrial:
    """Return the trial with outcomes of at most their quantile."""
    cap = np.quantile(trial.outcomes, quantile, axis=0)
    return replace(trial, outcomes=np.minimum(trial.outcomes, cap))


def _half_row(
    refuter: str,
    number: int,
    trial: FastTrial,
    whole: np.ndarray,
    rng: np.random.Generator,
) -> tuple[str, int, float, float]:
    """Compare effects learnt from a random half of the households with those of all."""
    # Units carry their numbers, so that the half says which they are.
    kept = draw_subset(replace(trial, campaigns=np.arange(len(whole))), rng, 0.5)
    return _row(refuter, number, centred_effects(kept), whole[kept.campaigns])


def _row(
    refuter: str, number: int, effects: np.ndarray, real: np.ndarray
) -> tuple[str, int, float, float]:
    correlation = spearmanr(effects, real).statistic
    return refuter, number, float(effects.std()), float(correlation)


def _generator(
    seed: int, design: str, refuter: str, number: int
) -> np.random.Generator:
    name = f"{seed}/{design}/ranking/{refuter}/{number}"
    return np.random.default_rng(int(hashlib.md5(name.encode()).hexdigest(), 16))
