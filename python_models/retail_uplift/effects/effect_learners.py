"""Out-of-fold conditional effects by the learners that race against the causal forest.

The T-learner is not among them: it is the difference of the outcome means that the
doubly robust scores need anyway (`retail_uplift.effects.nuisance.cross_fit_outcomes`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from econml.dml import LinearDML, NonParamDML
from econml.dr import DRLearner
from econml.metalearners import SLearner, XLearner
from joblib import Parallel, delayed
from scipy.linalg import qr
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.preprocessing import StandardScaler

from retail_uplift._one_thread import one_thread
from retail_uplift.effects.causal_forest import is_out_of_fold
from retail_uplift.effects.nuisance import BOOSTING, treatment_folds
from retail_uplift.frames import (
    EFFECT_TYPES,
    UNIT_KEYS,
    FoldTask,
    Trial,
    empty_frame,
    fold_tasks,
)

InnerFolds = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class LearnerSettings:
    """How effects are fitted.

    Attributes
    ----------
    seed : int
        Seed of the boosting and of the inner folds.
    learning_rate : float
        Step of the trees that predict effects (of the S-learner's and X-learner's
        outcome models, too).
    max_iter, max_leaf_nodes : int
        Number of those trees, and leaves of each.
    min_propensity : float
        Bound of the DR-learner's propensities, which it divides by.
    alpha : float
        1 - the level of intervals, between 0 and 1.
    """

    seed: int
    learning_rate: float = BOOSTING["learning_rate"]
    max_iter: int = BOOSTING["max_iter"]
    max_leaf_nodes: int = BOOSTING["max_leaf_nodes"]
    min_propensity: float = 0.01
    alpha: float = 0.05

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0 < self.learning_rate <= 1:
            raise ValueError(
                f"learning_rate is {self.learning_rate}, not above 0 and up to 1."
            )
        if self.max_iter < 1:
            raise ValueError(f"max_iter is {self.max_iter}, not 1 or more.")
        if self.max_leaf_nodes < 2:
            raise ValueError(f"max_leaf_nodes is {self.max_leaf_nodes}, not 2 or more.")
        if not 0 < self.min_propensity < 0.5:
            raise ValueError(
                f"min_propensity is {self.min_propensity}, not between 0 and 0.5."
            )
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha is {self.alpha}, not between 0 and 1.")

    @property
    def boosting(self) -> dict[str, Any]:
        """Parameters of the trees that predict effects."""
        return BOOSTING | {
            "learning_rate": self.learning_rate,
            "max_iter": self.max_iter,
            "max_leaf_nodes": self.max_leaf_nodes,
            "random_state": self.seed,
        }


def cross_fit_learners(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    *,
    covariates: Sequence[str],
    outcomes: Sequence[str],
    settings: LearnerSettings,
    learners: Sequence[str] | None = None,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Predict each unit's effect of treatment by several learners, out of fold.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, with `is_treated` (boolean
        or 0/1), covariates and outcomes. Where a design has several campaigns, one
        indicator per campaign joins the covariates. Where there is a column
        `is_fit_unit`, learners learn from those units alone and predict all.
    folds : DataFrame
        `household_id`, `split_id`, `fold`; one row per household and split.
    covariates, outcomes : sequence of str
        Numeric columns; covariates are known at time zero.
    settings : LearnerSettings
    learners : sequence of str, optional
        Names out of `LEARNERS`; all by default.
    n_jobs : int
        Folds fitted at the same time, in processes of their own; no effect on results.

    Returns
    -------
    DataFrame
        `design`, `campaign_id`, `household_id`, `outcome`, `learner`, `split_id`,
        `fold`, `cate`, `ci_lower`, `ci_upper` (units of the outcome; NaN where a
        learner has no interval), `is_out_of_fold`; ordered by the first six. No rows
        where there is no unit: a build may have no design that is large enough.

    Raises
    ------
    ValueError
        If an input is malformed or an arm too small (see `fold_tasks`), no outcome is
        named, or a learner is unknown.

    References
    ----------
    Kuenzel, Sekhon, Bickel and Yu (2019), PNAS 116(10), for S and X; Nie and Wager
    (2021), Biometrika 108(2), for R; Chernozhukov et al. (2018), Econometrics Journal
    21, for linear DML; Kennedy (2023), Electronic Journal of Statistics 17(2), for DR.
    """
    if not outcomes:
        raise ValueError("No outcome is named.")
    names = list(LEARNERS if learners is None else learners)
    unknown = sorted(set(names) - set(LEARNERS))
    if unknown or not names:
        raise ValueError(f"Learners are {list(LEARNERS)}; asked for: {unknown}.")
    if units.empty:
        return empty_frame(EFFECT_TYPES)
    frames = Parallel(n_jobs=n_jobs)(
        delayed(_predict_fold)(task, outcomes, names, settings)
        for task in fold_tasks(units, folds, covariates, outcomes)
    )
    keys = [*UNIT_KEYS, "outcome", "learner", "split_id"]
    return pd.concat(frames, ignore_index=True).sort_values(keys, ignore_index=True)


