"""Value tiers, need types and their matrix of the real year by scikit-learn and pandas.

The tables are recomputed from household rows and transactions, not from the models in
between.
"""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.cross_decomposition import PLSRegression
from sklearn.metrics import adjusted_rand_score, silhouette_score

# Sums of 12 decimal places and weights of 9.
EXACT = {"rtol": 1e-7, "atol": 1e-7}
CLUSTERINGS = {
    "needs": ["High", "Medium", "Low"],
    "needs_high": ["High"],
    "needs_medium": ["Medium"],
    "needs_low": ["Low"],
}
OPTIONS = {"across_tiers": "need_type", "within_tier": "need_type_in_tier"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def seed(real) -> pd.DataFrame:
    return real.sql("from seeds.features order by position").df().set_index("feature")


@pytest.fixture(scope="module")
def households(real) -> pd.DataFrame:
    return (
        real.sql("from marts.dim_households order by household_id")
        .df()
        .set_index("household_id")
    )


@pytest.fixture(scope="module")
def scaled(households, seed) -> pd.DataFrame:
    """Features filled by their rules and cut at the 1 % and 99 % quantiles."""
    values = households[list(seed.index)].astype(float)
    for feature, rule in seed["fill_rule"].items():
        fill = {"window_days": 365, "zero": 0, "median": values[feature].median()}
        fill |= {"visit_gap": 365, "repeat_visits": fill["median"]}
        values[feature] = values[feature].fillna(fill[rule])
    low, high = values.quantile(0.01), values.quantile(0.99)
    return ((values - low) / (high - low).replace(0, np.inf)).clip(0, 1)


@pytest.fixture(scope="module")
def matrix(real) -> pd.DataFrame:
    frame = real.sql("from marts.fct_value_need_matrix").df()
    return frame.set_index(["need_option", "value_tier", "need_type"])


@pytest.fixture(scope="module")
def category_sales(real) -> pd.DataFrame:
    """Sales of each household by category, from the raw lines."""
    return (
        real.sql(
            """
            select household_id, departments.macro_category as category,
                sum(sales_value)::double as sales
            from staging.stg_transactions
            left join staging.stg_products using (product_id)
            left join seeds.departments
                on coalesce(stg_products.department, 'UNKNOWN') = departments.department
            group by all
            """
        )
        .df()
        .pivot(index="household_id", columns="category", values="sales")
        .fillna(0)
    )


# --- value --------------------------------------------------------------------------


def test_value_scores_are_the_first_component_of_partial_least_squares(
    real, households, scaled, seed
):
    features = seed.index[seed["feature_role"] == "value"]
    sales = households["monetary_sales"].astype(float)
    model = PLSRegression(n_components=1, scale=True).fit(scaled[features], sales)
    weights = real.sql("from intermediate.int_value_weights").df()
    assert weights["feature"].tolist() == list(features)
    sign = np.sign(model.x_weights_[:, 0] @ weights["weight"])
    assert sign == np.sign(model.coef_[0] @ weights["weight"])
    np.testing.assert_allclose(
        weights["weight"], sign * model.x_weights_[:, 0], **EXACT
    )
    built = (
        real.sql("from intermediate.int_value_tiers order by household_id")
        .df()
        .set_index("household_id")["value_score"]
    )
    assert built.index.equals(scaled.index)
    np.testing.assert_allclose(built, sign * model.x_scores_[:, 0], rtol=0, atol=1e-6)


def test_tiers_are_the_top_fifth_the_next_three_tenths_and_the_rest(real, households):
    scores = real.sql(
        "select value_score from intermediate.int_value_tiers order by household_id"
    ).df()["value_score"]
    high, medium = np.quantile(scores, [0.8, 0.5])
    expected = np.select([scores >= high, scores >= medium], ["High", "Medium"], "Low")
    assert (households["value_tier"] == expected).all()
    shares = households["value_tier"].value_counts(normalize=True)
    np.testing.assert_allclose(
        shares[["High", "Medium", "Low"]], [0.2, 0.3, 0.5], atol=1e-3
    )


# --- needs --------------------------------------------------------------------------


@pytest.mark.parametrize("clustering", CLUSTERINGS)
def test_need_types_are_a_settled_k_means_of_the_need_features(
    real, households, scaled, seed, clustering
):
    ((n_clusters,),) = real.sql(
        "select n_clusters from intermediate.int_chosen_needs "
        f"where clustering = '{clustering}'"
    ).fetchall()
    is_member = households["value_tier"].isin(CLUSTERINGS[clustering])
    points = scaled.loc[is_member, seed.index[seed["feature_role"] == "need"]]
    settled = KMeans(n_clusters, n_init=50, random_state=7).fit(points)
    option = "across_tiers" if clustering == "needs" else "within_tier"
    built = households.loc[is_member, OPTIONS[option]]
    assert adjusted_rand_score(built, settled.labels_) > 0.99
    centroids = points.groupby(built.to_numpy()).transform("mean")
    inertia = ((points - centroids) ** 2).to_numpy().sum()
    assert inertia == pytest.approx(settled.inertia_, rel=1e-4)
    ((silhouette,),) = real.sql(
        f"""
        select value from evidence.fct_segmentation_metrics
        where clustering = '{clustering}' and is_chosen and metric = 'silhouette'
        """
    ).fetchall()
    assert silhouette == pytest.approx(silhouette_score(points, built), rel=1e-6)


@pytest.mark.parametrize("clustering", CLUSTERINGS)
def test_need_types_are_named_by_what_they_do_more(
    households, scaled, seed, clustering
):
    is_member = households["value_tier"].isin(CLUSTERINGS[clustering])
    points = scaled.loc[is_member, seed.index[seed["feature_role"] == "need"]]
    option = "across_tiers" if clustering == "needs" else "within_tier"
    types = households.loc[is_member, OPTIONS[option]]
    z_scores = (points.groupby(types).mean() - points.mean()) / points.std()
    by_label = z_scores.T.groupby(seed["label"]).max().T
    for need_type, row in by_label.iterrows():
        strongest = row.sort_values(ascending=False).head(2)
        expected = " + ".join(strongest.index[strongest >= 0.2])
        assert need_type == expected or need_type.startswith(f"{expected} ")


# --- value x need -------------------------------------------------------------------


@pytest.mark.parametrize("option", OPTIONS)
def test_the_matrix_counts_households_and_sales(households, matrix, option):
    built = matrix.loc[option]
    sales = households["monetary_sales"].astype(float)
    keys = [households["value_tier"], households[OPTIONS[option]]]
    counts = sales.groupby(keys).size()
    filled = built["n_households"] > 0
    assert set(built.index[filled]) == set(counts.index)
    counts = counts[built.index[filled]]
    totals = sales.groupby(keys).sum()[counts.index]
    tier_means = sales.groupby(households["value_tier"]).mean()
    means = totals / counts
    columns = {
        "n_households": counts,
        "household_share": counts / len(households),
        "sales_share": totals / sales.sum(),
        "mean_sales": means,
        "sales_index": means / means.index.get_level_values(0).map(tier_means),
    }
    for column, expected in columns.items():
        np.testing.assert_allclose(
            built.loc[filled, column], expected, err_msg=column, **EXACT
        )


def test_counts_are_held_against_independence(households, matrix):
    built = matrix.loc["across_tiers"]["count_index"].unstack()
    counts = pd.crosstab(households["value_tier"], households["need_type"])
    expected = np.outer(counts.sum(axis=1), counts.sum()) / len(households)
    np.testing.assert_allclose(
        built.loc[counts.index, counts.columns], counts / expected, **EXACT
    )
    assert matrix.loc["within_tier"]["count_index"].isna().all()


@pytest.mark.parametrize("option", OPTIONS)
def test_gaps_are_the_tiers_share_less_the_cells(
    real, households, category_sales, matrix, option
):
    built = real.sql(
        f"from marts.fct_cross_sell_gaps where need_option = '{option}'"
    ).df()
    keys = ["value_tier", "need_type"]
    tiers = households["value_tier"].rename("value_tier")
    needs = households[OPTIONS[option]].rename("need_type")
    cells = category_sales.groupby([tiers, needs]).sum()
    tier_sales = category_sales.groupby(tiers).sum()
    shares = cells.div(cells.sum(axis=1), axis=0)
    tier_shares = tier_sales.div(tier_sales.sum(axis=1), axis=0)
    gaps = tier_shares.loc[shares.index.get_level_values(0)].to_numpy() - shares
    amounts = gaps.mul(cells.sum(axis=1), axis=0)
    for column, expected in {
        "sales_amount": cells,
        "sales_share": shares,
        "gap": gaps,
        "gap_amount": amounts,
    }.items():
        wide = built.pivot(index=keys, columns="category", values=column)
        np.testing.assert_allclose(
            wide.loc[expected.index, expected.columns].astype(float),
            expected,
            err_msg=column,
            **EXACT,
        )
    widest = matrix.loc[option].loc[gaps.index]
    assert (widest["cross_sell_category"] == gaps.idxmax(axis=1)).all()
    np.testing.assert_allclose(widest["cross_sell_gap"], gaps.max(axis=1), **EXACT)
    np.testing.assert_allclose(
        widest["cross_sell_amount"], amounts.max(axis=1), **EXACT
    )
