"""Distributions, associations and group differences of the real year against scipy.

Everything is recomputed from `dim_households`, the demographics in it and the staged
campaigns, not from the models in between.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.multitest import multipletests

DEMOGRAPHICS = [
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_composition",
    "kids_count",
]
BINARY = ["active_last_4w", "active_last_12w", "was_sent", "has_redeemed"]
NUMBER_TESTS = ("welch", "mann_whitney")
EXACT = {"rtol": 1e-8, "atol": 1e-8}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def seed(real) -> pd.DataFrame:
    return real.sql("from seeds.features order by position").df().set_index("feature")


@pytest.fixture(scope="module")
def households(real, seed) -> pd.DataFrame:
    """All variables of all households; what is 0 or 1 as no or yes."""
    frame = real.sql(
        "select *, household_id in (select household_id from staging."
        "stg_campaign_targets where is_sent) as was_sent, household_id in "
        "(select household_id from staging.stg_coupon_redemptions) as has_redeemed "
        "from marts.dim_households order by household_id"
    ).df()
    frame = frame[[*seed.index, *DEMOGRAPHICS, "was_sent", "has_redeemed"]]
    numbers = [name for name in seed.index if name not in BINARY]
    frame = frame.astype(dict.fromkeys(numbers, float))
    for name in BINARY:
        frame[name] = frame[name].astype(bool).map({True: "yes", False: "no"})
    return frame


@pytest.fixture(scope="module")
def sides(households) -> dict[str, pd.Series]:
    """True in the group, False in the other one, NaN in neither, by quantiles."""
    sales, visits = households["monetary_sales"], households["frequency"]
    discount = households["discount_usage_pct"]
    third = pd.Series(np.nan, households.index).astype(object)
    third[discount > discount.quantile(2 / 3)] = True
    third[discount <= discount.quantile(1 / 3)] = False
    return {
        "high_value": sales > sales.quantile(0.75),
        "high_frequency": visits > visits.quantile(0.75),
        "discount_third": third,
        "redeemers": households["has_redeemed"] == "yes",
        "sent": households["was_sent"] == "yes",
    }


@pytest.fixture(scope="module")
def variables(households, sides) -> pd.DataFrame:
    names = {
        "high_value": ("top quarter by sales", "other three quarters"),
        "high_frequency": ("top quarter by visits", "other three quarters"),
        "discount_third": (
            "third with most on discount",
            "third with least on discount",
        ),
    }
    groups = {
        pair: sides[pair].map({True: most, False: least}).fillna("between")
        for pair, (most, least) in names.items()
    }
    return households.assign(**groups)


@pytest.fixture(scope="module")
def differences(real) -> pd.DataFrame:
    return real.sql("from evidence.fct_group_differences").df()


@pytest.fixture(scope="module")
def associations(real) -> pd.DataFrame:
    return real.sql("from evidence.fct_association_matrix").df()


def corrected_v(counts: np.ndarray) -> float:
    """Cramer's V of Bergsma (2013), as he writes it."""
    n, (r, c) = counts.sum(), counts.shape
    phi = stats.chi2_contingency(counts, correction=False).statistic / n
    phi = max(0.0, phi - (r - 1) * (c - 1) / (n - 1))
    r, c = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi / min(r - 1, c - 1)))


def kind_of(variables: pd.DataFrame, name: str) -> str:
    return "number" if variables[name].dtype == float else "levels"


# --- group differences --------------------------------------------------------------


def test_every_pair_of_groups_has_every_variable_and_all_of_its_levels(
    differences, variables, sides
):
    expected = set()
    for pair, side in sides.items():
        compared = variables[side.notna()]
        for name in variables:
            levels = sorted(compared[name].dropna().unique())
            if kind_of(variables, name) == "number":
                expected |= {(pair, name, test, "all") for test in NUMBER_TESTS}
            elif len(levels) > 1:
                kept = levels if len(levels) > 2 else levels[1:]
                expected |= {(pair, name, "fisher", level) for level in kept}
                expected.add((pair, name, "chi_square", "all"))
    built = differences[["group_pair", "variable", "test", "level"]]
    assert set(built.itertuples(index=False, name=None)) == expected


