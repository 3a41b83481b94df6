"""Profiles, differences and pictures of the real year's segments against libraries.

The tables are recomputed with pandas, scipy and statsmodels from household rows, not
from the models in between. Sums of 12 decimal places agree to EXACT; a higher moment,
in which their errors are cubed, to the tolerance at its test.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.stats.contingency import association
from statsmodels.stats.multitest import multipletests

from retail_uplift.customers.clustering import fit_clusters
from retail_uplift.customers.segmentation import fit_nmf, score_factors

EXACT = {"rtol": 1e-8, "atol": 1e-8}

DEMOGRAPHICS = [
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_composition",
    "kids_count",
]
SECOND_HALF = ["sales", "visits", "has_redeemed"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def seed(real) -> pd.DataFrame:
    return real.sql("from seeds.features order by position").df().set_index("feature")


@pytest.fixture(scope="module")
def households(real) -> pd.DataFrame:
    return real.sql("from marts.dim_households").df().set_index("household_id")


@pytest.fixture(scope="module")
def features(households, seed) -> pd.DataFrame:
    return households[list(seed.index)].astype(float)


@pytest.fixture(scope="module")
def second_half(real) -> pd.DataFrame:
    """What households do from day 184 on, by their segments of days 1 to 182."""
    frame = real.sql(
        "select household_id, "
        "coalesce(sum(sales_value) filter (day >= 184), 0)::double as sales, "
        "count(distinct basket_id) filter (day >= 184)::double as visits, "
        "count(*) filter (day <= 182) > 0 as is_placed, "
        "household_id in (select household_id from staging.stg_coupon_redemptions "
        "where day >= 184) as has_redeemed "
        "from staging.stg_transactions group by household_id order by household_id"
    ).df()
    segments = real.sql(
        "select household_id, segment_id from intermediate.int_household_segments "
        "where window_id = 'first_half'"
    ).df()
    placed = frame[frame["is_placed"]].merge(segments, on="household_id")
    return placed.set_index("household_id")


@pytest.fixture(scope="module")
def tests(real) -> pd.DataFrame:
    frame = real.sql("from evidence.fct_segment_tests").df()
    return frame.set_index(["variable", "test"])


# --- features -----------------------------------------------------------------------


def test_diagnostics_equal_pandas(real, seed, features):
    built = real.sql("from evidence.fct_feature_diagnostics").df().set_index("feature")
    assert list(built.index) == list(seed.index)
    expected = pd.DataFrame(
        {
            "n_missing": features.isna().sum(),
            "mean_value": features.mean(),
            "std_dev": features.std(),
            "zero_share": (features == 0).sum() / features.notna().sum(),
            "min_value": features.min(),
            "max_value": features.max(),
        }
        | {
            f"p{percent:02}": features.quantile(percent / 100)
            for percent in (1, 10, 25, 50, 75, 90, 99)
        }
    )
    np.testing.assert_allclose(built[expected.columns], expected, **EXACT)
    np.testing.assert_allclose(built["skewness"], features.skew(), rtol=1e-7)
    assert (built["n_households"] == len(features)).all()


# --- profiles -----------------------------------------------------------------------


def test_profiles_equal_pandas(real, seed, households, features):
    built = real.sql("from marts.fct_segment_profiles").df()
    built = built.set_index(["segment_id", "feature"]).sort_index()
    groups = features.groupby(households["segment_id"])
    wide = {
        "n_values": groups.count(),
        "mean_value": groups.mean(),
        "std_dev": groups.std(),
        "p10": groups.quantile(0.1),
        "p50": groups.median(),
        "p90": groups.quantile(0.9),
    }
    wide["z_score"] = (wide["mean_value"] - features.mean()) / features.std()
    wide["segment_rank"] = wide["mean_value"].rank(ascending=False, method="min")
    for column, frame in wide.items():
        expected = frame.rename_axis(columns="feature").stack().sort_index()
        assert expected.index.equals(built.index), column
        np.testing.assert_allclose(built[column], expected, err_msg=column, **EXACT)
    # Deviations from all households cancel out.
    weighted = built["z_score"] * built["n_households"]
    complete = features.columns[features.notna().all()]
    sums = weighted.groupby("feature").sum()[complete]
    np.testing.assert_allclose(sums, 0, atol=1e-6)


def test_shares_are_the_lorenz_curve_of_segment_means(real, households):
    built = real.sql("from marts.dim_segments order by segment_id").df()
    sales = households["monetary_sales"].astype(float)
    groups = sales.groupby(households["segment_id"])
    order = groups.mean().sort_values(ascending=False).index
    assert order.tolist() == built["segment_id"].tolist()
    np.testing.assert_allclose(
        built[["cumulative_household_share", "cumulative_sales_share", "sales_index"]],
        np.column_stack(
            [
                groups.size()[order].cumsum() / len(sales),
                groups.sum()[order].cumsum() / sales.sum(),
                groups.mean()[order] / sales.mean(),
            ]
        ),
        **EXACT,
    )
    # No segment curve lies above that of single households.
    single = sales.sort_values(ascending=False).cumsum().to_numpy() / sales.sum()
    n_best = built["n_households"].cumsum() - 1
    assert (built["cumulative_sales_share"] <= single[n_best] + 1e-12).all()


def test_every_segment_has_the_strategy_of_its_words(real):
    """By the words of the name, which the rule itself does not read."""
    segments = real.sql("from marts.dim_segments").df()
    for row in segments.itertuples():
        lapsing = row.segment_name.startswith("Lapsing ")
        value = row.segment_name.removeprefix("Lapsing ").split(" ")[0]
        priority = {"High": "High", "Mid": "Medium", "Low": "Low"}[value]
        assert row.priority == ("Low" if lapsing else priority)
        assert (row.strategy == "Win back") == lapsing
        if not lapsing and "Regular" in row.main_factor.split(" & ")[0]:
            assert row.strategy in {"Retain", "Strengthen", "Upgrade", "Activate"}


def test_pictures_equal_means_of_features_and_scores(real, households, features):
    built = real.sql("from evidence.fct_segment_positioning").df()
    assert built["pair_id"].nunique() == 8
    assert len(built) == 8 * households["segment_id"].nunique()
    scores = real.sql(
        "from evidence.fct_household_factors where window_id = 'full'"
    ).df()
    scores = scores.set_index("household_id").loc[features.index]
    numbers = real.sql(
        "select distinct factor_name, factor from evidence.fct_factor_loadings"
    )
    for name, number in numbers.fetchall():
        scores[name] = scores[f"factor_{number}"]
    axes = pd.concat([features, scores.drop(columns="window_id")], axis=1)
    means = axes.groupby(households["segment_id"]).mean()
    for row in built.itertuples():
        for axis in "xy":
            variable = getattr(row, f"{axis}_variable")
            mean = getattr(row, axis)
            population = getattr(row, f"{axis}_population")
            assert mean == pytest.approx(means.loc[row.segment_id, variable])
            assert population == pytest.approx(axes[variable].mean())
            side = "high" if mean >= population else "low"
            assert f"{side} {axis}" in row.quadrant
    # The first picture is the source study's one: loyalty by deals, two factors.
    loadings = real.sql("from evidence.fct_factor_loadings").df()
    for axis, feature in (("x", "purchase_regularity"), ("y", "discount_usage_pct")):
        own = loadings[loadings["feature"] == feature]
        strongest = own.loc[own["loading"].idxmax(), "factor_name"]
        first = built[built["pair_id"] == 1]
        assert set(first[f"{axis}_variable"]) == {strongest}


# --- differences --------------------------------------------------------------------


def check_numbers(tests, variable: str, values: pd.Series, segments: pd.Series) -> None:
    """Compare with least squares on segment dummies, and the same on ranks."""
    values = values.dropna()
    dummies = pd.get_dummies(segments.loc[values.index], dtype=float)
    fit = sm.OLS(values, sm.add_constant(dummies.iloc[:, 1:])).fit()
    anova = tests.loc[(variable, "anova")]
    np.testing.assert_allclose(
        [anova["statistic"], anova["p_value"], anova["effect_size"]],
        [fit.fvalue, fit.f_pvalue, fit.rsquared],
        rtol=1e-6,
        atol=1e-12,
    )
    on_ranks = sm.OLS(values.rank(), fit.model.exog).fit()
    ranks = tests.loc[(variable, "kruskal_wallis")]
    n_steps = dummies.shape[1] - 1
    h = (len(values) - 1) * on_ranks.rsquared
    np.testing.assert_allclose(
        [ranks["statistic"], ranks["p_value"], ranks["effect_size"]],
        [h, stats.chi2.sf(h, n_steps), on_ranks.rsquared],
        rtol=1e-6,
        atol=1e-12,
    )
    assert ranks["chance_effect_size"] == pytest.approx(n_steps / (len(values) - 1))
    assert anova["n_values"] == ranks["n_values"] == len(values)


def check_categories(
    tests, variable: str, values: pd.Series, segments: pd.Series
) -> None:
    """Compare with the likelihood of no association, cell by cell."""
    values = values.dropna()
    counts = pd.crosstab(segments.loc[values.index], values).to_numpy()
    n = counts.sum()
    expected = counts.sum(1, keepdims=True) * counts.sum(0, keepdims=True) / n
    statistic = ((counts - expected) ** 2 / expected).sum()
    row = tests.loc[(variable, "chi_square")]
    degrees = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    np.testing.assert_allclose(
        [row["statistic"], row["p_value"], row["effect_size"]],
        [statistic, stats.chi2.sf(statistic, degrees), association(counts)],
        rtol=1e-9,
    )
    assert row["small_cell_share"] == pytest.approx((expected < 5).mean())
    assert row["n_values"] == n


def test_tests_of_features_equal_regressions(tests, seed, households, features):
    for feature in seed.index:
        check_numbers(tests, feature, features[feature], households["segment_id"])
    circular = tests[tests["is_circular"]].index.get_level_values("variable")
    assert set(circular) == set(seed.index[seed["is_reduced"]])


def test_tests_of_demographics_equal_scipy(tests, households):
    for name in DEMOGRAPHICS:
        check_categories(tests, name, households[name], households["segment_id"])


def test_tests_of_the_second_half_use_segments_of_the_first(tests, second_half):
    segments = second_half["segment_id"]
    for name in SECOND_HALF[:2]:
        check_numbers(tests, f"second_half_{name}", second_half[name], segments)
    name = "second_half_has_redeemed"
    check_categories(tests, name, second_half["has_redeemed"], segments)
    held_out = tests[tests["is_held_out"]].index.get_level_values("variable")
    assert set(held_out) == {
        *DEMOGRAPHICS,
        *(f"second_half_{name}" for name in SECOND_HALF),
    }


def test_q_values_equal_statsmodels(tests):
    for _, family in tests.groupby("is_held_out"):
        _, q_values, _, _ = multipletests(family["p_value"], method="fdr_bh")
        np.testing.assert_allclose(family["q_value"], q_values, rtol=1e-12)


def test_chance_effect_sizes_are_what_shuffled_segments_show(tests, households):
    generator = np.random.default_rng(7)
    known = households.dropna(subset=["age"])
    shuffled = [
        association(
            pd.crosstab(
                generator.permutation(known["segment_id"].to_numpy()), known["age"]
            )
        )
        for _ in range(200)
    ]
    # The root of a mean square lies a little above the mean.
    chance = tests.loc[("age", "chi_square"), "chance_effect_size"]
    assert np.sqrt(np.mean(np.square(shuffled))) == pytest.approx(chance, rel=0.05)


def test_a_map_drawn_on_the_first_half_alone_foretells_as_much(
    real, tests, second_half
):
    """The frozen centroids have seen the second half: it is not why they work.

    Loadings and centroids are fitted anew; only the ranges of the scale are the year's.
    """
    scaled = real.sql(
        "from intermediate.int_scaled_features "
        "where window_id = 'first_half' and is_reduced "
        "order by household_id, position"
    ).df()
    names = list(scaled["feature"].drop_duplicates())
    wide = scaled.pivot(index="household_id", columns="feature", values="scaled_value")
    wide = wide.loc[second_half.index].reset_index()
    chosen = real.sql(
        "select max(factor), count(distinct segment_id) "
        "from evidence.fct_factor_loadings cross join marts.dim_segments"
    ).fetchone()
    loadings = fit_nmf(wide, features=names, n_factors=chosen[0], seed=42)
    scores = score_factors(wide, loadings=loadings, keys=["household_id"])
    points = scores.set_index("household_id")
    model = fit_clusters(points.to_numpy(), "k_means", chosen[1], seed=42)
    own_segments = pd.Series(model.assign(points.to_numpy()), points.index)
    for name in SECOND_HALF[:2]:
        samples = second_half[name].groupby(own_segments).apply(list)
        epsilon = stats.kruskal(*samples).statistic / (len(points) - 1)
        frozen = tests.loc[(f"second_half_{name}", "kruskal_wallis"), "effect_size"]
        assert epsilon > 0.9 * frozen
