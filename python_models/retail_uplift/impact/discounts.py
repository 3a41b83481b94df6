"""How sales of a category follow its discount, by depth."""

import pandas as pd
import pyfixest

from retail_uplift._one_thread import one_thread
from retail_uplift.frames import checked_rows, empty_frame

NO_DISCOUNT = "none"
# Columns of bins and when they apply, in weeks from the week of the sales.
TIMINGS = {"depth_bin": 0, "next_depth_bin": 1, "previous_depth_bin": -1}
EFFECT_TYPES = {
    "outcome": "str",
    "discount_week": "int64",
    "depth_bin": "str",
    "estimate": "float64",
    "std_error": "float64",
    "p_value": "float64",
    "n_categories": "int64",
    "n_weeks": "int64",
}


def estimate_discount_effects(panel: pd.DataFrame) -> pd.DataFrame:
    """Regress weekly sales of categories on the bin of their discount.

    Parameters
    ----------
    panel : DataFrame
        One row per `category` and `week_number`, with `n_households`, `sales` and
        `buyer_share` per household, and bins of the discount of this week, the next and
        the one before (`depth_bin`, `next_depth_bin`, `previous_depth_bin`; missing at
        the ends of the year). May have no rows.

    Returns
    -------
    DataFrame
        `outcome` (`sales`: log of the ratio to sales without a discount; `buyer_share`:
        difference of shares), `discount_week` (0: the week of the sales; 1: the week
        after, whose discount can have no effect yet; -1: the week before), `depth_bin`,
        `estimate`, `std_error` (clustered by category, CRV1), `p_value`,
        `n_categories`, `n_weeks`; ordered by the first three. No rows where no category
        changes its bin.

    Raises
    ------
    ValueError
        If a column is missing or a key repeated.

    Notes
    -----
    Fixed effects of category and week, weighted by households. The discount is the same
    for all households of a category and week, so these are the estimates of a panel of
    households with household-category effects, and of its Poisson regression for sales
    (Correia, Guimaraes and Zylkin 2020, Stata Journal 20(1)). A discount is no lot: who
    sets it foresees demand. What the next week's discount seems to do tells how far.
    """
    columns = ["n_households", "sales", "buyer_share", *TIMINGS]
    if panel.empty:
        return empty_frame(EFFECT_TYPES)
    rows = checked_rows(panel, ["category", "week_number"], columns, "panel")
    rows = rows.dropna(subset=list(TIMINGS)).reset_index(drop=True)
    bins = sorted(set(rows["depth_bin"]) - {NO_DISCOUNT})
    if not bins or NO_DISCOUNT not in set(rows["depth_bin"]):
        return empty_frame(EFFECT_TYPES)
    names = {}
    for timing, weeks in TIMINGS.items():
        for number, depth_bin in enumerate(bins):
            name = f"{timing}_{number}"
            rows[name] = rows[timing].eq(depth_bin).astype(float)
            names[name] = (weeks, depth_bin)
    with one_thread():
        frames = [
            _fit(rows, outcome, fit, names)
            for outcome, fit in (
                ("sales", pyfixest.fepois),
                ("buyer_share", pyfixest.feols),
            )
        ]
    return (
        pd.concat(frames, ignore_index=True)
        .astype(EFFECT_TYPES)
        .sort_values(list(EFFECT_TYPES)[:3], ignore_index=True)
    )


def _fit(
    rows: pd.DataFrame, outcome: str, fit: object, names: dict[str, tuple[int, str]]
) -> pd.DataFrame:
    """Fit one outcome; a term that does not vary is left out by pyfixest."""
    model = fit(
        f"{outcome} ~ {' + '.join(names)} | category + week_number",
        data=rows,
        weights="n_households",
        vcov={"CRV1": "category"},
    )
    table = model.tidy()
    return pd.DataFrame(
        {
            "outcome": outcome,
            "discount_week": [names[name][0] for name in table.index],
            "depth_bin": [names[name][1] for name in table.index],
            "estimate": table["Estimate"].to_numpy(),
            "std_error": table["Std. Error"].to_numpy(),
            "p_value": table["Pr(>|t|)"].to_numpy(),
            "n_categories": rows["category"].nunique(),
            "n_weeks": rows["week_number"].nunique(),
        }
    )