def test_tests_of_numbers_equal_scipy(differences, variables, sides):
    rows = differences[differences["test"].isin(NUMBER_TESTS)]
    for row in rows.itertuples():
        side = sides[row.group_pair]
        ours = variables.loc[side.eq(True), row.variable]
        others = variables.loc[side.eq(False), row.variable]
        assert row.n_missing_group == ours.isna().sum()
        assert row.n_missing_other == others.isna().sum()
        ours, others = ours.dropna(), others.dropna()
        assert (row.n_group, row.n_other) == (len(ours), len(others))
        is_mean = row.test == "welch"
        centre = np.mean if is_mean else np.median
        assert row.group_value == pytest.approx(centre(ours), rel=1e-9)
        assert row.other_value == pytest.approx(centre(others), rel=1e-9)
        if row.is_by_definition:
            continue
        if is_mean:
            found = stats.ttest_ind(ours, others, equal_var=False)
            assert row.statistic == pytest.approx(found.statistic, rel=1e-7)
            assert row.degrees_of_freedom == pytest.approx(found.df, rel=1e-7)
            spread = np.sqrt((ours.var() + others.var()) / 2)
            effect = (ours.mean() - others.mean()) / spread
        else:
            found = stats.mannwhitneyu(ours, others, method="asymptotic")
            wins = found.statistic / (len(ours) * len(others))
            effect = 2 * wins - 1
        assert row.p_value == pytest.approx(found.pvalue, rel=1e-6, abs=1e-300)
        assert row.effect_size == pytest.approx(effect, rel=1e-7, abs=1e-9)


def test_tests_of_levels_equal_scipy_and_statsmodels(differences, variables, sides):
    rows = differences[~differences["test"].isin(NUMBER_TESTS)]
    for row in rows[~rows["is_by_definition"]].itertuples():
        side = sides[row.group_pair]
        values = variables.loc[side.notna(), row.variable].dropna()
        is_group = side[values.index].eq(True)
        if row.test == "chi_square":
            counts = pd.crosstab(is_group, values).to_numpy()
            found = stats.chi2_contingency(counts, correction=False)
            small = (found.expected_freq < 5).mean()
            expected = [found.statistic, found.pvalue, corrected_v(counts), small]
            shown = [row.statistic, row.p_value, row.effect_size, row.small_cell_share]
            np.testing.assert_allclose(shown, expected, rtol=1e-6, atol=1e-6)
            continue
        has = values.eq(row.level)
        a, b = (has & is_group).sum(), (~has & is_group).sum()
        c, d = (has & ~is_group).sum(), (~has & ~is_group).sum()
        table = np.array([[a, b], [c, d]])
        assert row.p_value == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)
        odds = Table2x2(table + 0.5 * (table.min() == 0), shift_zeros=False)
        np.testing.assert_allclose(
            [row.effect_size, row.ci_lower, row.ci_upper],
            [odds.oddsratio, *odds.oddsratio_confint()],
            rtol=1e-9,
        )
        shares = [row.group_value, row.other_value]
        np.testing.assert_allclose(shares, [a / (a + b), c / (c + d)])


def test_intervals_of_numbers_hold_the_effect_of_resampled_groups(
    differences, variables, sides
):
    """A bootstrap knows neither formula of a variance."""
    generator = np.random.default_rng(3)
    rows = differences[differences["group_pair"] == "redeemers"]
    rows = rows.set_index(["variable", "test"])
    for name in ("share_fresh", "monetary_sales", "private_label_ratio"):
        side = sides["redeemers"]
        ours = variables.loc[side, name].dropna().to_numpy()
        others = variables.loc[~side, name].dropna().to_numpy()
        drawn = {test: [] for test in NUMBER_TESTS}
        for _ in range(300):
            x = generator.choice(ours, len(ours))
            y = generator.choice(others, len(others))
            spread = np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2)
            drawn["welch"].append((x.mean() - y.mean()) / spread)
            u = stats.mannwhitneyu(x, y, method="asymptotic").statistic
            drawn["mann_whitney"].append(2 * u / (len(x) * len(y)) - 1)
        for test, effects in drawn.items():
            row = rows.loc[(name, test)]
            width = row["ci_upper"] - row["ci_lower"]
            assert 2 * 1.96 * np.std(effects) == pytest.approx(width, rel=0.2)


