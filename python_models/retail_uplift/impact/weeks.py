"""What the weeks before a campaign predict of each week after its start."""

from collections.abc import Sequence

import pandas as pd

from retail_uplift._one_thread import one_thread
from retail_uplift.effects.fast_effects import cross_fit_means
from retail_uplift.frames import checked_rows, empty_frame
from retail_uplift.impact.changes import UNIT, campaign_trial, large_campaigns

KEYS = (*UNIT, "relative_week")


def expect_weeks(
    units: pd.DataFrame,
    changes: pd.DataFrame,
    *,
    covariates: Sequence[str],
    outcomes: Sequence[str],
    min_sent: int,
) -> pd.DataFrame:
    """Predict how outcomes of households that are not sent a campaign change by week.

    Parameters
    ----------
    units : DataFrame
        As in `expect_changes`.
    changes : DataFrame
        One row per `campaign_id`, `household_id`, `relative_week`, with a numeric
        column per outcome; all units of a campaign have the same weeks.
    covariates, outcomes : sequence of str
    min_sent : int
        A campaign that was sent to fewer of the units has no rows.

    Returns
    -------
    DataFrame
        The three keys, by which it is ordered, and the expected change of each outcome.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated, a value not finite, or a unit lacks a
        week that another unit of its campaign has.

    Notes
    -----
    The regressions are those of `expect_changes`. They are linear in the outcome, so
    the mean over weeks of what is expected is what is expected of their mean.
    """
    types = dict.fromkeys(KEYS, "int64") | dict.fromkeys(outcomes, "float64")
    if units.empty or changes.empty:
        return empty_frame(types)
    units = checked_rows(units, UNIT, ["is_sent", "fold", *covariates], "units")
    changes = checked_rows(changes, KEYS, outcomes, "changes")
    weeks_of = dict(list(changes.groupby("campaign_id", sort=True)))
    with one_thread():
        frames = [
            _expect_campaign(own, weeks_of[campaign], covariates, outcomes)
            for campaign, own in large_campaigns(units, min_sent)
        ]
    if not frames:
        return empty_frame(types)
    return pd.concat(frames, ignore_index=True).astype(types)


def _expect_campaign(
    own: pd.DataFrame,
    weeks: pd.DataFrame,
    covariates: Sequence[str],
    outcomes: Sequence[str],
) -> pd.DataFrame:
    """Predict all weeks of one campaign: they are outcomes side by side."""
    values = weeks[list(outcomes)].to_numpy(dtype=float)
    households = weeks["household_id"].to_numpy().reshape(len(own), -1)
    relative_weeks = weeks["relative_week"].to_numpy().reshape(len(own), -1)
    if (households != own["household_id"].to_numpy()[:, None]).any() or (
        relative_weeks != relative_weeks[0]
    ).any():
        raise ValueError("changes: units of a campaign have different weeks")
    trial = campaign_trial(own, covariates, values.reshape(len(own), -1))
    expected, _ = cross_fit_means(trial)
    frame = pd.DataFrame(expected.reshape(values.shape), columns=list(outcomes))
    return pd.concat([weeks[list(KEYS)].reset_index(drop=True), frame], axis=1)
