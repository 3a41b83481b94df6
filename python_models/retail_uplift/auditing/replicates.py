"""Semi-synthetic replicates of a study design, with effects that are known.

A replicate draws whole households of the build with replacement, so that an estimator's
error refers to a population and not to one sample (cluster bootstrap). Covariates are
real, the arm is drawn from the build's own propensity, and the outcome without the
campaign is the build's own mean plus the residual of a real control unit with a similar
mean. The effect is imposed, so the truth is known. Two limits: nothing hidden decides
who is treated, and the units of one household are independent given their covariates.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from retail_uplift.effects.nuisance import cross_fit_outcomes, cross_fit_propensity
from retail_uplift.effects.projection import linear_residuals
from retail_uplift.frames import TREATMENT, UNIT_KEYS, sort_by_key

World = Literal["null", "constant", "heterogeneous"]
WORLDS: tuple[World, ...] = get_args(World)

OUTCOME = "purchase_amount"
# The covariate along which the effect varies in world heterogeneous.
MODERATOR = "frequency"
N_RESIDUAL_POOLS = 10


@dataclass(frozen=True)
class Population:
    """The units of one design of a build, from which replicates are drawn.

    Attributes
    ----------
    design : str
    units : DataFrame, n rows
        Rows of `int_estimation_units` in the order of household and campaign.
    propensity : ndarray of float, shape (n,)
        Probability of treatment, strictly between 0 and 1.
    mu0 : ndarray of float, shape (n,)
        Expected outcome if not treated, in dollars.
    """

    design: str
    units: pd.DataFrame
    propensity: np.ndarray
    mu0: np.ndarray


@dataclass(frozen=True)
class FitSettings:
    """How a replicate is cut into folds and fitted.

    Attributes
    ----------
    n_folds, n_splits : int
        Household folds, and repetitions of the cross-fitting.
    covariates : tuple of str
    propensity_seed, outcome_seed : int
        Seeds of the nuisance fits.
    fast : bool
        Fit linear learners with a fixed penalty only.
    """

    n_folds: int
    n_splits: int
    covariates: tuple[str, ...]
    propensity_seed: int
    outcome_seed: int
    fast: bool


@dataclass(frozen=True)
class Sample:
    """One replicate with its fits.

    Attributes
    ----------
    design, world : str
    replicate : int
        1, 2, ...
    truths : dict of str to float
        True effect by estimand, in dollars (see `true_effects`).
    units, folds, propensities, outcome_means, residuals : DataFrame
        As `int_estimation_units`, `int_folds`, `py_propensity`, `py_outcome_means` and
        `py_linear_residuals`; the last three are empty if the fits failed.
    failure : str or None
        Why the nuisances could not be fitted.
    effects : DataFrame or None
        As `py_causal_forest`, where predicted effects are to be graded.
    learner_effects : DataFrame or None
        As `py_cate_learners`, where other learners are to be graded, too.
    policy_rules : DataFrame or None
        As `py_policy_trees`, where trees are to be graded, too.
    """

    design: str
    world: World
    replicate: int
    truths: dict[str, float]
    units: pd.DataFrame
    folds: pd.DataFrame
    propensities: pd.DataFrame
    outcome_means: pd.DataFrame
    residuals: pd.DataFrame
    failure: str | None = None
    effects: pd.DataFrame | None = None
    learner_effects: pd.DataFrame | None = None
    policy_rules: pd.DataFrame | None = None


def build_populations(units: pd.DataFrame, nuisances: pd.DataFrame) -> list[Population]:
    """Return one population per design, in the order of their names.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, as `int_estimation_units`.
    nuisances : DataFrame
        The same keys with `propensity` and `mu0`.

    Raises
    ------
    ValueError
        If a key is repeated, a unit has no nuisances, or a design has fewer controls
        than residual pools.
    """
    units = sort_by_key(units, UNIT_KEYS, "int_estimation_units")
    nuisances = sort_by_key(nuisances, UNIT_KEYS, "the build's nuisances")
    joined = units.merge(nuisances, on=list(UNIT_KEYS), how="left")
    if joined[["propensity", "mu0"]].isna().any(axis=None):
        raise ValueError("Some trial units have no propensity or outcome mean.")
    populations = []
    for design, rows in joined.groupby("design", sort=True):
        rows = rows.sort_values(["household_id", "campaign_id"], ignore_index=True)
        if (rows[TREATMENT] == 0).sum() < N_RESIDUAL_POOLS:
            raise ValueError(f"Design {design} has too few controls to audit.")
        populations.append(
            Population(
                design=str(design),
                units=rows[units.columns],
                propensity=rows["propensity"].to_numpy(dtype=np.float64),
                mu0=rows["mu0"].to_numpy(dtype=np.float64),
            )
        )
    return populations


def world_effects(world: World, moderator: np.ndarray, effect: float) -> np.ndarray:
    """Return the imposed effect on each unit.

    Parameters
    ----------
    world : str
        null: 0. constant: `effect`. heterogeneous: effect * (1 + 2 z), where z grows
        from -1 to 1 with the rank of the moderator; its mean is `effect`, and a quarter
        of the units have the opposite sign.
    moderator : ndarray, shape (n,)
        Ties share their mean rank.
    effect : float
        Dollars.

    Returns
    -------
    ndarray of float, shape (n,)

    Raises
    ------
    ValueError
        If the world is unknown.
    """
    n_units = len(moderator)
    if world == "null":
        return np.zeros(n_units)
    if world == "constant":
        return np.full(n_units, float(effect))
    if world == "heterogeneous":
        ranks = pd.Series(moderator).rank(method="average").to_numpy()
        return effect * (1 + 2 * ((2 * ranks - 1) / n_units - 1))
    raise ValueError(f"world is {world!r}, expected one of {', '.join(WORLDS)}.")


def true_effects(effects: np.ndarray, propensity: np.ndarray) -> dict[str, float]:
    """Return the true effect on the population by estimand.

    ATE weighs units equally, ATT by e, ATO by e (1 - e), the variance of treatment. So
    does variance-weighted, which regressions estimate if they model treatment well. The
    naive difference in means and the effect on the matched treated are held against the
    ATT, the effect on those whom the retailer chose: whom matching drops counts as an
    error.
    """
    overlap = propensity * (1 - propensity)
    att = float(np.average(effects, weights=propensity))
    ato = float(np.average(effects, weights=overlap))
    return {
        "ATE": float(effects.mean()),
        "ATT": att,
        "ATO": ato,
        "ATT of the matched": att,
        "naive": att,
        "variance-weighted": ato,
    }


def replicate_rng(
    seed: int, design: str, world: str, replicate: int
) -> np.random.Generator:
    """Return the generator of one replicate; it depends on nothing but its name."""
    name = f"{seed}/{design}/{world}/{replicate}"
    return np.random.default_rng(int(hashlib.md5(name.encode()).hexdigest(), 16))


def draw_households(
    households: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw as many households as there are, with replacement and all their units.

    Parameters
    ----------
    households : ndarray, shape (n,)
        Household of each unit, sorted.
    rng : Generator

    Returns
    -------
    rows : ndarray of int, shape (m,)
        Row numbers of the drawn units.
    new_ids : ndarray of int, shape (m,)
        Household of each drawn unit: 1, 2, ... in the order of the draws, so that a
        household that is drawn twice counts as two.
    """
    _, starts, sizes = np.unique(households, return_index=True, return_counts=True)
    drawn = rng.integers(len(starts), size=len(starts))
    counts = sizes[drawn]
    within = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    return (
        np.repeat(starts[drawn], counts) + within,
        np.repeat(np.arange(1, len(drawn) + 1), counts),
    )