def test_q_values_equal_statsmodels(differences):
    tested = differences[differences["p_value"].notna()]
    for _, family in tested.groupby(["group_pair", "repeats_definition"]):
        _, q_values, _, _ = multipletests(family["p_value"], method="fdr_bh")
        np.testing.assert_allclose(family["q_value"], q_values, rtol=1e-12)


def test_definitions_are_not_tested_and_their_repeats_are_named(differences):
    marked = differences[differences["is_by_definition"]]
    by_pair = marked.groupby("group_pair")["variable"].agg(set)
    assert by_pair.to_dict() == {
        "high_value": {"high_value", "monetary_sales"},
        "high_frequency": {"high_frequency", "frequency"},
        "discount_third": {"discount_third", "discount_usage_pct"},
        "redeemers": {"has_redeemed"},
        "sent": {"was_sent"},
    }
    repeats = differences[differences["repeats_definition"]]
    assert ("high_value", "monetary_actual") in set(
        repeats[["group_pair", "variable"]].itertuples(index=False, name=None)
    )


# --- associations -------------------------------------------------------------------


@pytest.fixture(scope="module")
def numbers(real, households, seed) -> pd.DataFrame:
    """Features, 0 and 1, and the numbers that stand for ordered levels."""
    levels = real.sql("from seeds.demographic_levels").df()
    frame = households[list(seed.index)].copy()
    for name in BINARY:
        frame[name] = households[name].map({"yes": 1.0, "no": 0.0})
    for name in DEMOGRAPHICS:
        value = levels[levels["attribute"] == name].set_index("level")["value"]
        if value.nunique() > 2:
            frame[name] = households[name].map(value)
    return frame


def test_correlations_equal_pandas(associations, numbers):
    r = {"pearson": numbers.corr(), "spearman": numbers.corr("spearman")}
    r["point_biserial"] = r["pearson"]
    for coefficient, expected in r.items():
        rows = associations[associations["coefficient"] == coefficient]
        found = [
            expected.loc[a, b]
            for a, b in zip(rows["variable"], rows["other_variable"], strict=True)
        ]
        np.testing.assert_allclose(rows["value"], found, **EXACT)


def test_other_associations_equal_scipy_and_regressions(associations, households):
    for row in associations.itertuples():
        if row.coefficient not in ("eta", "cramers_v"):
            continue
        pair = households[[row.variable, row.other_variable]].dropna()
        assert row.n_households == len(pair)
        if row.coefficient == "cramers_v":
            counts = pd.crosstab(pair.iloc[:, 0], pair.iloc[:, 1]).to_numpy()
            assert row.value == pytest.approx(corrected_v(counts), abs=1e-6)
            continue
        dummies = pd.get_dummies(pair[row.other_variable], dtype=float)
        fit = sm.OLS(pair[row.variable], dummies).fit()
        assert row.value == pytest.approx(np.sqrt(fit.rsquared), rel=1e-7)


def test_the_matrix_has_every_pair_with_its_coefficients(associations, seed):
    features = [name for name in seed.index if name not in BINARY]
    n, ordered = len(features), 4
    counts = associations["coefficient"].value_counts().to_dict()
    levels = len(DEMOGRAPHICS) + len(BINARY)
    assert counts == {
        "pearson": n * (n - 1) // 2,
        "spearman": n * (n - 1) // 2 + n * ordered + ordered * (ordered - 1) // 2,
        "point_biserial": n * len(BINARY),
        "eta": n * len(DEMOGRAPHICS),
        "cramers_v": levels * (levels - 1) // 2,
    }
    assert (associations["position"] < associations["other_position"]).all()


def test_p_values_are_those_of_shuffled_values(associations, households):
    """One formula for all coefficients, against what chance makes of real values."""
    generator = np.random.default_rng(11)
    rows = associations.set_index(["variable", "other_variable", "coefficient"])
    for key in (
        ("recency", "monetary_avg_basket_sales", "pearson"),
        ("share_bakery", "kids_count", "eta"),
        ("home_ownership", "was_sent", "cramers_v"),
    ):
        pair = households[list(key[:2])].dropna()
        x = pair.iloc[:, 0].to_numpy()
        y = pair.iloc[:, 1].to_numpy()
        statistic = {
            "pearson": lambda x, y: abs(np.corrcoef(x, y)[0, 1]),
            "eta": lambda x, y: (
                stats.f_oneway(*(x[y == level] for level in np.unique(y))).statistic
            ),
            "cramers_v": lambda x, y: (
                stats.chi2_contingency(pd.crosstab(x, y), correction=False).statistic
            ),
        }[key[2]]
        drawn = [statistic(x, generator.permutation(y)) for _ in range(200)]
        share = np.mean(np.array(drawn) >= statistic(x, y))
        p_value = rows.loc[key, "p_value"]
        error = np.sqrt(max(p_value * (1 - p_value), 1e-4) / 200)
        assert abs(share - p_value) < 3.5 * error


