"""What the weeks before a campaign predict: who is sent it, how spending changes."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from retail_uplift._one_thread import one_thread
from retail_uplift.effects.fast_effects import (
    FastTrial,
    cross_fit_means,
    cross_fit_treatment,
    standardise,
)
from retail_uplift.effects.nuisance import with_signed_logs
from retail_uplift.frames import checked_rows, empty_frame, numeric_matrix

UNIT = ("campaign_id", "household_id")
CHANGE_TYPES = {
    "campaign_id": "int64",
    "household_id": "int64",
    "outcome": "str",
    "propensity": "float64",
    "expected_change": "float64",
}


def expect_changes(
    units: pd.DataFrame,
    changes: pd.DataFrame,
    *,
    covariates: Sequence[str],
    min_sent: int,
    propensity_clip: float,
) -> pd.DataFrame:
    """Predict who is sent a campaign, and how others' outcomes change, out of fold.

    Parameters
    ----------
    units : DataFrame
        One row per `campaign_id`, `household_id`, with `is_sent` (boolean), `fold` (1,
        2, ...; whole households) and numeric covariates known before the campaign.
    changes : DataFrame
        One row per unit, a numeric column per outcome next to the two keys.
    covariates : sequence of str
    min_sent : int
        A campaign that was sent to fewer of the units has no rows: nothing can be
        learnt of whom it is sent to.
    propensity_clip : float
        Propensities are moved into [clip, 1 - clip].

    Returns
    -------
    DataFrame
        `campaign_id`, `household_id`, `outcome`, `propensity`, `expected_change` (what
        households that are not sent it and have the same history would change by);
        ordered by the first three.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated, a value not finite, or a regression
        does not converge.

    Notes
    -----
    Each campaign has fits of its own: a logistic and a ridge regression with a fixed
    penalty on the scaled covariates and their signed logarithms, as in `fast_effects`.
    """
    if units.empty:
        return empty_frame(CHANGE_TYPES)
    units = checked_rows(units, UNIT, ["is_sent", "fold", *covariates], "units")
    outcomes = [name for name in changes.columns if name not in UNIT]
    rows = units.merge(changes, on=list(UNIT), how="left", validate="one_to_one")
    with one_thread():
        frames = [
            _expect_campaign(own, covariates, outcomes, propensity_clip)
            for _, own in large_campaigns(rows, min_sent)
        ]
    if not frames:
        return empty_frame(CHANGE_TYPES)
    keys = list(CHANGE_TYPES)[:3]
    return (
        pd.concat(frames, ignore_index=True)
        .astype(CHANGE_TYPES)
        .sort_values(keys, ignore_index=True)
    )


def outcomes_side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per unit, with the `change` of each `outcome` as a column."""
    changes = rows.pivot(index=list(UNIT), columns="outcome", values="change")
    return changes.reset_index()


def large_campaigns(
    rows: pd.DataFrame, min_sent: int
) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield the rows of each campaign with both arms in all that a fold leaves."""
    for campaign, own in rows.groupby("campaign_id", sort=True):
        counts = own.groupby("fold")["is_sent"].agg(["sum", "size"])
        left_out = counts.sum() - counts
        has_both = (left_out["sum"] > 1) & (left_out["size"] - left_out["sum"] > 1)
        if len(counts) > 1 and counts["sum"].sum() >= min_sent and has_both.all():
            yield campaign, own


def campaign_trial(
    own: pd.DataFrame, covariates: Sequence[str], outcomes: np.ndarray
) -> FastTrial:
    """Put the rows of one campaign and its outcomes, shape (n, m), into matrices."""
    x = standardise(with_signed_logs(numeric_matrix(own, covariates, "units")))
    return FastTrial(
        matrix=np.hstack([np.ones((len(x), 1)), x]),
        treated=own["is_sent"].to_numpy(dtype=bool),
        outcomes=outcomes,
        folds=np.unique(own["fold"], return_inverse=True)[1],
        campaigns=np.zeros(len(x), dtype=np.int64),
        households=np.arange(len(x)),
    )


def _expect_campaign(
    own: pd.DataFrame,
    covariates: Sequence[str],
    outcomes: Sequence[str],
    propensity_clip: float,
) -> pd.DataFrame:
    """Predict one campaign."""
    trial = campaign_trial(own, covariates, numeric_matrix(own, outcomes, "changes"))
    propensity, _ = cross_fit_treatment(trial)
    expected, _ = cross_fit_means(trial)
    wide = own[list(UNIT)].assign(
        propensity=np.clip(propensity, propensity_clip, 1 - propensity_clip)
    )
    return pd.concat(
        [
            wide.assign(outcome=outcome, expected_change=expected[:, column])
            for column, outcome in enumerate(outcomes)
        ]
    )