def draw_untreated_outcomes(
    population: Population, rows: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return max(0, mu0 + r), r a residual of a random control with a similar mu0.

    Pools are the tenths of the controls by mu0, so the noise keeps its skew, its zeros
    and its growth with the mean; units beyond the controls' range use the last pool.

    Parameters
    ----------
    population : Population
    rows : ndarray of int, shape (m,)
        Row numbers in the population.
    rng : Generator

    Returns
    -------
    ndarray of float, shape (m,)
    """
    is_control = population.units[TREATMENT].to_numpy() == 0
    control_mu0 = population.mu0[is_control]
    outcomes = population.units[OUTCOME].to_numpy(dtype=np.float64)
    order = np.argsort(control_mu0, kind="stable")
    residuals = (outcomes[is_control] - control_mu0)[order]
    bounds = np.arange(N_RESIDUAL_POOLS + 1) * len(residuals) // N_RESIDUAL_POOLS
    lowest_mu0 = control_mu0[order][bounds[1:-1]]
    pool = np.searchsorted(lowest_mu0, population.mu0[rows], side="right")
    donors = rng.integers(bounds[pool], bounds[pool + 1])
    return np.maximum(0.0, population.mu0[rows] + residuals[donors])


def draw_sample(
    population: Population,
    world: World,
    replicate: int,
    *,
    effect: float,
    seed: int,
    settings: FitSettings,
) -> Sample:
    """Draw one replicate and fit its nuisances out of fold.

    Parameters
    ----------
    population : Population
    world : str
    replicate : int
        1, 2, ...
    effect : float
        Mean effect in dollars, for the worlds that have one.
    seed : int
        Seed of the audit.
    settings : FitSettings

    Returns
    -------
    Sample
        The same for the same arguments, whatever else is drawn.
    """
    rng = replicate_rng(seed, population.design, world, replicate)
    moderator = population.units[MODERATOR].to_numpy(dtype=np.float64)
    effects = world_effects(world, moderator, effect)
    rows, households = draw_households(population.units["household_id"].to_numpy(), rng)
    treated = (rng.random(len(rows)) < population.propensity[rows]).astype(np.int32)
    untreated = draw_untreated_outcomes(population, rows, rng)
    units = population.units.iloc[rows].reset_index(drop=True)
    units["household_id"] = households
    units[TREATMENT] = treated
    units[OUTCOME] = untreated + treated * effects[rows]
    folds = draw_folds(int(households[-1]), settings.n_folds, settings.n_splits, rng)
    empty = pd.DataFrame()
    sample = Sample(
        design=population.design,
        world=world,
        replicate=replicate,
        truths=true_effects(effects, population.propensity),
        units=units,
        folds=folds,
        propensities=empty,
        outcome_means=empty,
        residuals=empty,
    )
    return fit_sample(sample, settings)


def draw_folds(
    n_households: int, n_folds: int, n_splits: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Deal households 1 .. n into folds of almost equal size, anew in each split.

    Returns
    -------
    DataFrame
        `household_id`, `split_id` (1, 2, ...), `fold` (1, 2, ...).
    """
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "household_id": np.arange(1, n_households + 1),
                    "split_id": split_id,
                    "fold": rng.permutation(n_households) % n_folds + 1,
                }
            )
            for split_id in range(1, n_splits + 1)
        ],
        ignore_index=True,
    )


def fit_sample(sample: Sample, settings: FitSettings) -> Sample:
    """Return the sample with its fits, or with the reason why there are none.

    A small design may draw an arm that is too small to fit; that is a finding of the
    audit, not an error of it.
    """
    try:
        propensities = cross_fit_propensity(
            sample.units,
            sample.folds,
            covariates=settings.covariates,
            seed=settings.propensity_seed,
            fast=settings.fast,
        )
        means = cross_fit_outcomes(
            sample.units,
            sample.folds,
            covariates=settings.covariates,
            outcomes=[OUTCOME],
            seed=settings.outcome_seed,
            fast=settings.fast,
        )
        residuals = linear_residuals(
            sample.units, covariates=settings.covariates, outcomes=[OUTCOME]
        )
    except ValueError as error:
        return replace(sample, failure=str(error))
    return replace(
        sample, propensities=propensities, outcome_means=means, residuals=residuals
    )
