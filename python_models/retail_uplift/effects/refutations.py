"""Attempts to refute an effect: the same estimator on data perturbed on purpose.

Each replicate perturbs the data in one way and refits the nuisances, so no propensity
of the real treatment is left over in a placebo. Nuisances are the fast linear ones of
`fast_effects` on one sample split. Replicate 0, the real data, goes through the same
fits, so that like is compared with like.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from retail_uplift._one_thread import one_thread
from retail_uplift.effects.fast_effects import (
    ESTIMANDS,
    FastTrial,
    cross_fit_means,
    cross_fit_treatment,
    estimate_effects,
    fast_trial,
)
from retail_uplift.effects.nuisance import with_signed_logs
from retail_uplift.frames import check_columns, empty_frame, fold_tasks
from retail_uplift.progress import Progress

PLACEBO_TREATMENT = "placebo treatment"
SHUFFLED_OUTCOME = "shuffled outcome"
RANDOM_COVARIATE = "random covariate"
SUBSET = "subset stability"
REFUTERS = (PLACEBO_TREATMENT, SHUFFLED_OUTCOME, RANDOM_COVARIATE, SUBSET)

ACTUAL = 0
# Replicates that a process is handed at a time: a few tenths of a second of work.
CHUNK = 10

REPLICATE_TYPES = {
    "design": "str",
    "outcome": "str",
    "estimand": "str",
    "refuter": "str",
    "replicate_id": "int64",
    "estimate": "float64",
    "std_error": "float64",
}

Perturb = Callable[[FastTrial, np.random.Generator], FastTrial]
Chunk = tuple[int, str, Sequence[int]]


@dataclass(frozen=True)
class Study:
    """One design with all that a replicate needs.

    Attributes
    ----------
    design : str
    trial : FastTrial
    propensity : ndarray, shape (n,)
        Out of fold, of the real treatment.
    coefficients : ndarray, shape (n_folds, 1 + q)
        Of the fits that gave it.
    propensity_clip : float
    subset_share : float
    seed : int
    """

    design: str
    trial: FastTrial
    propensity: np.ndarray
    coefficients: np.ndarray
    propensity_clip: float
    subset_share: float
    seed: int

    def replicate(self, refuter: str, number: int) -> np.ndarray:
        """Return estimates and standard errors of a replicate: shape (2, 2, m).

        It depends on its name alone, not on the replicates before it.
        """
        trial = self.trial
        if number != ACTUAL:
            name = f"{self.seed}/{self.design}/{refuter}/{number}"
            digest = hashlib.md5(name.encode()).hexdigest()
            rng = np.random.default_rng(int(digest, 16))
            trial = self._perturbations()[refuter](trial, rng)
        if number == ACTUAL or refuter == SHUFFLED_OUTCOME:
            # A shuffled outcome leaves the covariates and the treatment alone.
            propensity = self.propensity
        elif refuter == PLACEBO_TREATMENT:
            propensity, _ = cross_fit_treatment(trial)
        else:
            propensity, _ = cross_fit_treatment(trial, self.coefficients)
        mu0, mu1 = cross_fit_means(trial)
        return np.stack(
            estimate_effects(trial, propensity, mu0, mu1, self.propensity_clip)
        )

    def _perturbations(self) -> dict[str, Perturb]:
        return {
            PLACEBO_TREATMENT: permute_treatment,
            SHUFFLED_OUTCOME: shuffle_outcomes,
            RANDOM_COVARIATE: add_random_covariate,
            SUBSET: partial(draw_subset, share=self.subset_share),
        }


def refute_effects(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    *,
    covariates: Sequence[str],
    outcomes: Sequence[str],
    n_replicates: Mapping[str, int],
    subset_share: float,
    propensity_clip: float,
    seed: int,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Estimate the effects of each design on perturbed data, many times.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, with `is_treated` (boolean
        or 0/1), covariates and outcomes. Where a design has several campaigns, one
        indicator per campaign joins the covariates.
    folds : DataFrame
        `household_id`, `split_id`, `fold`; one row per household, of one split.
    covariates, outcomes : sequence of str
        Numeric columns; covariates are known at time zero.
    n_replicates : mapping of str to int
        Number of replicates by refuter, for each of `REFUTERS`.
    subset_share : float
        Share of the households in a subset, between 0 and 1.
    propensity_clip : float
        Propensities are moved into [clip, 1 - clip].
    seed : int
        Seed of the replicates.
    n_jobs : int
        Processes; no effect on the result.
    progress : callable, optional
        Called as progress(k, n) after replicate k of n.

    Returns
    -------
    DataFrame
        `design`, `outcome`, `estimand` (`ATE`, `ATO`), `refuter`, `replicate_id` (0 =
        the real data), `estimate`, `std_error` (clustered by household); in the order
        of the first five. No rows where there is no unit: a build may have no design
        that is large enough.

    Raises
    ------
    ValueError
        If an input is malformed or an arm too small (see `fold_tasks`), there is not
        exactly one split, a refuter has no number of replicates, the share is not
        between 0 and 1, or a logistic regression does not converge.

    Notes
    -----
    What is expected: no effect of a placebo treatment or on a shuffled outcome; the
    same effect with a random covariate; the same effect in subsets, with a spread of
    sqrt((1 - share) / share) standard errors (Shao and Wu 1989, Annals of Statistics
    17, delete-d jackknife). None of them can see a hidden cause.
    """
    _check(outcomes, n_replicates, subset_share)
    if units.empty:
        return empty_frame(REPLICATE_TYPES)
    check_columns(folds, ["split_id"], "folds")
    if folds["split_id"].nunique() != 1:
        raise ValueError("folds does not have exactly one split.")
    tasks = fold_tasks(units, folds, covariates, outcomes)
    designs = list(dict.fromkeys(task.trial.keys["design"].iloc[0] for task in tasks))
    with one_thread():
        trials = [
            fast_trial([t for t in tasks if t.trial.keys["design"].iloc[0] == design])
            for design in designs
        ]
        studies = [
            Study(
                design,
                trial,
                *cross_fit_treatment(trial),
                propensity_clip,
                subset_share,
                seed,
            )
            for design, trial in zip(designs, trials, strict=True)
        ]
    chunks: list[Chunk] = [
        (number, refuter, range(first, min(first + CHUNK, n_replicates[refuter] + 1)))
        for number in range(len(studies))
        for refuter in REFUTERS
        for first in range(ACTUAL, n_replicates[refuter] + 1, CHUNK)
    ]
    frames, n_done = [], 0
    n_all = sum(len(replicates) for _, _, replicates in chunks)
    runs = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_run)(studies[number], refuter, replicates)
        for number, refuter, replicates in chunks
    )
    for (number, refuter, replicates), results in zip(chunks, runs, strict=True):
        frames.extend(
            _rows(designs[number], outcomes, refuter, replicate_id, result)
            for replicate_id, result in zip(replicates, results, strict=True)
        )
        n_done += len(replicates)
        if progress is not None:
            progress(n_done, n_all)
    keys = ["design", "outcome", "estimand", "refuter", "replicate_id"]
    return pd.concat(frames, ignore_index=True).sort_values(keys, ignore_index=True)


