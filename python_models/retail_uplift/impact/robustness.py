"""What is expected of households if changes are capped or covariates are others."""

from collections.abc import Mapping, Sequence

import pandas as pd

from retail_uplift.frames import checked_rows, empty_frame
from retail_uplift.impact.changes import UNIT, expect_changes

FULL = "full"
ROBUSTNESS_TYPES = {
    "covariate_set": "str",
    "cap_share": "float64",
    "campaign_id": "int64",
    "household_id": "int64",
    "propensity": "float64",
    "expected_change": "float64",
}
NO_COVARIATES = (*UNIT, "is_sent", "fold")


def expect_under_checks(
    units: pd.DataFrame,
    changes: pd.DataFrame,
    *,
    covariates: Sequence[str],
    covariate_sets: Mapping[str, Sequence[str] | None],
    min_sent: int,
    propensity_clip: float,
) -> pd.DataFrame:
    """Predict changes that are capped, and changes by other covariates, out of fold.

    Parameters
    ----------
    units, min_sent, propensity_clip
        As in `expect_changes`.
    changes : DataFrame
        One row per `cap_share`, `campaign_id`, `household_id`, with `change`; a
        `cap_share` of 0 has the changes as they are.
    covariates : sequence of str
        What capped changes are predicted by.
    covariate_sets : mapping of str to sequence of str
        What changes as they are are predicted by; None stands for all columns of the
        units that vary.

    Returns
    -------
    DataFrame
        `covariate_set` (the name of a set, or `FULL` where changes are capped),
        `cap_share`, `campaign_id`, `household_id`, `propensity`, `expected_change`;
        ordered by the first four.

    Raises
    ------
    ValueError
        As `expect_changes`.
    """
    if units.empty:
        return empty_frame(ROBUSTNESS_TYPES)
    keys = ["cap_share", *UNIT]
    changes = checked_rows(changes, keys, ["change"], "changes")
    wide = changes.pivot(index=list(UNIT), columns="cap_share", values="change")
    everything = [
        name
        for name in units.columns
        if name not in NO_COVARIATES and units[name].nunique() > 1
    ]
    tasks = [(FULL, covariates, [share for share in wide.columns if share > 0])]
    tasks += [(name, own or everything, [0.0]) for name, own in covariate_sets.items()]
    frames = [
        expect_changes(
            units,
            wide[shares].reset_index(),
            covariates=own,
            min_sent=min_sent,
            propensity_clip=propensity_clip,
        )
        .rename(columns={"outcome": "cap_share"})
        .assign(covariate_set=name)
        for name, own, shares in tasks
    ]
    return (
        pd.concat(frames, ignore_index=True)[list(ROBUSTNESS_TYPES)]
        .astype(ROBUSTNESS_TYPES)
        .sort_values(list(ROBUSTNESS_TYPES)[:4], ignore_index=True)
    )