def _predict_fold(
    task: FoldTask,
    outcomes: Sequence[str],
    learners: Sequence[str],
    settings: LearnerSettings,
) -> pd.DataFrame:
    """Predict the effects on each outcome of the units of a fold."""
    frames = []
    with one_thread():
        inner_folds = treatment_folds(task, settings.seed)
        for column, outcome in enumerate(outcomes):
            for learner in learners:
                predict = LEARNERS[learner]
                cate, lower, upper = predict(task, column, inner_folds, settings)
                frame = task.test_frame()
                frame.insert(len(UNIT_KEYS), "outcome", outcome)
                frame.insert(len(UNIT_KEYS) + 1, "learner", learner)
                frames.append(
                    frame.assign(
                        cate=cate,
                        ci_lower=lower,
                        ci_upper=upper,
                        is_out_of_fold=is_out_of_fold(task),
                    )
                )
    return pd.concat(frames, ignore_index=True)


# --- learners: effect, lower and upper limit of the test rows, shape (3, n test) ------


def _s_learner(
    task: FoldTask, column: int, _: InnerFolds, settings: LearnerSettings
) -> np.ndarray:
    """Predict by one outcome model in which the treatment is a covariate."""
    learner = SLearner(
        overall_model=HistGradientBoostingRegressor(**settings.boosting)
    ).fit(*_outcome_and_arm(task, column), X=_train_matrix(task))
    return _without_interval(learner.effect(_test_matrix(task)))


def _x_learner(
    task: FoldTask, column: int, _: InnerFolds, settings: LearnerSettings
) -> np.ndarray:
    """Predict effects imputed by the other arm's model, weighed by the propensity."""
    learner = XLearner(
        models=HistGradientBoostingRegressor(**settings.boosting),
        cate_models=HistGradientBoostingRegressor(**settings.boosting),
        propensity_model=_propensity_model(settings),
    ).fit(*_outcome_and_arm(task, column), X=_train_matrix(task))
    return _without_interval(learner.effect(_test_matrix(task)))


def _r_learner(
    task: FoldTask, column: int, inner_folds: InnerFolds, settings: LearnerSettings
) -> np.ndarray:
    """Predict by boosted trees on the residuals of outcome and treatment."""
    learner = NonParamDML(
        model_y=_outcome_model(settings),
        model_t=_propensity_model(settings),
        model_final=HistGradientBoostingRegressor(**settings.boosting),
        discrete_treatment=True,
        cv=inner_folds,
        random_state=settings.seed,
    ).fit(*_outcome_and_arm(task, column), X=_train_matrix(task))
    return _without_interval(learner.effect(_test_matrix(task)))


