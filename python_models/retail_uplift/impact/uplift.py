"""How much more each household buys if it is sent a campaign, out of fold."""

from collections.abc import Sequence

import pandas as pd

from retail_uplift.effects.effect_learners import LearnerSettings, cross_fit_learners
from retail_uplift.effects.nuisance import cross_fit_outcomes
from retail_uplift.frames import MIN_ARM_HOUSEHOLDS, checked_rows, empty_frame
from retail_uplift.impact.changes import UNIT

UPLIFT_TYPES = {
    "learner": "str",
    "campaign_id": "int64",
    "household_id": "int64",
    "predicted": "float64",
}


def predict_uplift(
    units: pd.DataFrame, *, covariates: Sequence[str], settings: LearnerSettings
) -> pd.DataFrame:
    """Predict the effect of a campaign on the change in weekly sales, out of fold.

    Parameters
    ----------
    units : DataFrame
        One row per `campaign_id`, `household_id`, with `is_sent` (boolean), `fold`
        (whole households), `change` (dollars per week) and covariates known before the
        campaign.
    covariates : sequence of str
    settings : LearnerSettings

    Returns
    -------
    DataFrame
        `learner` (s_learner, t_learner), `campaign_id`, `household_id`, `predicted`
        (dollars per week), ordered by the first three. No rows where an arm has fewer
        than `MIN_ARM_HOUSEHOLDS` households to learn from.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated or a value not finite.

    Notes
    -----
    All campaigns are learnt from together, each with an indicator. The T-learner is
    the difference of two ridge regressions (`cross_fit_outcomes` with `fast`), the
    S-learner has boosted trees (`effect_learners`): what both find is no trait of one
    kind of model.
    """
    if units.empty:
        return empty_frame(UPLIFT_TYPES)
    columns = ["is_sent", "fold", "change", *covariates]
    units = checked_rows(units, UNIT, columns, "units")
    if not _can_be_learnt(units):
        return empty_frame(UPLIFT_TYPES)
    trial = units.rename(columns={"is_sent": "is_treated"}).assign(design="campaigns")
    folds = units[["household_id", "fold"]].drop_duplicates().assign(split_id=1)
    means = cross_fit_outcomes(
        trial,
        folds,
        covariates=covariates,
        outcomes=["change"],
        seed=settings.seed,
        fast=True,
    )
    effects = cross_fit_learners(
        trial,
        folds,
        covariates=covariates,
        outcomes=["change"],
        settings=settings,
        learners=["s_learner"],
    )
    frames = [
        effects.rename(columns={"cate": "predicted"}),
        means.assign(learner="t_learner", predicted=means["mu1"] - means["mu0"]),
    ]
    return (
        pd.concat([frame[list(UPLIFT_TYPES)] for frame in frames], ignore_index=True)
        .astype(UPLIFT_TYPES)
        .sort_values(list(UPLIFT_TYPES)[:3], ignore_index=True)
    )


def _can_be_learnt(units: pd.DataFrame) -> bool:
    """Say whether each fold leaves enough households of both arms."""
    arms = units[["household_id", "fold", "is_sent"]].drop_duplicates()
    counts = arms.groupby(["is_sent", "fold"]).size().unstack(fill_value=0)
    left = counts.sum(axis=1) - counts.max(axis=1)
    return len(left) == 2 and bool((left >= MIN_ARM_HOUSEHOLDS).all())
