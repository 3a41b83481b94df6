"""Tests of the p-values and intervals of differences between two groups."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from retail_uplift.customers.group_comparisons import (
    cramers_v_limits,
    fisher_p_value,
    group_p_values,
)

NO_COUNTS = {"n_group_level": None, "n_other_level": None, "n_group": 50, "n_other": 50}


def rows(*tests: dict) -> pd.DataFrame:
    """Return tests numbered from 1, with what they leave out as NULL."""
    columns = {"statistic": None, "degrees_of_freedom": None, **NO_COUNTS}
    return pd.DataFrame(
        [{"test_id": i, **columns, **test} for i, test in enumerate(tests, start=1)]
    )


def test_p_values_by_hand():
    """Tails that have a closed form, and a lady who tastes tea."""
    tea = {"n_group_level": 3, "n_other_level": 1, "n_group": 4, "n_other": 4}
    result = group_p_values(
        rows(
            # Student's t with one degree of freedom is Cauchy's distribution.
            {"test": "welch", "statistic": -1.0, "degrees_of_freedom": 1.0},
            {"test": "mann_whitney", "statistic": 1.959963984540054},
            # Chi-square with two degrees of freedom is exponential.
            {"test": "chi_square", "statistic": 3.0, "degrees_of_freedom": 2.0},
            # Of 70 draws 1 + 16 + 16 + 1 are as rare as 3 of 4 cups (Fisher 1935).
            {"test": "fisher", **tea},
            {"test": "welch"},
        )
    )
    expected = [0.5, 0.05, np.exp(-1.5), 34 / 70, np.nan]
    np.testing.assert_allclose(result["p_value"], expected, rtol=1e-12)
    limits = result[["v_lower", "v_upper"]].notna().all(axis=1)
    assert limits.tolist() == [False, False, True, False, False]


def test_fisher_counts_tables_that_are_as_likely():
    generator = np.random.default_rng(5)
    for a, b in generator.integers(0, 9, size=(20, 2)):
        n_group, n_other = 8, 12
        drawn = stats.hypergeom(n_group + n_other, a + b, n_group)
        chances = drawn.pmf(np.arange(n_group + 1))
        expected = chances[chances <= drawn.pmf(a) * (1 + 1e-7)].sum()
        assert fisher_p_value(a, b, n_group, n_other) == pytest.approx(expected)


@pytest.mark.parametrize(("statistic", "degrees"), [(12.0, 1), (30.0, 4), (700.0, 11)])
def test_limits_of_v_are_where_the_statistic_is_rare(statistic: float, degrees: int):
    lower, upper = cramers_v_limits(statistic, degrees, 1000)
    above = stats.ncx2.sf(statistic, degrees, 1000 * lower**2)
    below = stats.ncx2.cdf(statistic, degrees, 1000 * upper**2)
    assert (above, below) == pytest.approx((0.025, 0.025), rel=1e-4)
    assert lower < np.sqrt(statistic / 1000) < upper + 0.05


def test_limits_of_v_end_at_no_association_and_at_a_perfect_one():
    assert cramers_v_limits(0.5, 1, 100)[0] == 0
    assert cramers_v_limits(0.0, 1, 100) == (0, 0)
    assert cramers_v_limits(100.0, 1, 100)[1] == 1


def test_limits_of_v_cover_the_v_of_the_population():
    """Two groups of 200, with a level that 30 and 45 % have: V is 0.155."""
    generator = np.random.default_rng(17)
    shares = np.array([0.3, 0.45])
    true_v = abs(shares[1] - shares[0]) / 2 / np.sqrt(0.375 * 0.625)
    covered = []
    for counts in generator.binomial(200, shares, size=(400, 2)):
        table = np.column_stack([counts, 200 - counts])
        statistic = stats.chi2_contingency(table, correction=False).statistic
        lower, upper = cramers_v_limits(statistic, 1, 400)
        covered.append(lower <= true_v <= upper)
    assert 0.92 <= np.mean(covered) <= 0.98


def test_the_order_of_rows_does_not_matter():
    tests = rows(
        {"test": "welch", "statistic": 2.0, "degrees_of_freedom": 9.5},
        {"test": "mann_whitney", "statistic": -1.0},
        {"test": "chi_square", "statistic": 9.0, "degrees_of_freedom": 3.0},
    )
    pd.testing.assert_frame_equal(
        group_p_values(tests), group_p_values(tests.iloc[::-1]), check_exact=True
    )


def test_no_tests_are_an_empty_frame_and_bad_ones_are_refused():
    tests = rows({"test": "welch", "statistic": 2.0, "degrees_of_freedom": 9.5})
    empty = group_p_values(tests.iloc[:0])
    assert list(empty.columns) == ["test_id", "p_value", "v_lower", "v_upper"]
    with pytest.raises(ValueError, match="unknown tests"):
        group_p_values(tests.assign(test="z"))
    with pytest.raises(ValueError, match="repeats a row"):
        group_p_values(pd.concat([tests, tests]))
    with pytest.raises(ValueError, match="lacks the columns"):
        group_p_values(tests.drop(columns="statistic"))
