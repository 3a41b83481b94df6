"""Trends before a campaign, and how much of a later one would undo its effect."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from diff_diff import HonestDiD
from diff_diff.results import MultiPeriodDiDResults, PeriodEffect
from scipy import stats

from retail_uplift._one_thread import one_thread
from retail_uplift.frames import checked_rows, empty_frame

PRE_TREND_TYPES = {
    "scope": "str",
    "n_sent": "int64",
    "statistic": "float64",
    "degrees_of_freedom": "int64",
    "p_value": "float64",
    "mean_effect": "float64",
    "mean_effect_std_error": "float64",
    "breakdown_m": "float64",
}
KEYS = ("scope", "household_id", "relative_week")


def check_pre_trends(
    terms: pd.DataFrame, *, n_sent: Mapping[str, int], effect_weeks: int
) -> pd.DataFrame:
    """Test the weeks before the start jointly, and find what would undo the effect.

    Parameters
    ----------
    terms : DataFrame
        One row per `scope`, `household_id` and `relative_week` other than -1, with
        `share_of_estimate` (they sum to the difference between the arms in that week,
        less that in week -1) and `error_term` (their squares sum to its variance).
    n_sent : mapping of str to int
        Units sent a campaign by scope.
    effect_weeks : int
        The mean effect is that of weeks 0 to `effect_weeks` - 1, as far as they go.

    Returns
    -------
    DataFrame
        One row per scope: `statistic` (Wald, of the weeks before),
        `degrees_of_freedom`, `p_value`, `mean_effect`, `mean_effect_std_error` and
        `breakdown_m`: how many times the largest step of the weeks before each later
        step of a trend may be until the interval of the mean effect includes zero. It
        is 0 if it does so anyway, NULL above 10. A test without more units sent than
        weeks has NULL.

    Raises
    ------
    ValueError
        If a column is missing or a key repeated.

    Notes
    -----
    The statistic W with k weeks and n units sent is compared as Hotelling's T^2:
    W (n - k) / (k (n - 1)) with F(k, n - k). `breakdown_m` is that of relative
    magnitudes (Rambachan and Roth 2023, Review of Economic Studies 90) by diff-diff,
    whose interval takes the largest step before as known.
    """
    if terms.empty:
        return empty_frame(PRE_TREND_TYPES)
    rows = checked_rows(terms, KEYS, ["share_of_estimate", "error_term"], "terms")
    with one_thread():
        frame = pd.DataFrame(
            [
                {"scope": scope, "n_sent": n_sent[scope]}
                | _check_scope(own, n_sent[scope], effect_weeks)
                for scope, own in rows.groupby("scope", sort=True)
            ]
        )
    return frame.astype(PRE_TREND_TYPES)


def _check_scope(own: pd.DataFrame, n: int, effect_weeks: int) -> dict[str, float]:
    """Check one scope."""
    own = own[own["relative_week"] < effect_weeks]
    shares = own.pivot(
        index="household_id", columns="relative_week", values="share_of_estimate"
    )
    errors = own.pivot(
        index="household_id", columns="relative_week", values="error_term"
    )
    weeks = shares.columns.to_numpy()
    estimates = shares.fillna(0).to_numpy().sum(axis=0)
    matrix = errors.fillna(0).to_numpy()
    covariance = matrix.T @ matrix
    before, after = weeks < 0, weeks >= 0
    mean_weights = after / after.sum()
    mean_variance = mean_weights @ covariance @ mean_weights
    return wald_test(estimates[before], covariance[np.ix_(before, before)], n) | {
        "mean_effect": mean_weights @ estimates,
        "mean_effect_std_error": np.sqrt(mean_variance),
        "breakdown_m": breakdown_of_mean(weeks, estimates, covariance),
    }


def wald_test(
    estimates: np.ndarray, covariance: np.ndarray, n: int
) -> dict[str, float]:
    """Test that k estimates are all zero, with n units in the smaller arm."""
    k = np.linalg.matrix_rank(covariance, hermitian=True) if len(estimates) else 0
    if k < len(estimates) or k == 0 or n <= k:
        return {"statistic": np.nan, "degrees_of_freedom": k, "p_value": np.nan}
    statistic = estimates @ np.linalg.solve(covariance, estimates)
    return {
        "statistic": statistic,
        "degrees_of_freedom": k,
        "p_value": stats.f.sf(statistic * (n - k) / (k * (n - 1)), k, n - k),
    }


def breakdown_of_mean(
    weeks: np.ndarray, estimates: np.ndarray, covariance: np.ndarray
) -> float:
    """Return the breakdown value of the mean of weeks 0, 1, ... against week -1."""
    errors = np.sqrt(np.diag(covariance))
    if not (errors > 0).all() or (weeks < 0).sum() == 0:
        return np.nan
    effects = {
        week: PeriodEffect(week, estimate, error, np.nan, np.nan, (np.nan, np.nan))
        for week, estimate, error in zip(weeks.tolist(), estimates, errors, strict=True)
    }
    results = MultiPeriodDiDResults(
        period_effects=effects,
        avg_att=np.nan,
        avg_se=np.nan,
        avg_t_stat=np.nan,
        avg_p_value=np.nan,
        avg_conf_int=(np.nan, np.nan),
        n_obs=0,
        n_treated=0,
        n_control=0,
        pre_periods=[week for week in effects if week < 0],
        post_periods=[week for week in effects if week >= 0],
        vcov=covariance,
        interaction_indices={week: column for column, week in enumerate(effects)},
    )
    breakdown = HonestDiD(method="relative_magnitude").breakdown_value(
        results, tol=1e-3
    )
    return np.nan if breakdown is None else float(breakdown)
