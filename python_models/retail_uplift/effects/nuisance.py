"""Out-of-fold nuisance functions of the doubly robust score.

The score is g = m1 - m0 + T (Y - m1) / e - (1 - T) (Y - m0) / (1 - e), with e(x) =
P(T = 1 | x) and m_t(x) = E[Y | x, T = t] fitted on the households of the other folds.
SQL builds it from the tables returned here (Robins, Rotnitzky and Zhao 1994, JASA 89;
Chernozhukov et al. 2018, Econometrics Journal 21).
"""

import math
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from retail_uplift._one_thread import one_thread
from retail_uplift.frames import (
    UNIT_KEYS,
    FoldTask,
    Trial,
    campaign_mix,
    design_trials,
    empty_frame,
    fold_tasks,
    household_matrix,
    whole_task,
)

PROPENSITY_TYPES = {
    "design": "str",
    "campaign_id": "int64",
    "household_id": "int64",
    "split_id": "int64",
    "fold": "int64",
    "learner": "str",
    "propensity": "float64",
}
MEAN_TYPES = {
    "design": "str",
    "campaign_id": "int64",
    "household_id": "int64",
    "outcome": "str",
    "split_id": "int64",
    "fold": "int64",
    "learner": "str",
    "mu0": "float64",
    "mu1": "float64",
}
# Columns of propensities that are predicted for households, whatever the campaign.
HOUSEHOLD_PROPENSITY_TYPES = {
    "design": "str",
    "household_id": "int64",
    "learner": "str",
    "propensity": "float64",
    "n_fit_units": "int64",
}
INNER_FOLDS = 3

# Both grids run from the strongest penalty to the weakest, so that a tie in the
# inner loss is won by the simpler model.
LOGISTIC_C = tuple(np.logspace(-4, 1, 6))
RIDGE_ALPHA = tuple(np.logspace(4, -1, 8))

# One moderate penalty for each linear learner of the fast fits, near what the grids
# choose on the bundled year.
FAST_LOGISTIC_C = 1.0
FAST_RIDGE_ALPHA = 10.0

# Small trees and slow steps: a few hundred households per arm carry no deep
# interactions. The number of trees is fixed because early stopping would hold out
# random rows, hence rows of households that also train the model.
BOOSTING = {
    "learning_rate": 0.05,
    "max_iter": 80,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 20,
    "l2_regularization": 1.0,
    "max_bins": 63,
    "early_stopping": False,
}

Progress = Callable[[int, int], None]


