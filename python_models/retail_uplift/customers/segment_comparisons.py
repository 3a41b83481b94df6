"""Do segments differ? Test statistics that need a distribution SQL does not have."""

import numpy as np
import pandas as pd
from scipy import stats

from retail_uplift.frames import check_columns, sort_by_key

VALUE_COLUMNS = ("number_value", "category_value")

# Below this expected count a cell strains the chi-square approximation.
SMALL_EXPECTED_COUNT = 5

# Statistic and p-value of a test that cannot be made.
NO_TEST = (np.nan, np.nan)


def compare_segments(values: pd.DataFrame) -> pd.DataFrame:
    """Test each variable for differences between segments.

    A variable of numbers gets a one-way analysis of variance (`anova`: equal means)
    and the Kruskal-Wallis test (`kruskal_wallis`: equal distributions of ranks,
    corrected for ties). A variable of categories gets Pearson's test of independence
    without continuity correction (`chi_square`).

    Parameters
    ----------
    values : DataFrame
        One row per `variable` and `household_id`, with `segment_id` and either
        `number_value` or `category_value`; the other one is NULL. A variable holds
        numbers or categories, not both.

    Returns
    -------
    DataFrame, ordered by `variable` and `test`
        `variable`; `test`; `n_values`; `n_segments` with a value; `n_categories` (NaN
        for numbers); `statistic` (F, H or chi-square); `degrees_of_freedom`;
        `degrees_within` (NaN but for `anova`); `p_value`; `small_cell_share`, the
        share of cells with an expected count below 5 (NaN for numbers).
        Statistic and p-value are NaN where a test cannot be made: fewer than two
        segments, a single category, no spread (for `anova`: within any segment).

    Raises
    ------
    ValueError
        If the frame is empty, a column is missing, a key is NULL or repeated, a
        segment is NULL, a row has no value or two, a number is infinite, or a variable
        mixes numbers and categories.

    References
    ----------
    Fisher (1925), Statistical Methods for Research Workers; Kruskal and Wallis (1952),
    JASA 47; Pearson (1900), Philosophical Magazine 50; Cochran (1954), Biometrics 10,
    for the cells with small expected counts.
    """
    check_columns(values, ["segment_id", *VALUE_COLUMNS], "values")
    # Sorted, so that the last bits of a sum do not depend on the order of the input.
    values = sort_by_key(values, ["variable", "household_id"], "values")
    if values["segment_id"].isna().any():
        raise ValueError("values has a NULL in segment_id.")
    if not (values[list(VALUE_COLUMNS)].notna().sum(axis=1) == 1).all():
        raise ValueError("values has a row without a value, or with two.")
    tests = [
        {"variable": variable, **test}
        for variable, rows in values.groupby("variable", sort=True)
        for test in _tests_of(str(variable), rows)
    ]
    return pd.DataFrame(tests)


def _tests_of(variable: str, rows: pd.DataFrame) -> list[dict[str, object]]:
    """Return the tests of one variable, in the order of their names."""
    is_number = rows["number_value"].notna()
    if not is_number.any():
        return [_chi_square(rows)]
    if not is_number.all():
        raise ValueError(f"Variable {variable} mixes numbers and categories.")
    samples = [
        sample.to_numpy(dtype=np.float64)
        for _, sample in rows.groupby("segment_id", sort=True)["number_value"]
    ]
    if not np.isfinite(np.concatenate(samples)).all():
        raise ValueError(f"Variable {variable} has infinite values.")
    return [_anova(samples), _kruskal_wallis(samples)]


def _anova(samples: list[np.ndarray]) -> dict[str, object]:
    """Compare the means of the segments."""
    n_values, n_segments = sum(map(len, samples)), len(samples)
    has_spread = any(np.ptp(sample) > 0 for sample in samples)
    statistic, p_value = (
        stats.f_oneway(*samples) if n_segments > 1 and has_spread else NO_TEST
    )
    return _row(
        "anova",
        n_values,
        n_segments,
        statistic,
        p_value,
        degrees_of_freedom=n_segments - 1,
        degrees_within=n_values - n_segments,
    )


def _kruskal_wallis(samples: list[np.ndarray]) -> dict[str, object]:
    """Compare the mean ranks of the segments."""
    n_segments = len(samples)
    has_spread = np.ptp(np.concatenate(samples)) > 0
    statistic, p_value = (
        stats.kruskal(*samples) if n_segments > 1 and has_spread else NO_TEST
    )
    return _row(
        "kruskal_wallis",
        sum(map(len, samples)),
        n_segments,
        statistic,
        p_value,
        degrees_of_freedom=n_segments - 1,
    )


def _chi_square(rows: pd.DataFrame) -> dict[str, object]:
    """Compare the mix of categories of the segments."""
    counts = pd.crosstab(rows["segment_id"], rows["category_value"]).to_numpy()
    n_segments, n_categories = counts.shape
    statistic, p_value = NO_TEST
    if min(counts.shape) > 1:
        statistic, p_value, _, _ = stats.chi2_contingency(counts, correction=False)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return _row(
        "chi_square",
        len(rows),
        n_segments,
        statistic,
        p_value,
        degrees_of_freedom=(n_segments - 1) * (n_categories - 1),
        n_categories=n_categories,
        small_cell_share=float((expected < SMALL_EXPECTED_COUNT).mean()),
    )


def _row(
    test: str,
    n_values: int,
    n_segments: int,
    statistic: float,
    p_value: float,
    **details: float,
) -> dict[str, object]:
    """Return one row of the result; details that a test does not have are NaN."""
    return {
        "test": test,
        "n_values": n_values,
        "n_segments": n_segments,
        "n_categories": details.get("n_categories", np.nan),
        "statistic": float(statistic),
        "degrees_of_freedom": details["degrees_of_freedom"],
        "degrees_within": details.get("degrees_within", np.nan),
        "p_value": float(p_value),
        "small_cell_share": details.get("small_cell_share", np.nan),
    }