def permute_treatment(trial: FastTrial, rng: np.random.Generator) -> FastTrial:
    """Deal the labels of each campaign to its units anew.

    Each campaign keeps its number of treated units. A household with units in several
    campaigns gets a label of its own in each: in sequential trials, a household's terms
    of the estimate in different campaigns are uncorrelated if there is no effect, and
    so they are here; one label carried through all its campaigns would add them up.
    """
    treated = trial.treated.copy()
    for rows in _campaign_rows(trial):
        treated[rows] = rng.permutation(treated[rows])
    return replace(trial, treated=treated)


def shuffle_outcomes(trial: FastTrial, rng: np.random.Generator) -> FastTrial:
    """Deal the outcomes of each campaign to its units anew, treated or not.

    Covariates and treatment stay together: the weights are as uneven as the real ones.
    """
    outcomes = trial.outcomes.copy()
    for rows in _campaign_rows(trial):
        outcomes[rows] = outcomes[rng.permutation(rows)]
    return replace(trial, outcomes=outcomes)


def add_random_covariate(trial: FastTrial, rng: np.random.Generator) -> FastTrial:
    """Add a standard normal covariate that means nothing, in the form of the others."""
    noise = rng.standard_normal((len(trial.treated), 1))
    return trial.with_columns(with_signed_logs(noise))


def draw_subset(trial: FastTrial, rng: np.random.Generator, share: float) -> FastTrial:
    """Keep a random share of the households, with all their units."""
    n_households = trial.households.max() + 1
    n_kept = round(share * n_households)
    kept = rng.choice(n_households, size=n_kept, replace=False)
    return trial.take(np.isin(trial.households, kept))


def _campaign_rows(trial: FastTrial) -> list[np.ndarray]:
    """Return the row numbers of each campaign."""
    return [
        np.flatnonzero(trial.campaigns == campaign)
        for campaign in range(trial.campaigns.max() + 1)
    ]


def _check(
    outcomes: Sequence[str], n_replicates: Mapping[str, int], subset_share: float
) -> None:
    if not outcomes:
        raise ValueError("No outcome is named.")
    if set(n_replicates) != set(REFUTERS):
        raise ValueError(f"n_replicates does not name exactly {', '.join(REFUTERS)}.")
    for refuter, number in n_replicates.items():
        if number < 1:
            raise ValueError(f"{refuter} has {number} replicates, not 1 or more.")
    if not 0 < subset_share < 1:
        raise ValueError(f"subset_share is {subset_share}, not between 0 and 1.")


@one_thread()
def _run(study: Study, refuter: str, replicates: Sequence[int]) -> list[np.ndarray]:
    """Compute some replicates."""
    return [study.replicate(refuter, number) for number in replicates]


def _rows(
    design: str,
    outcomes: Sequence[str],
    refuter: str,
    replicate_id: int,
    result: np.ndarray,
) -> pd.DataFrame:
    """Return the rows of one replicate, one per estimand and outcome."""
    estimates, std_errors = result
    return pd.DataFrame(
        {
            "design": design,
            "outcome": list(outcomes) * len(ESTIMANDS),
            "estimand": np.repeat(ESTIMANDS, len(outcomes)),
            "refuter": refuter,
            "replicate_id": replicate_id,
            "estimate": estimates.ravel(),
            "std_error": std_errors.ravel(),
        }
    )