def cross_fit_propensity(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    *,
    covariates: Sequence[str],
    seed: int,
    progress: Progress | None = None,
    fast: bool = False,
    fast_designs: Collection[str] = (),
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Predict the probability of treatment of each unit, out of fold.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, with `is_treated` (boolean
        or 0/1) and the covariates. Where a design has several campaigns, one indicator
        per campaign joins the covariates.
    folds : DataFrame
        `household_id`, `split_id`, `fold`; one row per household and split.
    covariates : sequence of str
        Numeric columns known at time zero.
    seed : int
        Seed of the inner splits and of the boosting.
    progress : callable, optional
        Called as progress(k, n) after fit k of n.
    fast : bool
        Fit the linear learner alone, with one fixed penalty and no inner folds: a few
        hundredths of a second for 1,500 units. For studies of thousands of replicates,
        not for a build, where the data choose the learner and the penalty.
    fast_designs : collection of str
        Designs that are fitted as if `fast` were set.
    n_jobs : int
        Fits at the same time, in processes of their own. Each runs in one thread, so
        the result does not depend on it.

    Returns
    -------
    DataFrame
        `design`, `campaign_id`, `household_id`, `split_id`, `fold`, `learner`
        (`logistic`, `boosting`), `propensity`; ordered by the first four and `learner`.
        Both learners predict the first split; the one with less log-loss there
        predicts the others. Propensities are not clipped: trimming is a visible choice
        of the SQL above. No rows where there is no unit: a build may have no design
        that is large enough.

    Raises
    ------
    ValueError
        If an input is malformed or an arm too small (see `fold_tasks`), or a logistic
        regression does not converge.

    Notes
    -----
    `logistic` is an L2-penalised logistic regression on the scaled covariates and their
    signed log1p, its C chosen by log-loss over inner household folds. `boosting` is
    calibrated by a sigmoid on predictions of inner household folds, so no household
    calibrates a model that saw it (Platt 1999; Niculescu-Mizil and Caruana 2005, ICML).
    """
    logistic = _logistic_propensity
    quick = partial(logistic, penalties=(FAST_LOGISTIC_C,))
    linear = [_Learner("logistic", quick, is_quick=True)]
    full = [_Learner("boosting", _boosted_propensity), _Learner("logistic", logistic)]
    tasks = fold_tasks(units, folds, covariates, [])
    plans = [linear if fast or task.design in fast_designs else full for task in tasks]
    predictions = _race(tasks, plans, seed, _log_losses, n_jobs, progress)
    frames = [
        task.test_frame().assign(learner=name, propensity=propensity)
        for task, learners in zip(tasks, predictions, strict=True)
        for name, _, propensity in learners
    ]
    return _stack(frames, [*UNIT_KEYS, "split_id", "learner"], PROPENSITY_TYPES)


def predict_propensity(
    units: pd.DataFrame,
    households: pd.DataFrame,
    *,
    covariates: Sequence[str],
    learner: str | None,
    seed: int,
) -> pd.DataFrame:
    """Predict the probability that a past campaign would have been sent to a household.

    The learner is fitted once, on all units of one design. A next campaign is none of
    the past ones, so the probabilities under each of them are averaged (see
    `campaign_mix`).

    Parameters
    ----------
    units : DataFrame
        Units of one design, as in `cross_fit_propensity`; they may be none.
    households : DataFrame
        One row per `household_id`, with the covariates as of now.
    covariates : sequence of str
        Numeric columns of both frames.
    learner : str, optional
        `logistic` or `boosting`, as in `cross_fit_propensity`; may be None where there
        is no unit.
    seed : int
        Seed of the inner splits and of the boosting.

    Returns
    -------
    DataFrame
        `design`, `household_id`, `learner`, `propensity`, `n_fit_units` (units that the
        learner was fitted on); ordered by household. No rows where there is no unit or
        no household.

    Raises
    ------
    ValueError
        If an input is malformed (see `design_trials`), the units are of several
        designs, an arm is too small, the learner has no such name, or a logistic
        regression does not converge.
    """
    if units.empty or households.empty:
        return empty_frame(HOUSEHOLD_PROPENSITY_TYPES)
    if learner not in ("logistic", "boosting"):
        raise ValueError(f"learner is {learner}, not logistic or boosting.")
    trial, *others = design_trials(units, covariates, [])
    if others:
        raise ValueError("units are of several designs, expected one.")
    task = whole_task(trial)
    households, raw = household_matrix(households, units, covariates)
    is_logistic = learner == "logistic"
    fit = _fit_logistic_propensity if is_logistic else _fit_boosted_propensity
    x = with_signed_logs(raw) if is_logistic else raw
    with one_thread():
        model = fit(task, seed)
        propensity = sum(
            share * model.predict_proba(np.hstack([x, indicators]))[:, 1]
            for share, indicators in campaign_mix(trial, task.train, len(x))
        )
    return pd.DataFrame(
        {
            "design": task.design,
            "household_id": households["household_id"],
            "learner": learner,
            "propensity": propensity,
            "n_fit_units": len(task.train),
        }
    )


def cross_fit_outcomes(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    *,
    covariates: Sequence[str],
    outcomes: Sequence[str],
    seed: int,
    boosted_outcomes: Collection[str] | None = None,
    progress: Progress | None = None,
    fast: bool = False,
    fast_designs: Collection[str] = (),
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Predict each unit's outcome without and with treatment, out of fold.

    Parameters
    ----------
    units, folds, covariates, seed, progress, fast, n_jobs
        As in `cross_fit_propensity`; `units` also has the outcomes.
    outcomes : sequence of str
        Numeric columns, in their own units (dollars, baskets, 0/1).
    boosted_outcomes : collection of str, optional
        Outcomes for which boosting stands against ridge; all where it is None.
    fast_designs : collection of str
        Designs that are fitted as if `fast` were set, for the first outcome alone.

    Returns
    -------
    DataFrame
        `design`, `campaign_id`, `household_id`, `outcome`, `split_id`, `fold`,
        `learner` (`ridge`, `boosting`), `mu0`, `mu1` in the units of the outcome;
        ordered by the first five and `learner`. Both learners predict the first split;
        the one with less squared error there predicts the others. No rows where there
        is no unit.

    Raises
    ------
    ValueError
        If an input is malformed or an arm too small (see `fold_tasks`), or no outcome
        is named.

    Notes
    -----
    Each arm is fitted by itself. Predictions of non-negative outcomes are not clipped
    at 0: the score corrects any error of mu by the residual of the same mu, so it does
    not need the bound, and a clipped mu is no longer the fitted mean whose errors
    average out.
    """
    if not outcomes:
        raise ValueError("No outcome is named.")
    every = list(range(len(outcomes)))
    boosted = [
        column
        for column in every
        if boosted_outcomes is None or outcomes[column] in boosted_outcomes
    ]
    ridge = partial(_both_means, means=_ridge_means)
    fast_ridge = partial(
        _both_means, means=partial(_ridge_means, penalties=(FAST_RIDGE_ALPHA,))
    )
    full = [
        _Learner("boosting", partial(_both_means, means=_boosted_means), boosted),
        _Learner("ridge", ridge, every),
    ]
    tasks = fold_tasks(units, folds, covariates, outcomes)
    plans = [
        [_Learner("ridge", fast_ridge, every[:1], is_quick=True)]
        if task.design in fast_designs
        else ([_Learner("ridge", fast_ridge, every, is_quick=True)] if fast else full)
        for task in tasks
    ]
    predictions = _race(tasks, plans, seed, _squared_errors, n_jobs, progress)
    frames = []
    for task, learners in zip(tasks, predictions, strict=True):
        for name, columns, means in learners:
            for position, column in enumerate(columns):
                frame = task.test_frame()
                frame.insert(len(UNIT_KEYS), "outcome", outcomes[column])
                mu0, mu1 = means[:, :, position]
                frames.append(frame.assign(learner=name, mu0=mu0, mu1=mu1))
    return _stack(frames, [*UNIT_KEYS, "outcome", "split_id", "learner"], MEAN_TYPES)


@dataclass(frozen=True)
class _Learner:
    """A learner of one nuisance and the targets that it predicts.

    Attributes
    ----------
    name : str
    predict : callable
        Takes a task, with the targets as its outcomes, and a seed.
    targets : sequence of int
        Columns of the task's outcomes; one number that stands for the propensity.
    is_quick : bool
        Whether a fit takes less time than to send it to another process.
    """

    name: str
    predict: Callable[[FoldTask, int], np.ndarray]
    targets: Sequence[int] = (0,)
    is_quick: bool = False


# Name, targets and predictions of a learner on one task.
Prediction = tuple[str, Sequence[int], np.ndarray]


def _race(
    tasks: Sequence[FoldTask],
    plans: Sequence[Sequence[_Learner]],
    seed: int,
    losses: Callable[[FoldTask, Sequence[int], np.ndarray], np.ndarray],
    n_jobs: int,
    progress: Progress | None,
) -> list[list[Prediction]]:
    """Fit all learners in the first split, and in the others the best of each target.

    `losses` gives the sum of the losses of the test rows, by target. What a loser would
    predict in the other splits enters no estimate.
    """
    tick = _ticker(progress, len(tasks))
    first_split = min((task.split_id for task in tasks), default=0)
    first = [i for i, task in enumerate(tasks) if task.split_id == first_split]
    others = [i for i, task in enumerate(tasks) if task.split_id != first_split]
    results = dict(_fit_plans(first, tasks, plans, seed, n_jobs, tick))
    sums: dict[tuple[str, int], dict[str, float]] = {}
    n_rows: dict[str, int] = {}
    for i in first:
        design = tasks[i].design
        n_rows[design] = n_rows.get(design, 0) + len(tasks[i].test)
        for name, targets, predicted in results[i]:
            found = losses(tasks[i], targets, predicted)
            for target, loss in zip(targets, found, strict=True):
                by_name = sums.setdefault((design, target), {})
                by_name[name] = by_name.get(name, 0.0) + float(loss)
    # Of equal means the first name, as in the SQL above.
    best = {
        (design, target): min(
            (round(loss / n_rows[design], 9), name) for name, loss in by_name.items()
        )[1]
        for (design, target), by_name in sums.items()
    }
    rest = list(plans)
    for i in others:
        design = tasks[i].design
        rest[i] = [
            replace(learner, targets=won)
            for learner in plans[i]
            if (won := [t for t in learner.targets if best[design, t] == learner.name])
        ]
    results.update(_fit_plans(others, tasks, rest, seed, n_jobs, tick))
    return [results[i] for i in range(len(tasks))]


def _log_losses(
    task: FoldTask, targets: Sequence[int], propensity: np.ndarray
) -> np.ndarray:
    """Return the log-loss of the arms of the test rows: shape (1,)."""
    treated = task.trial.treated[task.test]
    with np.errstate(divide="ignore"):
        return -np.log(np.where(treated, propensity, 1 - propensity)).sum(keepdims=True)


def _squared_errors(
    task: FoldTask, targets: Sequence[int], means: np.ndarray
) -> np.ndarray:
    """Return the squared errors in the arm that each test row was in, by target."""
    treated = task.trial.treated[task.test][:, None]
    predicted = np.where(treated, means[1], means[0])
    observed = task.trial.outcomes[np.ix_(task.test, targets)]
    return ((observed - predicted) ** 2).sum(axis=0)


def _fit_plans(
    chosen: Sequence[int],
    tasks: Sequence[FoldTask],
    plans: Sequence[Sequence[_Learner]],
    seed: int,
    n_jobs: int,
    tick: Callable[[], None],
) -> Iterator[tuple[int, list[Prediction]]]:
    """Fit the chosen tasks, the slow ones in processes of their own.

    Progress counts tasks, for what one process does next is one task.
    """
    slow = []
    for i in chosen:
        if all(learner.is_quick for learner in plans[i]):
            yield i, _fit_task(tasks[i], plans[i], seed)
            tick()
        else:
            slow.append(i)
    # The keys stay behind: text is slow to send.
    calls = (delayed(_fit_task)(tasks[i].without_keys(), plans[i], seed) for i in slow)
    for i, result in zip(
        slow, Parallel(n_jobs=n_jobs, return_as="generator")(calls), strict=True
    ):
        yield i, result
        tick()


def _fit_task(task: FoldTask, plan: Sequence[_Learner], seed: int) -> list[Prediction]:
    """Fit the learners of one task in one thread."""
    predictions = []
    with one_thread():
        for learner in plan:
            targets = learner.targets
            has_outcomes = task.trial.outcomes.shape[1] > 0
            part = task.with_outcomes(targets) if has_outcomes else task
            predictions.append((learner.name, targets, learner.predict(part, seed)))
    return predictions


def _both_means(
    task: FoldTask, seed: int, *, means: Callable[..., np.ndarray]
) -> np.ndarray:
    """Predict the outcomes without and with treatment: shape (2, n test, m)."""
    return np.stack([means(task, is_treated, seed) for is_treated in (0, 1)])


def _logistic_propensity(
    task: FoldTask, seed: int, penalties: Sequence[float] = LOGISTIC_C
) -> np.ndarray:
    """Predict the test rows with a logistic regression."""
    model = _fit_logistic_propensity(task, seed, penalties)
    return model.predict_proba(heavy_tail_matrix(task.trial)[task.test])[:, 1]


def _fit_logistic_propensity(
    task: FoldTask, seed: int, penalties: Sequence[float] = LOGISTIC_C
) -> Pipeline:
    """Fit the scaled logistic regression whose C has least inner log-loss."""
    matrix = heavy_tail_matrix(task.trial)
    x, treated = matrix[task.train], task.trial.treated[task.train]
    losses = np.zeros(len(penalties))
    # A single penalty leaves nothing to choose.
    inner_folds = treatment_folds(task, seed) if len(penalties) > 1 else []
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            for inner, valid in inner_folds:
                scaler = StandardScaler().fit(x[inner])
                x_inner, x_valid = (
                    scaler.transform(x[rows]) for rows in (inner, valid)
                )
                for row, c in enumerate(penalties):
                    model = _logistic(c).fit(x_inner, treated[inner])
                    log_odds = model.decision_function(x_valid)
                    # From the log-odds, because a probability that rounds to 0 or 1
                    # would make the loss infinite.
                    against = np.where(treated[valid], -log_odds, log_odds)
                    losses[row] += np.logaddexp(0.0, against).sum()
            best = _logistic(penalties[losses.argmin()])
            return make_pipeline(StandardScaler(), best).fit(x, treated)
        except ConvergenceWarning as warning:
            raise ValueError("A logistic propensity did not converge.") from warning


def _logistic(c: float) -> LogisticRegression:
    """Build an L2 logistic regression; Newton suits many rows and few columns."""
    return LogisticRegression(C=c, solver="newton-cholesky")


def _boosted_propensity(task: FoldTask, seed: int) -> np.ndarray:
    """Predict the test rows with boosted trees."""
    model = _fit_boosted_propensity(task, seed)
    return model.predict_proba(task.trial.design_matrix[task.test])[:, 1]


def _fit_boosted_propensity(task: FoldTask, seed: int) -> CalibratedClassifierCV:
    """Fit boosted trees calibrated on inner out-of-fold scores."""
    return CalibratedClassifierCV(
        HistGradientBoostingClassifier(**BOOSTING, random_state=seed),
        method="sigmoid",
        cv=treatment_folds(task, seed),
        ensemble=False,
        n_jobs=1,
    ).fit(task.trial.design_matrix[task.train], task.trial.treated[task.train])


def treatment_folds(task: FoldTask, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split the training rows by household, arms balanced.

    Parameters
    ----------
    task : FoldTask
    seed : int

    Returns
    -------
    list of (ndarray of int, ndarray of int)
        Positions in `task.train` to learn from and to predict, `INNER_FOLDS` times.
    """
    splitter = TreatmentFolds(INNER_FOLDS, shuffle=True, random_state=seed)
    treated, households = task.trial.treated, task.trial.households
    return list(splitter.split(task.train, treated[task.train], households[task.train]))


class TreatmentFolds(StratifiedGroupKFold):
    """Deal out the folds of scikit-learn in a seventh of its time.

    It calls numpy a dozen times per household on arrays of six numbers, which takes
    longer than the fits. Here the same sums are taken in the same order, for the last
    bit of a spread chooses between folds that are as good as each other.
    """

    def _find_best_fold(
        self,
        y_counts_per_fold: np.ndarray,
        y_cnt: np.ndarray,
        group_y_counts: np.ndarray,
    ) -> int:
        """Return the fold that spreads the arms most evenly with one more household."""
        arms = list(
            zip(
                y_counts_per_fold.T.tolist(),
                group_y_counts.tolist(),
                y_cnt.tolist(),
                strict=True,
            )
        )
        sizes = y_counts_per_fold.sum(axis=1).tolist()
        best, least, least_size = 0, math.inf, math.inf
        for fold, size in enumerate(sizes):
            spread = 0.0
            for counts, more, n in arms:
                spread += _spread(counts, fold, more, n)
            spread /= len(arms)
            # As np.isclose has it.
            is_tie = abs(spread - least) <= 1e-8 + 1e-5 * least < math.inf
            if spread < least or (is_tie and size < least_size):
                best, least, least_size = fold, spread, size
        return best


def _spread(counts: Sequence[float], fold: int, more: float, n: float) -> float:
    """Return the standard deviation of an arm's shares, with more units in a fold."""
    shares = [count / n for count in counts]
    shares[fold] = (counts[fold] + more) / n
    mean = variance = 0.0
    # No sum(): it rounds otherwise.
    for share in shares:
        mean += share
    mean /= len(shares)
    for share in shares:
        variance += (share - mean) * (share - mean)
    return math.sqrt(variance / len(shares))


def _household_folds(
    task: FoldTask, rows: np.ndarray, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split the rows of an arm by household: positions in `rows`."""
    splitter = GroupKFold(INNER_FOLDS, shuffle=True, random_state=seed)
    return list(splitter.split(rows, groups=task.trial.households[rows]))


def _arm(task: FoldTask, is_treated: int) -> np.ndarray:
    """Return the training rows of one arm."""
    return task.train[task.trial.treated[task.train] == bool(is_treated)]


def _boosted_means(task: FoldTask, is_treated: int, seed: int) -> np.ndarray:
    """Predict the test rows' mean outcomes in one arm: shape (n test, m)."""
    x, y = task.trial.design_matrix, task.trial.outcomes
    rows = _arm(task, is_treated)
    return np.column_stack(
        [
            HistGradientBoostingRegressor(**BOOSTING, random_state=seed)
            .fit(x[rows], outcome[rows])
            .predict(x[task.test])
            for outcome in y.T
        ]
    )


def _ridge_means(
    task: FoldTask, is_treated: int, seed: int, penalties: Sequence[float] = RIDGE_ALPHA
) -> np.ndarray:
    """Predict as `_boosted_means` does, with alpha chosen by inner squared error."""
    x, y = heavy_tail_matrix(task.trial), task.trial.outcomes
    rows = _arm(task, is_treated)
    losses = np.zeros((len(penalties), y.shape[1]))
    inner_folds = _household_folds(task, rows, seed) if len(penalties) > 1 else []
    for inner, valid in inner_folds:
        inner, valid = rows[inner], rows[valid]
        scaler = StandardScaler().fit(x[inner])
        x_inner, x_valid = scaler.transform(x[inner]), scaler.transform(x[valid])
        for row, alpha in enumerate(penalties):
            model = Ridge(alpha=alpha, solver="cholesky").fit(x_inner, y[inner])
            error = y[valid] - model.predict(x_valid).reshape(len(valid), -1)
            losses[row] += (error**2).sum(axis=0)
    best = np.asarray(penalties)[losses.argmin(axis=0)]
    model = make_pipeline(StandardScaler(), Ridge(alpha=best, solver="cholesky"))
    return model.fit(x[rows], y[rows]).predict(x[task.test]).reshape(len(task.test), -1)


def heavy_tail_matrix(trial: Trial) -> np.ndarray:
    """Return covariates, their signed log1p and campaigns: shape (n, 2 p + c).

    Spend and visit counts are heavy tailed: the log carries the body of the
    distribution, the raw value the linear part of its tail.
    """
    return np.hstack([with_signed_logs(trial.covariates), trial.campaigns])


def with_signed_logs(raw: np.ndarray) -> np.ndarray:
    """Return columns, then their signed log1p: shape (n, 2 p)."""
    return np.hstack([raw, np.sign(raw) * np.log1p(np.abs(raw))])


def _ticker(progress: Progress | None, n_fits: int) -> Callable[[], None]:
    """Return a function that reports one more finished fit."""
    done = iter(range(1, n_fits + 1))

    def tick() -> None:
        k = next(done)
        if progress is not None:
            progress(k, n_fits)

    return tick


def _stack(
    frames: list[pd.DataFrame], keys: list[str], types: Mapping[str, str]
) -> pd.DataFrame:
    """Concatenate the predictions of all fits, in key order."""
    if not frames:
        return empty_frame(types)
    return pd.concat(frames, ignore_index=True).sort_values(keys, ignore_index=True)