def test_strong_pairs_are_those_that_the_reasons_speak_of(associations, seed):
    strong = associations["value"].abs() >= 0.7
    assert (associations["is_strong"] == strong).all()
    kept = seed["is_reduced"]
    pairs = associations[associations["coefficient"] == "pearson"]
    both = pairs["variable"].map(kept).eq(True) & pairs["other_variable"].map(kept).eq(
        True
    )
    # The source study says that no such pair is left.
    assert (both & pairs["is_strong"]).any()
    assert (pairs["kept_because"].notna() == (both & pairs["is_strong"])).all()


# --- distributions and histories ----------------------------------------------------


def test_histograms_equal_numpy(real, seed, households):
    bars = real.sql("from evidence.fct_feature_histograms").df()
    assert list(bars["feature"].drop_duplicates()) == list(seed.index)
    for feature, rows in bars.groupby("feature"):
        values = households[feature]
        if feature in BINARY:
            values = values.map({"yes": 1.0, "no": 0.0})
        values = values.dropna()
        low, high = values.quantile([0.01, 0.99])
        edges = np.linspace(low, high, 21)
        np.testing.assert_allclose(rows["from_value"], edges[:-1], **EXACT)
        np.testing.assert_allclose(rows["to_value"], edges[1:], **EXACT)
        counts, _ = np.histogram(values.clip(low, high), edges)
        # A value on an edge may be rounded to either side of it.
        assert np.abs(np.cumsum(rows["n_households"] - counts)).max() <= sum(
            np.isclose(values, edge, rtol=1e-9).sum() for edge in edges
        )
        assert rows["n_households"].sum() == len(values)
        np.testing.assert_allclose(
            rows["household_share"], rows["n_households"] / len(values)
        )


def test_histories_equal_pandas(real):
    built = real.sql("from marts.dim_households order by household_id").df()
    built = built.set_index("household_id")
    days = real.sql(
        "select household_id, day, sum(sales_value)::double as sales, "
        "count(distinct basket_id) as visits from staging.stg_transactions group by all"
    ).df()
    end = days["day"].max()
    first = days.groupby("household_id")["day"].min()
    assert (built["tenure_days"] == end - first).all()
    n_earlier = end - 56 - first + 1
    for name in ("sales", "visits"):
        late = days[days["day"] > end - 56].groupby("household_id")[name].sum()
        early = days[days["day"] <= end - 56].groupby("household_id")[name].sum()
        rate = late.reindex(first.index).fillna(0) / 56
        trend = (rate / (early / n_earlier)).where(n_earlier >= 28)
        np.testing.assert_allclose(built[f"{name}_trend"], trend, rtol=1e-9)
        feature = {"sales": "monetary_sales", "visits": "frequency"}[name]
        ranks = built[feature].astype(float).rank(method="min")
        expected = (ranks - 1) / (len(built) - 1)
        np.testing.assert_allclose(built[f"{name}_rank"], expected, rtol=1e-12)
    sent = real.sql(
        "select household_id, campaign_type, count(*) as n from staging."
        "stg_campaign_targets join staging.stg_campaigns using (campaign_id) "
        "where is_sent group by all order by household_id, campaign_type"
    ).df()
    counts = sent.groupby("household_id")["n"].sum().reindex(built.index).fillna(0)
    assert (built["n_campaigns"] == counts).all()
    texts = (sent["campaign_type"] + ": " + sent["n"].astype(str)).groupby(
        sent["household_id"]
    )
    expected = texts.agg("; ".join).reindex(built.index)
    assert (built["campaigns_by_type"].fillna("") == expected.fillna("")).all()
