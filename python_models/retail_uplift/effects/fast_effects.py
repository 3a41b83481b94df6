"""Doubly robust effects on arrays, fast enough to be refitted hundreds of times.

The nuisances are those of `nuisance` with `fast=True`: a logistic and a ridge
regression with one fixed penalty each, on the scaled covariates and their signed
logarithms. The estimates and their errors are those of `int_dr_scores`,
`int_effect_influences` and `int_effect_splits` for one sample split. What makes them
fast: no frame, one matrix, and the normal equations of all folds and arms from one pass
over the rows. Tests hold both against the fits and the SQL that they repeat.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from retail_uplift.effects.nuisance import (
    FAST_LOGISTIC_C,
    FAST_RIDGE_ALPHA,
    heavy_tail_matrix,
)
from retail_uplift.frames import FoldTask

ESTIMANDS = ("ATE", "ATO")

# A column whose variance in the training rows is below this share of its variance in
# all rows is constant there: a scaler makes it 0, and the fit leaves it out.
NO_VARIANCE = 1e-10
# Newton stops when no row's log-odds moved by more: the next step would be its square.
STEP_TOLERANCE = 1e-7
MAX_STEPS = 100
# What rounding may add to a loss of some thousand terms.
LOSS_TOLERANCE = 1e-8


@dataclass(frozen=True)
class FastTrial:
    """One design as arrays that a fit reads.

    Attributes
    ----------
    matrix : ndarray of float, shape (n, 1 + q)
        Ones, then the standardised design matrix.
    treated : ndarray of bool, shape (n,)
    outcomes : ndarray of float, shape (n, m)
    folds : ndarray of int, shape (n,)
        0 .. n_folds - 1.
    campaigns, households : ndarray of int, shape (n,)
        Numbers from 0.
    """

    matrix: np.ndarray
    treated: np.ndarray
    outcomes: np.ndarray
    folds: np.ndarray
    campaigns: np.ndarray
    households: np.ndarray

    def take(self, rows: np.ndarray) -> "FastTrial":
        """Return the trial of some rows: their numbers, or a mask."""
        return FastTrial(
            self.matrix[rows],
            self.treated[rows],
            self.outcomes[rows],
            self.folds[rows],
            self.campaigns[rows],
            self.households[rows],
        )

    def with_columns(self, columns: np.ndarray) -> "FastTrial":
        """Return the trial with more columns: shape (n, k)."""
        return replace(self, matrix=np.hstack([self.matrix, standardise(columns)]))


def fast_trial(tasks: list[FoldTask]) -> FastTrial:
    """Lay out the trial of the folds of one design and one split.

    Parameters
    ----------
    tasks : list of FoldTask
        As `fold_tasks` lists them: all of one trial and one split.
    """
    trial = tasks[0].trial
    folds = np.empty(len(trial.treated), dtype=np.int64)
    for number, task in enumerate(tasks):
        folds[task.test] = number
    columns = standardise(heavy_tail_matrix(trial))
    return FastTrial(
        matrix=np.hstack([np.ones((len(columns), 1)), columns]),
        treated=trial.treated,
        outcomes=trial.outcomes,
        folds=folds,
        campaigns=np.unique(trial.keys["campaign_id"], return_inverse=True)[1],
        households=np.unique(trial.households, return_inverse=True)[1],
    )


def standardise(columns: np.ndarray) -> np.ndarray:
    """Return columns of mean 0 and variance 1; a constant column becomes 0.

    The fits scale their own training rows: this scale only keeps their sums of squares
    from cancelling.
    """
    centred = columns - columns.mean(axis=0)
    spread = centred.std(axis=0)
    return centred / np.where(spread > 0, spread, 1.0)


def cross_fit_treatment(
    trial: FastTrial, start: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Predict the probability of treatment out of fold.

    Parameters
    ----------
    trial : FastTrial
    start : ndarray, shape (n_folds, k), optional
        Coefficients of similar fits, on the first k columns: saves time, no more.

    Returns
    -------
    propensity : ndarray, shape (n,)
        Not clipped.
    coefficients : ndarray, shape (n_folds, 1 + q)

    Raises
    ------
    ValueError
        If a regression does not converge.
    """
    propensity = np.empty(len(trial.treated))
    coefficients = np.zeros((trial.folds.max() + 1, trial.matrix.shape[1]))
    if start is not None:
        coefficients[:, : start.shape[1]] = start
    for fold, first in enumerate(coefficients):
        is_test = trial.folds == fold
        y = trial.treated[~is_test].astype(np.float64)
        if start is None:
            first[0] = np.log(y.mean() / (1 - y.mean()))
        first[:] = _fit_logistic(trial.matrix[~is_test], y, first)
        propensity[is_test] = expit(trial.matrix[is_test] @ first)
    return propensity, coefficients


