"""A stack of effect learners: the convex combination of least loss on unseen units."""

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from retail_uplift.frames import UNIT_KEYS, check_columns, empty_frame

SPLIT_KEYS = ["design", "outcome", "split_id"]
WEIGHT_TYPES = {
    "design": "str",
    "outcome": "str",
    "split_id": "int64",
    "fold": "int64",
    "learner": "str",
    "weight": "float64",
}


def fit_stack_weights(effects: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Weigh the learners of a split for each fold, by their R-loss in the other folds.

    Parameters
    ----------
    effects : DataFrame
        `design`, `outcome`, `learner`, `campaign_id`, `household_id`, `split_id`,
        `fold`, `cate`: out-of-fold effects, one row per learner, unit and split.
    scores : DataFrame
        The same keys but `learner` and `fold`, with `outcome_value`, `is_treated`,
        `propensity`, `mu0`, `mu1`.

    Returns
    -------
    DataFrame
        `design`, `outcome`, `split_id`, `fold` (which the weights were not fitted on),
        `learner`, `weight` (0 to 1; sums to 1 over learners); ordered by the first
        five. Only splits that all learners of an outcome predict have weights.

    Raises
    ------
    ValueError
        If a column is missing, or a unit lacks the prediction of a learner or a score.

    References
    ----------
    van der Laan, Polley and Hubbard (2007), Statistical Applications in Genetics and
    Molecular Biology 6(1), for convex weights by held-out loss; Nie and Wager (2021),
    Biometrika 108(2), section 4.3, for the R-loss of a stack.
    """
    unit = [*UNIT_KEYS, "outcome", "split_id"]
    if effects.empty:
        return empty_frame(WEIGHT_TYPES)
    check_columns(effects, [*unit, "learner", "fold", "cate"], "effects")
    nuisances = ["outcome_value", "is_treated", "propensity", "mu0", "mu1"]
    check_columns(scores, [*unit, *nuisances], "scores")
    frames = []
    for _, rows in effects.groupby(["design", "outcome"], sort=True):
        learners = sorted(rows["learner"].unique())
        for key, split in rows.groupby(SPLIT_KEYS, sort=True):
            if split["learner"].nunique() < len(learners):
                continue
            wide = split.pivot(
                index=[*unit, "fold"], columns="learner", values="cate"
            ).reset_index()
            wide = wide.sort_values(unit, ignore_index=True).merge(
                scores[[*unit, *nuisances]], on=unit, how="left", validate="1:1"
            )
            if wide.isna().any(axis=None):
                raise ValueError("A unit lacks a learner's prediction or its score.")
            losses = _residuals(wide, learners)
            folds = wide["fold"].to_numpy()
            frames.extend(
                pd.DataFrame(
                    {
                        **dict(zip(SPLIT_KEYS, key, strict=True)),
                        "fold": fold,
                        "learner": learners,
                        "weight": simplex_weights(losses[folds != fold]),
                    }
                )
                for fold in np.unique(folds)
            )
    if not frames:
        return empty_frame(WEIGHT_TYPES)
    return pd.concat(frames, ignore_index=True)


def simplex_weights(residuals: np.ndarray) -> np.ndarray:
    """Return weights >= 0 of sum 1 that minimise the mean square of the weighted sum.

    Without the sum, min |A x|^2 + (1'x - 1)^2 over x >= 0 is a problem of non-negative
    least squares. Its solution divided by its sum fulfils the conditions of Karush,
    Kuhn and Tucker of the problem with the sum.

    Parameters
    ----------
    residuals : ndarray, shape (n, k)
        Of k predictions.

    Returns
    -------
    ndarray, shape (k,)
    """
    # Units do not matter to the weights; near 1, neither term drowns the other.
    scale = np.sqrt((residuals**2).sum(axis=0).mean())
    triangle = np.linalg.qr(residuals / scale if scale > 0 else residuals, mode="r")
    n_learners = residuals.shape[1]
    matrix = np.vstack([triangle, np.ones(n_learners)])
    target = np.append(np.zeros(len(triangle)), 1.0)
    weights, _ = nnls(matrix, target)
    return weights / weights.sum()


def _residuals(rows: pd.DataFrame, learners: list[str]) -> np.ndarray:
    """Return what each learner leaves of the outcome residual: shape (n, k)."""
    e = rows["propensity"].to_numpy(dtype=np.float64)
    t = rows["is_treated"].to_numpy(dtype=np.float64)
    y = rows["outcome_value"].to_numpy(dtype=np.float64)
    means = rows[["mu0", "mu1"]].to_numpy(dtype=np.float64)
    outcome_residual = y - e * means[:, 1] - (1 - e) * means[:, 0]
    predicted = rows[learners].to_numpy(dtype=np.float64)
    return outcome_residual[:, None] - (t - e)[:, None] * predicted
