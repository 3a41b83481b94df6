"""What the coupons of a campaign cost the retailer, predicted per household."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from sklearn.linear_model import PoissonRegressor
from sklearn.pipeline import make_pipeline
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

COST_TYPES = {
    "design": "str",
    "campaign_id": "int64",
    "household_id": "int64",
    "split_id": "int64",
    "fold": "int64",
    "predicted_match": "float64",
}
HOUSEHOLD_MATCH_TYPES = {
    "design": "str",
    "household_id": "int64",
    "expected_match": "float64",
    "n_fit_units": "int64",
}
MATCH = "coupon_match"
# The ridge penalty is worth this many treated units that show one cost for all. Matches
# are divided by their mean, so it means the same in any currency.
PENALTY_UNITS = 100
# Quantiles to which covariates are limited: a log-linear mean must not run away with
# the few households outside the range of the treated.
WINSOR = (0.01, 0.99)


def cross_fit_redemption_costs(
    units: pd.DataFrame, folds: pd.DataFrame, *, covariates: Sequence[str]
) -> pd.DataFrame:
    """Predict the coupon match of each unit if it is sent the campaign, out of fold.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, with `is_treated` (boolean
        or 0/1), `coupon_match` (dollars that the retailer paid, 0 or more; those of
        controls are not used) and the covariates. May have no rows.
    folds : DataFrame
        `household_id`, `split_id`, `fold`; one row per household and split.
    covariates : sequence of str
        Numeric columns known at time zero.

    Returns
    -------
    DataFrame
        `design`, `campaign_id`, `household_id`, `split_id`, `fold`, `predicted_match`
        (dollars, 0 or more); ordered by the first four.

    Raises
    ------
    ValueError
        If an input is malformed or an arm too small (see `fold_tasks`), a match of a
        treated unit is negative, or all those to learn from are 0.

    Notes
    -----
    Few households redeem and a few redeem a lot. A log-linear mean with the quasi-score
    of a Poisson law is consistent for any non-negative amount, zeros included, whatever
    its variance, and is never negative (Gourieroux, Monfort and Trognon 1984,
    Econometrica 52(3); Santos Silva and Tenreyro 2006, Review of Economics and
    Statistics 88(4)). Covariates enter as signed log1p, winsorised at quantiles of the
    treated that are learnt from: controls may lie far outside, and there an exponential
    would predict any cost. A ridge penalty that fades as units grow in number shrinks
    towards one cost for all.
    """
    frames = []
    with one_thread():
        for task in fold_tasks(units, folds, covariates, [MATCH]):
            predicted = _fit(task)(_log_matrix(task.trial)[task.test])
            frames.append(task.test_frame().assign(predicted_match=predicted))
    if not frames:
        return empty_frame(COST_TYPES)
    frame = pd.concat(frames, ignore_index=True)
    return frame.sort_values([*UNIT_KEYS, "split_id"], ignore_index=True)[
        list(COST_TYPES)
    ]


def predict_redemption_costs(
    units: pd.DataFrame, households: pd.DataFrame, *, covariates: Sequence[str]
) -> pd.DataFrame:
    """Predict the coupon match of households that a next campaign is sent to.

    The regression of `cross_fit_redemption_costs` is fitted once, on all treated units
    of one design. A next campaign is none of the past ones, so a household is predicted
    under each of them, and the predictions are averaged (see `campaign_mix`).

    Parameters
    ----------
    units : DataFrame
        Units of one design, as in `cross_fit_redemption_costs`; they may be none.
    households : DataFrame
        One row per `household_id`, with the covariates as of now.
    covariates : sequence of str
        Numeric columns of both frames.

    Returns
    -------
    DataFrame
        `design`, `household_id`, `expected_match` (dollars, 0 or more), `n_fit_units`
        (treated units learnt from); ordered by household. No factor sets its level, as
        predictions of the units learnt from add up to their matches: the intercept is
        not penalised. No rows where there is no unit or no household.

    Raises
    ------
    ValueError
        If an input is malformed (see `design_trials`), the units are of several
        designs, an arm is too small, a match of a treated unit is negative, or all are
        0.
    """
    if units.empty or households.empty:
        return empty_frame(HOUSEHOLD_MATCH_TYPES)
    trial, *others = design_trials(units, covariates, [MATCH])
    if others:
        raise ValueError("units are of several designs, expected one.")
    task = whole_task(trial)
    households, raw = household_matrix(households, units, covariates)
    with one_thread():
        predict = _fit(task)
        expected = sum(
            share * predict(np.hstack([_signed_log(raw), indicators]))
            for share, indicators in campaign_mix(trial, task.train, len(raw))
        )
    return pd.DataFrame(
        {
            "design": task.design,
            "household_id": households["household_id"],
            "expected_match": expected,
            "n_fit_units": int(trial.treated[task.train].sum()),
        }
    )


def _fit(task: FoldTask) -> Callable[[np.ndarray], np.ndarray]:
    """Return what predicts the matches of rows of `_log_matrix`, in dollars."""
    train = task.train[task.trial.treated[task.train]]
    matches = task.trial.outcomes[train, 0]
    if (matches < 0).any():
        raise ValueError(f"Design {task.design} has a negative {MATCH}.")
    mean = matches.mean()
    if mean == 0:
        where = f" outside fold {task.fold} of split {task.split_id}"
        raise ValueError(
            f"Design {task.design} has no {MATCH}{where if task.fold else ''}."
        )
    x = _log_matrix(task.trial)[train]
    limits = np.quantile(x, WINSOR, axis=0)
    regression = PoissonRegressor(
        alpha=PENALTY_UNITS / len(train), solver="newton-cholesky"
    )
    model = make_pipeline(StandardScaler(), regression)
    model.fit(np.clip(x, *limits), matches / mean)
    return lambda rows: mean * model.predict(np.clip(rows, *limits))


def _log_matrix(trial: Trial) -> np.ndarray:
    """Return the signed log1p of the covariates, then campaigns: shape (n, p + c)."""
    return np.hstack([_signed_log(trial.covariates), trial.campaigns])


def _signed_log(raw: np.ndarray) -> np.ndarray:
    """Return the signed log1p of numbers."""
    return np.sign(raw) * np.log1p(np.abs(raw))