def _fit_logistic(x: np.ndarray, y: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Fit an L2-penalised logistic regression by Newton's method.

    The penalty is on the coefficients of the scaled columns: in the units of `x` it is
    the column's variance. The intercept has none.

    Parameters
    ----------
    x : ndarray, shape (n, 1 + q)
        Ones, then the columns.
    y : ndarray of 0.0 and 1.0, shape (n,)
    start : ndarray, shape (1 + q,)
        Coefficients of the first step.
    """
    variance = x.var(axis=0)
    # Any penalty leaves a constant column out: the intercept does the same for free.
    penalty = np.where(variance > NO_VARIANCE, variance, 1.0) / FAST_LOGISTIC_C
    penalty[0] = 0.0
    coefficients = start
    log_odds = x @ coefficients

    def loss(log_odds: np.ndarray, coefficients: np.ndarray) -> float:
        fit = np.logaddexp(0.0, log_odds).sum() - y @ log_odds
        return fit + penalty @ coefficients**2 / 2

    for _ in range(MAX_STEPS):
        probability = expit(log_odds)
        weight = probability * (1 - probability)
        # A product of a matrix with itself takes half the time of another product.
        weighted = np.sqrt(weight)[:, None] * x
        hessian = weighted.T @ weighted
        hessian.flat[:: len(hessian) + 1] += penalty
        gradient = x.T @ (y - probability) - penalty * coefficients
        step = np.linalg.solve(hessian, gradient)
        move = x @ step
        if np.abs(move).max() <= STEP_TOLERANCE:
            return coefficients + step
        # The loss is convex: where the whole step raises it, a part of it does not.
        most, length = loss(log_odds, coefficients) + LOSS_TOLERANCE, 1.0
        while loss(log_odds + length * move, coefficients + length * step) > most:
            length /= 2
        coefficients = coefficients + length * step
        log_odds = log_odds + length * move
    raise ValueError("A logistic propensity did not converge.")


def cross_fit_means(trial: FastTrial) -> tuple[np.ndarray, np.ndarray]:
    """Predict the outcomes without and with treatment out of fold: shapes (n, m).

    Sums of squares and products are additive over rows: those of a training set are
    those of all rows of the arm less those of the fold.
    """
    n_folds, q = trial.folds.max() + 1, trial.matrix.shape[1]
    rows = np.hstack([trial.matrix, trial.outcomes])
    means = (np.empty_like(trial.outcomes), np.empty_like(trial.outcomes))
    for arm, predicted in enumerate(means):
        is_arm = trial.treated == bool(arm)
        parts = [rows[is_arm & (trial.folds == fold)] for fold in range(n_folds)]
        products = np.stack([part.T @ part for part in parts])
        for fold, training in enumerate(products.sum(axis=0) - products):
            centre, slopes = _solve_ridge(training, q)
            is_test = trial.folds == fold
            predicted[is_test] = (
                centre[q:] + (trial.matrix[is_test] - centre[:q])[:, 1:] @ slopes
            )
    return means


def _solve_ridge(products: np.ndarray, q: int) -> tuple[np.ndarray, np.ndarray]:
    """Solve a ridge regression on scaled columns from sums of squares and products.

    Parameters
    ----------
    products : ndarray, shape (q + m, q + m)
        Of the intercept's ones, q - 1 columns and m outcomes.
    q : int

    Returns
    -------
    centre : ndarray, shape (q + m,)
        Means of the training rows.
    slopes : ndarray, shape (q - 1, m)
        On the columns as they are, before scaling.
    """
    n = products[0, 0]
    centre = products[0] / n
    scatter = (products - n * np.outer(centre, centre))[1:, 1:]
    k = q - 1
    variance = np.diag(scatter)[:k] / n
    scale = np.sqrt(np.where(variance > NO_VARIANCE, variance, 1.0))
    matrix = scatter[:k, :k] / np.outer(scale, scale)
    matrix.flat[:: k + 1] += FAST_RIDGE_ALPHA
    slopes = np.linalg.solve(matrix, scatter[:k, k:] / scale[:, None])
    return centre, slopes / scale[:, None]


def estimate_effects(
    trial: FastTrial,
    propensity: np.ndarray,
    mu0: np.ndarray,
    mu1: np.ndarray,
    propensity_clip: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Estimate the effects of `ESTIMANDS` with household-clustered standard errors.

    Parameters
    ----------
    trial : FastTrial
    propensity : ndarray, shape (n,)
    mu0, mu1 : ndarray, shape (n, m)
    propensity_clip : float
        Propensities are moved into [clip, 1 - clip].

    Returns
    -------
    estimates, std_errors : ndarray, shape (2, m)
        By estimand and outcome.
    """
    e = np.clip(propensity, propensity_clip, 1 - propensity_clip)[:, None]
    t, y = trial.treated.astype(np.float64)[:, None], trial.outcomes
    scores = mu1 - mu0 + t * (y - mu1) / e - (1 - t) * (y - mu0) / (1 - e)
    ate = scores.mean(axis=0)
    overlap, treated_weight, control_weight = e * (1 - e), t * (1 - e), (1 - t) * e
    model_effect = (overlap * (mu1 - mu0)).sum(axis=0) / overlap.sum()
    treated_residual = (treated_weight * (y - mu1)).sum(axis=0) / treated_weight.sum()
    control_residual = (control_weight * (y - mu0)).sum(axis=0) / control_weight.sum()
    ato = model_effect + treated_residual - control_residual
    ato_influences = (
        (t - e) ** 2 * (mu1 - mu0 - model_effect) / overlap.mean()
        + treated_weight * (y - mu1 - treated_residual) / treated_weight.mean()
        - control_weight * (y - mu0 - control_residual) / control_weight.mean()
    )
    errors = [
        _clustered_std_errors(influences, trial.households)
        for influences in (scores - ate, ato_influences)
    ]
    return np.stack([ate, ato]), np.stack(errors)


def _clustered_std_errors(influences: np.ndarray, households: np.ndarray) -> np.ndarray:
    """Return the standard errors of the means of influences: shape (m,)."""
    _, number = np.unique(households, return_inverse=True)
    sums = np.stack([np.bincount(number, column) for column in influences.T])
    n_households = sums.shape[1]
    inflation = np.sqrt(n_households / (n_households - 1))
    return np.sqrt((sums**2).sum(axis=1)) / len(households) * inflation
