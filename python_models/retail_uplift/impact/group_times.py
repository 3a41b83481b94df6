"""Effects of the first campaign, by the week in which a household was sent it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from diff_diff import CallawaySantAnna

from retail_uplift._one_thread import one_thread
from retail_uplift.frames import checked_rows, empty_frame

GROUP_TIME_TYPES = {
    "aggregation": "str",
    "week": "int64",
    "estimate": "float64",
    "std_error": "float64",
    "n_sent": "int64",
    "n_households": "int64",
}
KEYS = ("household_id", "week_number")


def estimate_group_times(
    panel: pd.DataFrame, *, min_sent: int, first_week: int, last_week: int
) -> pd.DataFrame:
    """Estimate group-time effects on sales, and average them.

    Parameters
    ----------
    panel : DataFrame
        One row per `household_id` and `week_number`, all pairs, with `sales` and
        `first_week_number` (of the household's first campaign, 0 if it had none).
    min_sent : int
        Households of a smaller group are left out.
    first_week, last_week : int
        Weeks since the first campaign that are returned.

    Returns
    -------
    DataFrame
        `aggregation` ('event week', 'group' or 'overall'), `week` (since the first
        campaign, or the group's week number, or 0), `estimate`, `std_error`, `n_sent`
        (households sent that the average has) and `n_households` (of the fit);
        ordered by the first two. No rows without a group or households that were
        never sent one.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated or a value not finite.

    Notes
    -----
    Callaway and Sant'Anna (2021, Journal of Econometrics 225(2)) by diff-diff: controls
    are not yet or never sent, the last week before is the base, errors are clustered by
    household. Groups and event weeks weight groups by their households.
    """
    if panel.empty:
        return empty_frame(GROUP_TIME_TYPES)
    rows = checked_rows(panel, KEYS, ["sales", "first_week_number"], "panel")
    firsts = rows.groupby("household_id")["first_week_number"].first()
    weeks = np.sort(rows["week_number"].unique())
    sizes = firsts[firsts > weeks[0]].value_counts()
    sizes = sizes[sizes >= min_sent].sort_index()
    firsts = firsts[firsts.isin([0, *sizes.index])]
    if sizes.empty or not (firsts == 0).any():
        return empty_frame(GROUP_TIME_TYPES)
    with one_thread():
        results = CallawaySantAnna(
            control_group="not_yet_treated",
            estimation_method="reg",
            cluster="household_id",
            base_period="universal",
        ).fit(
            rows[rows["household_id"].isin(firsts.index)],
            outcome="sales",
            unit="household_id",
            time="week_number",
            first_treat="first_week_number",
        )
        events = results.aggregate("event_study").to_dataframe()
        groups = results.aggregate("group").to_dataframe()
        overall = results.aggregate("simple").to_dataframe()
    events = events[events["event_time"].between(first_week, last_week)]
    event_sizes = [
        sizes[np.isin(sizes.index + event, weeks)].sum()
        for event in events["event_time"]
    ]
    frame = pd.concat(
        [
            _averages("event week", events["event_time"], events, event_sizes),
            _averages("group", groups["label"], groups, sizes[groups["label"]]),
            _averages("overall", [0], overall, [sizes.sum()]),
        ],
        ignore_index=True,
    ).assign(n_households=len(firsts))
    return frame.dropna(subset="std_error").astype(GROUP_TIME_TYPES)


def _averages(
    aggregation: str,
    weeks: Sequence[int] | pd.Series,
    table: pd.DataFrame,
    n_sent: Sequence[int] | pd.Series,
) -> pd.DataFrame:
    """Name the columns of one aggregation."""
    return pd.DataFrame(
        {
            "aggregation": aggregation,
            "week": np.asarray(weeks),
            "estimate": table["att"].to_numpy(),
            "std_error": table["se"].to_numpy(),
            "n_sent": np.asarray(n_sent),
        }
    )
