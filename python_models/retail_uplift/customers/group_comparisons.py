"""Do two groups differ? What takes a distribution that SQL does not have."""

import numpy as np
import pandas as pd
from scipy import optimize, stats

from retail_uplift.frames import check_columns, empty_frame, sort_by_key

COUNTS = ["n_group_level", "n_other_level", "n_group", "n_other"]
COLUMNS = ["test", "statistic", "degrees_of_freedom", *COUNTS]
TYPES = {
    "test_id": "int64",
    "p_value": "float64",
    "v_lower": "float64",
    "v_upper": "float64",
}
TAIL = 0.025  # probability beyond either limit of a 95 % interval


def group_p_values(tests: pd.DataFrame) -> pd.DataFrame:
    """Find the p-value of each test of two groups, and an interval of Cramer's V.

    Parameters
    ----------
    tests : DataFrame
        One row per `test_id`, with `test`; `statistic`: Welch's t (`welch`), a standard
        normal z (`mann_whitney`) or Pearson's chi-square (`chi_square`);
        `degrees_of_freedom` of `welch` and `chi_square`; the households `n_group` and
        `n_other`; and for `fisher` those of them that have the level, `n_group_level`
        and `n_other_level`.

    Returns
    -------
    DataFrame, ordered by `test_id`
        `test_id`; `p_value`, two-sided (`fisher`: of all tables that are no more likely
        than the one seen), NaN without a statistic; `v_lower` and `v_upper`, limits of
        95 % of Cramer's V (NaN but for `chi_square`).

    Raises
    ------
    ValueError
        If a column is missing, a `test_id` is repeated or a test is unknown.

    References
    ----------
    Welch (1947), Biometrika 34; Mann and Whitney (1947), Annals of Mathematical
    Statistics 18; Fisher (1935), Journal of the Royal Statistical Society 98.
    """
    if tests.empty:
        return empty_frame(TYPES)
    check_columns(tests, COLUMNS, "tests")
    tests = sort_by_key(tests, ["test_id"], "tests")
    names = tests["test"].to_numpy()
    if unknown := set(names) - {"welch", "mann_whitney", "chi_square", "fisher"}:
        raise ValueError(f"tests has the unknown tests {sorted(unknown)}.")
    statistic, freedom = (
        tests[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in ("statistic", "degrees_of_freedom")
    )
    p_values = np.select(
        [names == "welch", names == "mann_whitney", names == "chi_square"],
        [
            2 * stats.t.sf(np.abs(statistic), freedom),
            2 * stats.norm.sf(np.abs(statistic)),
            stats.chi2.sf(statistic, freedom),
        ],
        np.nan,
    )
    is_table = names == "fisher"
    p_values[is_table] = [
        fisher_p_value(*counts)
        for counts in tests.loc[is_table, COUNTS].astype(int).itertuples(index=False)
    ]
    limits = np.full((len(tests), 2), np.nan)
    for i in np.flatnonzero((names == "chi_square") & np.isfinite(statistic)):
        n_households = int(tests.loc[i, ["n_group", "n_other"]].sum())
        limits[i] = cramers_v_limits(statistic[i], freedom[i], n_households)
    return pd.DataFrame(
        {
            "test_id": tests["test_id"].astype("int64"),
            "p_value": p_values,
            "v_lower": limits[:, 0],
            "v_upper": limits[:, 1],
        }
    )


def fisher_p_value(
    n_group_level: int, n_other_level: int, n_group: int, n_other: int
) -> float:
    """Return the p-value of Fisher's exact test that both groups have a level alike.

    Parameters
    ----------
    n_group_level, n_other_level : int
        Households with the level.
    n_group, n_other : int
        All households of the two groups.
    """
    table = [
        [n_group_level, n_group - n_group_level],
        [n_other_level, n_other - n_other_level],
    ]
    return float(stats.fisher_exact(table).pvalue)


def cramers_v_limits(
    statistic: float, degrees_of_freedom: float, n_households: int
) -> tuple[float, float]:
    """Return the 95 % limits of Cramer's V of a table with two rows.

    They are the noncentralities under which a chi-square as large, or as small, as the
    one seen has a probability of 2.5 % (Smithson 2003, Confidence Intervals, chapter
    4), over the number of households. V of the population is the root of that, because
    the table has two rows. A limit is 0 if even no association makes the statistic
    that likely.

    Parameters
    ----------
    statistic : float
        Pearson's chi-square, 0 or more.
    degrees_of_freedom : float
        Columns of the table less one.
    n_households : int
    """

    def noncentrality(probability: float) -> float:
        """Return the noncentrality whose distribution has the statistic there."""

        def excess(noncentral: float) -> float:
            below = stats.ncx2.cdf(statistic, degrees_of_freedom, noncentral)
            return float(below) - probability

        if stats.chi2.cdf(statistic, degrees_of_freedom) <= probability:
            return 0.0
        # The mean of the distribution is the sum of both numbers.
        upper = 2 * statistic + 20 * (degrees_of_freedom + 2)
        return float(optimize.brentq(excess, 0, upper, xtol=1e-9))

    return tuple(
        min(1.0, float(np.sqrt(noncentrality(probability) / n_households)))
        for probability in (1 - TAIL, TAIL)
    )