def _linear_dml(
    task: FoldTask, column: int, inner_folds: InnerFolds, settings: LearnerSettings
) -> np.ndarray:
    """Predict an effect that is linear in the covariates, with its interval."""
    # Scaled on the training rows, as any other part of the fit.
    matrix = _linear_matrix(task.trial)
    scaler = StandardScaler().fit(matrix[task.train])
    train, test = (scaler.transform(matrix[rows]) for rows in (task.train, task.test))
    columns = _independent_columns(train)
    train, test = train[:, columns], test[:, columns]
    learner = LinearDML(
        model_y=_outcome_model(settings),
        model_t=_propensity_model(settings),
        discrete_treatment=True,
        cv=inner_folds,
        random_state=settings.seed,
    ).fit(*_outcome_and_arm(task, column), X=train)
    limits = learner.effect_interval(test, alpha=settings.alpha)
    return np.vstack([learner.effect(test), *limits])


def _dr_learner(
    task: FoldTask, column: int, inner_folds: InnerFolds, settings: LearnerSettings
) -> np.ndarray:
    """Predict by boosted trees on the doubly robust scores of the training rows."""
    learner = DRLearner(
        model_regression=_outcome_model(settings),
        model_propensity=_propensity_model(settings),
        model_final=HistGradientBoostingRegressor(**settings.boosting),
        min_propensity=settings.min_propensity,
        cv=inner_folds,
        random_state=settings.seed,
    ).fit(*_outcome_and_arm(task, column), X=_train_matrix(task))
    return _without_interval(learner.effect(_test_matrix(task)))


Learner = Callable[[FoldTask, int, InnerFolds, LearnerSettings], np.ndarray]
LEARNERS: dict[str, Learner] = {
    "dr_learner": _dr_learner,
    "linear_dml": _linear_dml,
    "r_learner": _r_learner,
    "s_learner": _s_learner,
    "x_learner": _x_learner,
}


def _outcome_model(settings: LearnerSettings) -> HistGradientBoostingRegressor:
    """Build the nuisance that the forest has, too (see `causal_forest`)."""
    return HistGradientBoostingRegressor(**BOOSTING, random_state=settings.seed)


def _propensity_model(settings: LearnerSettings) -> HistGradientBoostingClassifier:
    """Build the nuisance that the forest has, too (see `causal_forest`)."""
    return HistGradientBoostingClassifier(**BOOSTING, random_state=settings.seed)


def _outcome_and_arm(task: FoldTask, column: int) -> tuple[np.ndarray, np.ndarray]:
    """Return outcome and arm of the training rows."""
    trial = task.trial
    return trial.outcomes[task.train, column], trial.treated[task.train].astype(int)


def _train_matrix(task: FoldTask) -> np.ndarray:
    return task.trial.design_matrix[task.train]


def _test_matrix(task: FoldTask) -> np.ndarray:
    return task.trial.design_matrix[task.test]


def _linear_matrix(trial: Trial) -> np.ndarray:
    """Return signed log1p of the covariates, and all campaigns but the first.

    On the raw scale a few big spenders would decide the slope of everybody's effect;
    with an intercept, the indicator of every campaign would be one too many.
    """
    raw = trial.covariates
    return np.hstack([np.sign(raw) * np.log1p(np.abs(raw)), trial.campaigns[:, 1:]])


def _independent_columns(matrix: np.ndarray) -> np.ndarray:
    """Return the columns that are no combination of others, in their order.

    A campaign that no household of a fold was in, or a count that is the campaign's,
    would leave the linear effect undetermined.
    """
    _, triangle, order = qr(matrix, mode="economic", pivoting=True)
    sizes = np.abs(np.diagonal(triangle))
    return np.sort(order[: len(sizes)][sizes > 1e-8 * sizes[0]])


def _without_interval(effect: np.ndarray) -> np.ndarray:
    """Return the effect with limits that are not known."""
    unknown = np.full(len(effect), np.nan)
    return np.vstack([np.ravel(effect), unknown, unknown])
