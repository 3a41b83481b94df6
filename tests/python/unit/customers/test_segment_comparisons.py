"""Tests of the tests of segment differences."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.contingency_tables import Table

from retail_uplift.customers.segment_comparisons import compare_segments


def numbers(variable: str, samples: dict[int, list[float]]) -> pd.DataFrame:
    """Return the rows of a variable of numbers, household by household."""
    pairs = [(segment, value) for segment, row in samples.items() for value in row]
    return pd.DataFrame(
        {
            "variable": variable,
            "household_id": range(1, len(pairs) + 1),
            "segment_id": [segment for segment, _ in pairs],
            "number_value": [float(value) for _, value in pairs],
            "category_value": None,
        }
    )


def categories(variable: str, samples: dict[int, str]) -> pd.DataFrame:
    """Return the rows of a variable whose categories are letters."""
    pairs = [(segment, letter) for segment, row in samples.items() for letter in row]
    return pd.DataFrame(
        {
            "variable": variable,
            "household_id": range(1, len(pairs) + 1),
            "segment_id": [segment for segment, _ in pairs],
            "number_value": np.nan,
            "category_value": [letter for _, letter in pairs],
        }
    )


def noisy(seed: int) -> pd.DataFrame:
    """Return three segments of unequal size, with ties."""
    generator = np.random.default_rng(seed)
    return numbers(
        "spend",
        {
            segment: list(generator.gamma(2, 10, size=20 * segment).round() + segment)
            for segment in (1, 2, 3)
        },
    )


def by_test(result: pd.DataFrame) -> pd.DataFrame:
    return result.set_index("test")


def test_anova_and_kruskal_wallis_by_hand():
    """Means 2, 3, 7 about 4: F = (3 * 14 / 2) / (6 / 6); ranks sum to 8, 13, 24."""
    values = numbers("spend", {1: [1, 2, 3], 2: [2, 3, 4], 3: [6, 7, 8]})
    result = compare_segments(values)
    assert result["test"].tolist() == ["anova", "kruskal_wallis"]
    anova, ranks = (row for _, row in result.iterrows())
    assert anova["statistic"] == pytest.approx(21.0)
    assert (anova["degrees_of_freedom"], anova["degrees_within"]) == (2, 6)
    # The upper tail of F with two and d degrees has a closed form.
    assert anova["p_value"] == pytest.approx((1 + 2 * 21 / 6) ** (-6 / 2))
    # Ranks 1, 2.5, 4.5 / 2.5, 4.5, 6 / 7, 8, 9; two pairs of ties.
    h = 12 / (9 * 10) * (8**2 + 13**2 + 24**2) / 3 - 3 * 10
    h /= 1 - 2 * (2**3 - 2) / (9**3 - 9)
    assert ranks["statistic"] == pytest.approx(h)
    # As has chi-square with two degrees.
    assert ranks["p_value"] == pytest.approx(np.exp(-h / 2))
    assert ranks["n_values"] == 9
    assert ranks["n_segments"] == 3
    assert ranks["degrees_of_freedom"] == 2
    assert np.isnan(ranks["degrees_within"])
    assert np.isnan(ranks["n_categories"])


def test_chi_square_by_hand():
    """Rows (6, 2) and (2, 6): all expected counts are 4, so 4 * 2^2 / 4."""
    result = compare_segments(categories("age", {1: "a" * 6 + "b" * 2, 2: "aabbbbbb"}))
    (row,) = (row for _, row in result.iterrows())
    assert row["test"] == "chi_square"
    assert row["statistic"] == pytest.approx(4.0)
    assert row["degrees_of_freedom"] == 1
    # One degree: the square of a standard normal.
    assert row["p_value"] == pytest.approx(2 * stats.norm.sf(2))
    assert (row["n_segments"], row["n_categories"]) == (2, 2)
    assert row["small_cell_share"] == 1.0


def test_small_cells_are_those_with_an_expected_count_below_five():
    """Expected: 5 and 5, 4 and 4; a count of exactly 5 is not small."""
    values = categories("age", {1: "a" * 9 + "b", 2: "b" * 8})
    result = compare_segments(values)
    assert result["small_cell_share"].tolist() == [0.5]


@pytest.mark.parametrize("seed", range(5))
def test_numbers_equal_a_linear_model_and_the_same_on_ranks(seed: int):
    values = noisy(seed)
    result = by_test(compare_segments(values))
    table = anova_lm(smf.ols("number_value ~ C(segment_id)", values).fit())
    assert result.loc["anova", "statistic"] == pytest.approx(table["F"].iloc[0])
    assert result.loc["anova", "p_value"] == pytest.approx(table["PR(>F)"].iloc[0])
    # H is the share of the ranks' variance between segments, times n - 1.
    ranks = values.assign(number_value=values["number_value"].rank())
    r_squared = smf.ols("number_value ~ C(segment_id)", ranks).fit().rsquared
    h = (len(values) - 1) * r_squared
    assert result.loc["kruskal_wallis", "statistic"] == pytest.approx(h)
    assert result.loc["kruskal_wallis", "p_value"] == pytest.approx(stats.chi2.sf(h, 2))


def test_categories_equal_statsmodels():
    generator = np.random.default_rng(3)
    values = categories(
        "age", {j: "".join(generator.choice(list("abcd"), 30 + j)) for j in range(1, 6)}
    )
    (row,) = (row for _, row in compare_segments(values).iterrows())
    table = Table(
        pd.crosstab(values["segment_id"], values["category_value"]), shift_zeros=False
    )
    expected = table.test_nominal_association()
    assert row["statistic"] == pytest.approx(expected.statistic)
    assert row["p_value"] == pytest.approx(expected.pvalue)
    assert row["degrees_of_freedom"] == expected.df == 12


def test_p_values_are_uniform_where_segments_are_alike():
    generator = np.random.default_rng(11)
    p_values = [
        compare_segments(
            numbers("spend", {j: list(generator.normal(size=15)) for j in range(4)})
        )["p_value"]
        for _ in range(300)
    ]
    for test in range(2):
        assert stats.kstest([p.iloc[test] for p in p_values], "uniform").pvalue > 0.01


def test_the_order_of_rows_does_not_move_a_bit():
    values = pd.concat([noisy(1), categories("age", {1: "aab", 2: "abb"})])
    shuffled = values.sample(frac=1, random_state=5)
    pd.testing.assert_frame_equal(
        compare_segments(values), compare_segments(shuffled), check_exact=True
    )


def test_variables_come_in_the_order_of_their_names():
    values = pd.concat([noisy(1), categories("age", {1: "aab", 2: "abb"})])
    result = compare_segments(values)
    assert list(zip(result["variable"], result["test"], strict=True)) == [
        ("age", "chi_square"),
        ("spend", "anova"),
        ("spend", "kruskal_wallis"),
    ]


@pytest.mark.parametrize(
    ("values", "untestable"),
    [
        (numbers("x", {1: [1, 2, 3]}), ["anova", "kruskal_wallis"]),
        (numbers("x", {1: [4, 4], 2: [4, 4]}), ["anova", "kruskal_wallis"]),
        # Segments differ, households within them do not: only ranks can be tested.
        (numbers("x", {1: [1, 1], 2: [2, 2]}), ["anova"]),
        (numbers("x", {1: [1], 2: [2], 3: [3]}), ["anova"]),
        (categories("x", {1: "ab"}), ["chi_square"]),
        (categories("x", {1: "aa", 2: "a"}), ["chi_square"]),
    ],
)
def test_what_cannot_be_tested_has_no_p_value(
    values: pd.DataFrame, untestable: list[str]
):
    result = by_test(compare_segments(values))
    missing = result.index[result["p_value"].isna()].tolist()
    assert missing == untestable
    assert result["statistic"].isna().tolist() == result["p_value"].isna().tolist()


def test_bad_values_are_refused():
    good = noisy(1)
    with pytest.raises(ValueError, match="repeats a row"):
        compare_segments(pd.concat([good, good]))
    with pytest.raises(ValueError, match="lacks the columns"):
        compare_segments(good.drop(columns="segment_id"))
    with pytest.raises(ValueError, match="has no rows"):
        compare_segments(good.iloc[:0])
    with pytest.raises(ValueError, match="NULL in segment_id"):
        compare_segments(good.assign(segment_id=np.nan))
    with pytest.raises(ValueError, match="without a value, or with two"):
        compare_segments(good.assign(category_value="a"))
    with pytest.raises(ValueError, match="without a value, or with two"):
        compare_segments(good.assign(number_value=np.nan))
    with pytest.raises(ValueError, match="infinite"):
        compare_segments(good.assign(number_value=np.inf))
    mixed = good.astype({"category_value": object})
    mixed.loc[0, ["number_value", "category_value"]] = [np.nan, "a"]
    with pytest.raises(ValueError, match="mixes numbers and categories"):
        compare_segments(mixed)
