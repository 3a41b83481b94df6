"""Tests of the cluster models."""

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from retail_uplift.customers import clustering
from retail_uplift.customers.clustering import METHODS, ClusterModel, fit_clusters


def corners() -> np.ndarray:
    """Return twelve points at three corners: norms 10, 5 and 1."""
    corner = np.repeat([[0.0, 5.0], [6.0, 8.0], [1.0, 0.0]], 4, axis=0)
    return corner + np.tile([[0.1, 0], [-0.1, 0], [0, 0.1], [0, -0.1]], (3, 1))


@pytest.fixture(scope="module")
def clouds() -> np.ndarray:
    """Return 500 points of three Gaussian clouds that touch."""
    rng = np.random.default_rng(0)
    lean = np.array([[1.0, 0.8], [0.0, 0.4]])
    return np.vstack(
        [
            rng.normal(size=(200, 2)) @ lean,
            rng.normal(loc=[3.0, 0.0], scale=0.5, size=(150, 2)),
            rng.normal(loc=[0.0, 4.0], scale=1.0, size=(150, 2)),
        ]
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_obvious_clusters_are_found_and_numbered_by_norm(method, seed) -> None:
    model = fit_clusters(corners(), method, 3, seed)
    np.testing.assert_allclose(model.centroids, [[6, 8], [0, 5], [1, 0]], atol=1e-9)
    np.testing.assert_array_equal(model.assign(corners()), np.repeat([1, 0, 2], 4))


def test_equal_norms_are_ordered_by_the_first_coordinate() -> None:
    """(3, 4), (4, 3) and (5, 0) are equally far from the origin."""
    points = np.array([[3.0, 4.0], [5.0, 0.0], [4.0, 3.0]])
    model = fit_clusters(points, "k_means", 3, seed=0)
    assert model.centroids.tolist() == [[5.0, 0.0], [4.0, 3.0], [3.0, 4.0]]


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_rows_changes_no_bit(clouds, method) -> None:
    shuffled = np.random.default_rng(5).permutation(clouds)
    first = fit_clusters(clouds, method, 4, seed=42)
    again = fit_clusters(shuffled, method, 4, seed=42)
    np.testing.assert_array_equal(first.centroids, again.centroids)
    np.testing.assert_array_equal(first.precisions, again.precisions)
    assert first.criterion == again.criterion


def test_k_means_minimises_the_squared_distances_it_reports(clouds) -> None:
    model = fit_clusters(clouds, "k_means", 3, seed=1)
    labels = model.assign(clouds)
    distances = np.linalg.norm(clouds[:, None] - model.centroids[None], axis=2)
    np.testing.assert_array_equal(labels, distances.argmin(axis=1))
    assert model.criterion == pytest.approx((distances.min(axis=1) ** 2).sum())
    for j in range(3):
        np.testing.assert_allclose(model.centroids[j], clouds[labels == j].mean(axis=0))


def test_a_mixture_assigns_as_scikit_learn_predicts(clouds) -> None:
    ordered = clouds[np.lexsort(clouds.T[::-1])]
    model = fit_clusters(clouds, "gaussian_mixture", 3, seed=7)
    oracle = GaussianMixture(3, max_iter=1000, random_state=7).fit(ordered)
    # The same partition under other numbers, and not the nearest centroid's.
    pairs = set(zip(model.assign(clouds), oracle.predict(clouds), strict=True))
    assert len(pairs) == 3
    nearest = np.linalg.norm(clouds[:, None] - model.centroids, axis=2).argmin(axis=1)
    assert (nearest != model.assign(clouds)).mean() > 0.02
    assert model.criterion == pytest.approx(oracle.bic(ordered))


def test_the_first_of_two_equal_costs_wins() -> None:
    model = ClusterModel(
        np.array([[0.0], [2.0]]), np.ones((2, 1, 1)), np.zeros(2), criterion=0.0
    )
    assert model.assign(np.array([[1.0], [1.1], [0.9]])).tolist() == [0, 1, 0]
    heavier = ClusterModel(
        model.centroids, model.precisions, np.array([0.0, 0.5]), criterion=0.0
    )
    # 1 - 2 * 0 against 1 - 2 * 0.5.
    assert heavier.assign(np.array([[1.0]])).tolist() == [1]


@pytest.mark.parametrize(
    ("method", "n_clusters", "message"),
    [
        ("k_medoids", 2, "method is 'k_medoids', not one of"),
        ("k_means", 4, r"n_clusters is 4, not in 1\.\.3"),
        ("gaussian_mixture", 0, r"n_clusters is 0, not in 1\.\.3"),
    ],
)
def test_impossible_requests_are_errors(method, n_clusters, message) -> None:
    points = np.array([[1.0], [2.0], [2.0], [5.0]])
    with pytest.raises(ValueError, match=message):
        fit_clusters(points, method, n_clusters, seed=0)


def test_a_component_that_no_point_belongs_to_is_an_error(monkeypatch) -> None:
    class Idle(GaussianMixture):
        def fit_predict(self, x):
            return np.zeros(len(x), dtype=int)

    monkeypatch.setattr(clustering, "GaussianMixture", Idle)
    with pytest.raises(ValueError, match="likeliest of no row"):
        fit_clusters(corners(), "gaussian_mixture", 2, seed=0)
