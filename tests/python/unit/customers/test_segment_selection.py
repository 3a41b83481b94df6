"""Tests of the measures by which factors and clusters are chosen."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.cluster import KMeans

from retail_uplift.customers.segment_selection import (
    compare_cluster_models,
    compare_factor_models,
    hoyer_sparsity,
    masked_error,
    predict_hidden_cells,
)
from retail_uplift.customers.segment_stability import Chain
from retail_uplift.customers.segmentation import fit_nmf, score_factors

FEATURES = ["bread", "milk", "wine", "soap", "fish", "salt"]
CHAIN = Chain(features=("a", "b"), tail=0.0, n_factors=None, seed=3)


@pytest.fixture(scope="module")
def mixed() -> pd.DataFrame:
    """200 households of three factors and a little noise, features in [0, 1]."""
    rng = np.random.default_rng(1)
    h = np.array([[1, 0.8, 0, 0, 0, 0.2], [0, 0, 0.9, 0.7, 0, 0], [0, 0.3, 0, 0, 1, 1]])
    x = rng.uniform(size=(200, 3)) ** 2 @ h + rng.uniform(0, 0.05, size=(200, 6))
    return pd.DataFrame(x / x.max(axis=0), columns=FEATURES).assign(
        household_id=np.arange(200)
    )


@pytest.fixture(scope="module")
def compared(mixed) -> pd.DataFrame:
    return compare_factor_models(mixed, FEATURES, range(2, 6), seed=42)


@pytest.fixture(scope="module")
def groups() -> pd.DataFrame:
    """Three clear groups of 50, 40 and 10 households."""
    rng = np.random.default_rng(2)
    centres = np.repeat([[0.1, 0.1], [0.9, 0.2], [0.5, 0.9]], [50, 40, 10], axis=0)
    points = centres + rng.normal(scale=0.03, size=(100, 2))
    return pd.DataFrame(points, columns=["a", "b"]).assign(household_id=range(100))


@pytest.fixture(scope="module")
def clustered(groups) -> pd.DataFrame:
    return compare_cluster_models(
        groups, CHAIN, ["k_means", "gaussian_mixture"], range(2, 5), n_samples=8
    )


def value(rows: pd.DataFrame, metric: str, **keys) -> float:
    for key, wanted in keys.items():
        rows = rows[rows[key] == wanted]
    return rows.loc[rows["metric"] == metric, "value"].item()


# --- factors ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vector", "sparsity"),
    [
        ([2.0, 2.0, 2.0, 2.0], 0.0),
        ([0.0, 0.0, 3.0, 0.0], 1.0),
        # L1 = 7, L2 = 5: (2 - 7 / 5) / (2 - 1).
        ([3.0, 4.0, 0.0, 0.0], 0.6),
    ],
)
def test_sparsity_is_hoyers(vector, sparsity) -> None:
    assert hoyer_sparsity(np.array(vector)) == pytest.approx(sparsity)


def test_measures_of_the_fit_are_those_of_its_residuals(mixed, compared) -> None:
    loadings = fit_nmf(mixed, FEATURES, 3, seed=42)
    w = score_factors(mixed, loadings, ["household_id"]).iloc[:, 1:].to_numpy()
    h = loadings["loading"].to_numpy().reshape(3, 6)
    x = mixed[FEATURES].to_numpy()
    residual = x - w @ h
    found = dict(
        compared[compared["n_factors"] == 3][["metric", "value"]].itertuples(
            index=False
        )
    )
    assert found["reconstruction_error"] == pytest.approx(np.linalg.norm(residual))
    assert found["explained_variance_all_cells"] == pytest.approx(
        1 - np.var(residual) / np.var(x)
    )
    assert found["explained_variance_centred"] == pytest.approx(
        metrics.r2_score(x, w @ h, multioutput="variance_weighted")
    )
    # Means count as explained in the first definition.
    assert found["explained_variance_all_cells"] > found["explained_variance_centred"]


def test_hidden_cells_show_how_many_factors_there_are(compared) -> None:
    errors = compared[compared["metric"] == "held_out_error"].set_index("n_factors")
    assert errors["value"].idxmin() == 3
    assert (
        errors.loc[2, "value"] > errors.loc[3, "value"] + 5 * errors["std_error"].max()
    )
    # In the sample more is always better.
    fits = compared[compared["metric"] == "reconstruction_error"]["value"]
    assert fits.is_monotonic_decreasing


def test_hidden_cells_of_an_exact_product_are_recovered() -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(0.2, 0.7, size=(80, 2)) @ rng.uniform(0.2, 0.7, size=(2, 7))
    is_hidden = rng.uniform(size=x.shape) < 0.2
    found = predict_hidden_cells(x, is_hidden, 2, seed=0, tolerance=1e-12)
    np.testing.assert_allclose(found, x, atol=0.02)
    assert masked_error(x, is_hidden, 2, seed=0) < 0.05


def test_hidden_cells_do_not_reach_the_fit() -> None:
    rng = np.random.default_rng(5)
    x = rng.uniform(size=(60, 5))
    is_hidden = rng.uniform(size=x.shape) < 0.2
    found = predict_hidden_cells(x, is_hidden, 2, seed=0)
    np.testing.assert_array_equal(
        predict_hidden_cells(np.where(is_hidden, 9.0, x), is_hidden, 2, seed=0), found
    )
    means = np.nanmean(np.where(is_hidden, np.nan, x), axis=0)
    expected = ((x - found)[is_hidden] ** 2).sum() / ((x - means)[is_hidden] ** 2).sum()
    assert masked_error(x, is_hidden, 2, seed=0) == pytest.approx(expected)


def test_sizes_and_processes_do_not_touch_each_other(mixed, compared) -> None:
    alone = compare_factor_models(mixed[::-1], FEATURES, [4, 3], seed=42, n_jobs=2)
    expected = pd.concat([compared[compared["n_factors"] == k] for k in (4, 3)])
    pd.testing.assert_frame_equal(alone, expected.reset_index(drop=True))


def test_a_size_that_cannot_be_fitted_says_why(mixed) -> None:
    found = compare_factor_models(mixed, FEATURES, [2, 7], seed=42)
    failed = found[found["n_factors"] == 7]
    assert failed["metric"].isna().tolist() == [True]
    assert "n_factors is 7, not in 1..6" in failed["failure"].item()


# --- clusters --------------------------------------------------------------------


def test_clear_groups_are_stable_and_others_are_not(clustered) -> None:
    assert value(clustered, "stability", method="k_means", n_clusters=3) == 1.0
    assert value(clustered, "stability", method="gaussian_mixture", n_clusters=3) == 1.0
    assert value(clustered, "stability", method="k_means", n_clusters=4) < 1.0
    assert value(clustered, "smallest_share", method="k_means", n_clusters=3) == 0.1
    failed = clustered.loc[clustered["metric"] == "n_failed_resamples", "value"]
    assert failed.tolist() == [0] * 6


def test_indices_are_scikit_learns(groups, clustered) -> None:
    x = groups[["a", "b"]].to_numpy()
    x = (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))
    oracle = KMeans(3, n_init=20, random_state=0).fit(x)
    keys = {"method": "k_means", "n_clusters": 3}
    for metric, expected in [
        ("silhouette", metrics.silhouette_score(x, oracle.labels_)),
        ("calinski_harabasz", metrics.calinski_harabasz_score(x, oracle.labels_)),
        ("davies_bouldin", metrics.davies_bouldin_score(x, oracle.labels_)),
        ("inertia", oracle.inertia_),
    ]:
        assert value(clustered, metric, **keys) == pytest.approx(expected)


def test_each_method_has_its_own_criterion(clustered) -> None:
    by_method = clustered.groupby("method")["metric"].agg(set)
    assert "bic" not in by_method["k_means"]
    assert "inertia" not in by_method["gaussian_mixture"]
    bic = clustered[clustered["metric"] == "bic"].set_index("n_clusters")["value"]
    assert bic.idxmin() == 3


def test_samples_do_not_depend_on_processes_or_on_what_else_is_compared(
    groups, clustered
) -> None:
    alone = compare_cluster_models(
        groups[::-1], CHAIN, ["k_means"], [4], n_samples=8, n_jobs=2
    )
    same = (clustered["method"] == "k_means") & (clustered["n_clusters"] == 4)
    pd.testing.assert_frame_equal(alone, clustered[same].reset_index(drop=True))


def test_a_model_that_cannot_be_fitted_says_why(groups) -> None:
    few = groups.iloc[[0, 0, 60, 99]].assign(household_id=range(4))
    found = compare_cluster_models(few, CHAIN, ["k_means"], [2, 4], n_samples=2)
    failed = found[found["n_clusters"] == 4]
    assert failed["metric"].isna().tolist() == [True]
    assert "n_clusters is 4, not in 1..3" in failed["failure"].item()


def test_too_few_households_are_not_compared_and_the_reason_is_said(groups) -> None:
    few = groups.iloc[:12]
    sizes = [2, 3]
    clusters = compare_cluster_models(
        few, CHAIN, ["k_means"], sizes, n_samples=2, min_households=30
    )
    factors = compare_factor_models(few, ["a", "b"], [1, 2], seed=1, min_households=30)
    for found in (clusters, factors):
        assert found["metric"].isna().tolist() == [True, True]
        assert found["failure"].str.startswith("There are 12 households").all()
    assert clusters["n_clusters"].tolist() == sizes


def test_as_many_clusters_as_households_are_not_compared(groups) -> None:
    few = groups.iloc[[0, 60, 99]]
    found = compare_cluster_models(few, CHAIN, ["k_means"], [3], n_samples=2)
    assert found["failure"].tolist() == ["3 clusters of 3 households"]


def test_cells_that_cannot_be_hidden_leave_a_factor_model_unmeasured() -> None:
    """Each of two households hides a feature in some fold."""
    few = pd.DataFrame({"household_id": [1, 2], "a": [0.0, 1.0], "b": [1.0, 0.2]})
    found = compare_factor_models(few, ["a", "b"], [1], seed=1, n_folds=2)
    assert "hides a whole feature" in found["failure"].item()


def test_a_resample_without_a_fit_is_counted(groups) -> None:
    """Ten of the eleven households are alike: most resamples draw too few others."""
    few = pd.DataFrame({"a": [0.0] * 10 + [1.0], "b": [0.0] * 10 + [1.0]})
    found = compare_cluster_models(
        few.assign(household_id=range(11)), CHAIN, ["k_means"], [2], n_samples=12
    )
    # (10 / 11)^11 = 35 % of the resamples miss the eleventh.
    assert 0 < value(found, "n_failed_resamples") < 12
    assert value(found, "stability") == 1.0


def test_no_sample_is_an_error(groups) -> None:
    with pytest.raises(ValueError, match="n_samples is 0, not 1 or more"):
        compare_cluster_models(groups, CHAIN, ["k_means"], [2], n_samples=0)
    with pytest.raises(ValueError, match="n_folds is 1, not 2 or more"):
        compare_factor_models(groups, ["a", "b"], [1], seed=1, n_folds=1)
