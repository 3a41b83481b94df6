"""What the coupons of a campaign cost the retailer, predicted per household."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.linear_model import PoissonRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from retail_uplift._one_thread import one_thread
from retail_uplift.frames import UNIT_KEYS, FoldTask, Trial, empty_frame, fold_tasks

COST_TYPES = {
    "design": "str",
    "campaign_id": "int64",
    "household_id": "int64",
    "split_id": "int64",
    "fold": "int64",
    "predicted_match": "float64",
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
            frames.append(task.test_frame().assign(predicted_match=_predict(task)))
    if not frames:
        return empty_frame(COST_TYPES)
    frame = pd.concat(frames, ignore_index=True)
    return frame.sort_values([*UNIT_KEYS, "split_id"], ignore_index=True)[
        list(COST_TYPES)
    ]


def _predict(task: FoldTask) -> np.ndarray:
    """Predict the matches of the test rows from the treated of the other folds."""
    train = task.train[task.trial.treated[task.train]]
    matches = task.trial.outcomes[train, 0]
    if (matches < 0).any():
        raise ValueError(f"Design {task.design} has a negative {MATCH}.")
    mean = matches.mean()
    if mean == 0:
        raise ValueError(
            f"Design {task.design} has no {MATCH} outside fold {task.fold} of split "
            f"{task.split_id}."
        )
    x = _log_matrix(task.trial)
    x = np.clip(x, *np.quantile(x[train], WINSOR, axis=0))
    regression = PoissonRegressor(
        alpha=PENALTY_UNITS / len(train), solver="newton-cholesky"
    )
    model = make_pipeline(StandardScaler(), regression).fit(x[train], matches / mean)
    return mean * model.predict(x[task.test])


def _log_matrix(trial: Trial) -> np.ndarray:
    """Return the signed log1p of the covariates, then campaigns: shape (n, p + c)."""
    logs = np.sign(trial.covariates) * np.log1p(np.abs(trial.covariates))
    return np.hstack([logs, trial.campaigns])
