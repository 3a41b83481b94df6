"""Tests of the factor and segment fits."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.decomposition import NMF, non_negative_factorization

from retail_uplift.customers import segmentation
from retail_uplift.customers.clustering import fit_clusters
from retail_uplift.customers.segmentation import (
    cluster_table,
    fit_nmf,
    fit_range,
    fit_segments,
    mean_factor,
    scale_to_range,
    score_factors,
)

FEATURES = ["bread", "milk", "wine", "soap"]
TRUE_H = np.array([[1.0, 0.8, 0.0, 0.0], [0.0, 0.0, 0.9, 0.3]])


@pytest.fixture(scope="module")
def factorisable() -> pd.DataFrame:
    """Return 60 households that are exact mixtures of two separate factors."""
    w = np.random.default_rng(0).uniform(0.05, 1.0, size=(60, 2))
    # Pure households of either kind make the factorisation unique.
    w[:10, 0] = w[10:20, 1] = 0.0
    frame = pd.DataFrame(w @ TRUE_H, columns=FEATURES)
    return frame.assign(household_id=range(60))


@pytest.fixture(scope="module")
def hand_loadings() -> pd.DataFrame:
    """Return the loadings H = [[1, 0], [1, 1]] of features a and b."""
    return pd.DataFrame(
        {
            "factor": [1, 1, 2, 2],
            "feature": ["a", "b", "a", "b"],
            "loading": [1.0, 0.0, 1.0, 1.0],
        }
    )


def blobs() -> pd.DataFrame:
    """Return twelve points at three corners: norms 10, 5 and 1."""
    corners = np.repeat([[0.0, 5.0], [6.0, 8.0], [1.0, 0.0]], 4, axis=0)
    jitter = np.tile([[0.1, 0], [-0.1, 0], [0, 0.1], [0, -0.1]], (3, 1))
    return pd.DataFrame(corners + jitter, columns=["factor_1", "factor_2"])


def wide(loadings: pd.DataFrame) -> np.ndarray:
    """Return H with features in the order of FEATURES."""
    return loadings["loading"].to_numpy().reshape(-1, len(FEATURES))


def test_nmf_recovers_an_exactly_factorisable_matrix(
    factorisable: pd.DataFrame,
) -> None:
    """Up to scale, the loadings are the true ones: factor 1 is the larger part."""
    loadings = fit_nmf(factorisable, FEATURES, 2, seed=42)
    assert loadings["factor"].tolist() == [1] * 4 + [2] * 4
    assert loadings["feature"].tolist() == FEATURES * 2
    assert (loadings["loading"] >= 0).all()
    h = wide(loadings)
    unit = h / np.linalg.norm(h, axis=1, keepdims=True)
    truth = TRUE_H / np.linalg.norm(TRUE_H, axis=1, keepdims=True)
    np.testing.assert_allclose(unit, truth, atol=0.01)


@pytest.mark.parametrize("start", [[0, 1], [1, 0]])
def test_factor_numbers_follow_size_not_the_order_of_the_start(
    monkeypatch: pytest.MonkeyPatch, start: list[int]
) -> None:
    """Factor 1 is the larger part of the data, whichever the solver lists first.

    The small part has the larger loadings: the norm of H alone would number it first.
    """
    w = np.array([[9.0, 0.0], [0.0, 0.1], [9.0, 0.1]])

    class FixedFit(NMF):
        def fit_transform(self, x: np.ndarray) -> np.ndarray:
            self.components_ = np.array([[1.0, 0.0], [0.0, 2.0]])[start]
            return w[:, start]

    monkeypatch.setattr(segmentation, "NMF", FixedFit)
    x = pd.DataFrame({"a": w[:, 0], "b": 2 * w[:, 1]})
    loadings = fit_nmf(x, ["a", "b"], 2, seed=42)
    assert loadings["loading"].tolist() == [1.0, 0.0, 0.0, 2.0]


def test_nmf_does_not_depend_on_row_order_or_seed_state(
    factorisable: pd.DataFrame,
) -> None:
    """Shuffled input gives the same bits, and the input is left alone."""
    before = factorisable.copy()
    first = fit_nmf(factorisable, FEATURES, 2, seed=42)
    np.random.seed(7)  # noqa: NPY002 - the global state must not matter
    again = fit_nmf(factorisable.sample(frac=1, random_state=3), FEATURES, 2, seed=42)
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    pd.testing.assert_frame_equal(factorisable, before)


def test_nmf_names_max_iter_when_it_does_not_converge() -> None:
    """A fit that stopped early is no result."""
    noise = np.random.default_rng(0).uniform(size=(50, 4))
    with pytest.raises(ValueError, match="did not converge within max_iter = 2"):
        fit_nmf(pd.DataFrame(noise, columns=FEATURES), FEATURES, 3, 42, max_iter=2)


@pytest.mark.parametrize(
    ("change", "n_factors", "message"),
    [
        ({"milk": -0.1}, 2, "negative values"),
        ({"milk": np.nan}, 2, r"NULL or NaN values in \['milk'\]"),
        ({}, 5, r"n_factors is 5, not in 1\.\.4"),
        ({}, 0, r"n_factors is 0, not in 1\.\.4"),
        (dict.fromkeys(FEATURES, 0.0), 2, "one is empty"),
    ],
)
def test_nmf_rejects(
    factorisable: pd.DataFrame,
    change: dict[str, float],
    n_factors: int,
    message: str,
) -> None:
    """Malformed input ends in one clear sentence."""
    with pytest.raises(ValueError, match=message):
        fit_nmf(factorisable.assign(**change), FEATURES, n_factors, seed=42)


def test_scores_by_hand(hand_loadings: pd.DataFrame) -> None:
    """With H = [[1, 0], [1, 1]]: w1 + w2 = a and w2 = b where that is not negative.

    (3, 1) -> (2, 1) exactly. (1, 2) would need w1 = -1: with w1 = 0, w2 minimises
    (w - 1)^2 + (w - 2)^2, so 1.5. (1, -1) would need w2 = -1: with w2 = 0, w1 = 1.
    (-1, -1) leaves nothing but zeros.
    """
    scaled = pd.DataFrame(
        {"household_id": [1, 2, 3, 4], "a": [3, 1, 1, -1], "b": [1, 2, -1, -1]}
    )
    scores = score_factors(scaled, hand_loadings, ["household_id"])
    assert list(scores.columns) == ["household_id", "factor_1", "factor_2"]
    np.testing.assert_allclose(
        scores[["factor_1", "factor_2"]],
        [[2.0, 1.0], [0.0, 1.5], [1.0, 0.0], [0.0, 0.0]],
        atol=1e-12,
    )


def test_scores_equal_a_refit_of_w_at_convergence(factorisable: pd.DataFrame) -> None:
    """Scikit-learn's coordinate descent with H fixed ends at the same scores."""
    loadings = fit_nmf(factorisable, FEATURES, 2, seed=42)
    noisy = factorisable[FEATURES] + np.random.default_rng(1).uniform(0, 0.2, (60, 4))
    w, _, _ = non_negative_factorization(
        noisy.to_numpy(),
        H=wide(loadings),
        n_components=2,
        update_H=False,
        tol=1e-12,
        max_iter=10_000,
    )
    scores = score_factors(
        noisy.assign(household_id=range(60)), loadings, ["household_id"]
    )
    np.testing.assert_allclose(scores[["factor_1", "factor_2"]], w, atol=1e-6)


def test_a_row_scores_alone_as_in_a_batch(factorisable: pd.DataFrame) -> None:
    """Scores depend on the row and the table only, whatever the order of either."""
    keys = ["household_id"]
    loadings = fit_nmf(factorisable, FEATURES, 2, seed=42)
    batch = score_factors(factorisable, loadings, keys)
    alone = score_factors(factorisable.iloc[[17]], loadings, keys)
    pd.testing.assert_frame_equal(
        alone, batch.iloc[[17]].reset_index(drop=True), check_exact=True
    )
    shuffled = score_factors(
        factorisable.sample(frac=1, random_state=1),
        loadings.sample(frac=1, random_state=2),
        keys,
    )
    pd.testing.assert_frame_equal(shuffled, batch, check_exact=True)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"loading": [1.0, 0.0, -1.0, 1.0]}, "negative"),
        ({"loading": [1.0, 2.0, 1.0, 2.0]}, "linearly dependent"),
        ({"loading": [1.0, np.inf, 1.0, 1.0]}, "infinite"),
        ({"factor": [1, 1, 3, 3]}, r"1\.\.k"),
        ({"feature": ["a", "a", "a", "b"]}, "repeats a row"),
        ({"feature": ["a", "b", "a", "c"]}, "lacks a factor x feature pair"),
    ],
)
def test_scores_reject_loadings(
    hand_loadings: pd.DataFrame, table: dict[str, list[float]], message: str
) -> None:
    """A table that is not a fitted factor model is refused."""
    scaled = pd.DataFrame({"household_id": [1], "a": [1.0], "b": [1.0]})
    with pytest.raises(ValueError, match=message):
        score_factors(scaled, hand_loadings.assign(**table), ["household_id"])


def test_scores_reject_missing_features(hand_loadings: pd.DataFrame) -> None:
    """A feature of the model that the data lack is named."""
    scaled = pd.DataFrame({"household_id": [1], "a": [1.0]})
    with pytest.raises(ValueError, match=r"scaled lacks the columns \['b'\]"):
        score_factors(scaled, hand_loadings, ["household_id"])


def test_segments_are_a_table_that_gives_the_cost_of_every_cluster() -> None:
    """K-Means has precision 1 on each axis: the cost is the squared distance."""
    table = fit_segments(blobs(), "k_means", 3, seed=42)
    assert table["cluster"].tolist() == [1, 1, 2, 2, 3, 3]
    assert table["axis"].tolist() == table["other_axis"].tolist() == [1, 2] * 3
    np.testing.assert_allclose(
        table["centroid"], [6.0, 8.0, 0.0, 5.0, 1.0, 0.0], atol=1e-12
    )
    np.testing.assert_array_equal(table["centroid"], table["other_centroid"])
    assert (table["precision"] == 1).all()
    assert (table["log_weight"] == 0).all()


def test_the_table_of_a_mixture_gives_its_log_density() -> None:
    """Costs by the table's sums are those of the model, axes that lean included."""
    rng = np.random.default_rng(3)
    tilted = rng.normal(size=(300, 2)) @ np.array([[1.0, 0.9], [0.0, 0.3]])
    x = np.vstack([tilted, rng.normal(loc=[6.0, -4.0], scale=0.7, size=(150, 2))])
    model = fit_clusters(x, "gaussian_mixture", 2, seed=1)
    table = cluster_table(model)
    assert len(table) == 2 * 4
    costs = np.zeros((len(x), 2))
    for row in table.itertuples():
        costs[:, row.cluster - 1] += (
            (x[:, row.axis - 1] - row.centroid)
            * (x[:, row.other_axis - 1] - row.other_centroid)
            * row.precision
        )
    costs -= 2 * table.groupby("cluster")["log_weight"].first().to_numpy()
    shares = np.bincount(model.assign(x)) / len(x)
    for j in range(2):
        members = x[model.assign(x) == j]
        # Far apart, so the components are the clusters' own means and covariances.
        density = stats.multivariate_normal(
            members.mean(axis=0), np.cov(members.T, bias=True)
        )
        expected = -2 * (np.log(shares[j]) + density.logpdf(x)) - 2 * np.log(2 * np.pi)
        np.testing.assert_allclose(costs[:, j], expected, rtol=1e-3, atol=1e-2)
    np.testing.assert_array_equal(costs.argmin(axis=1), model.assign(x))


def test_segments_read_factor_columns_in_number_order() -> None:
    """factor_10 comes after factor_9, and other columns are ignored."""
    columns = [f"factor_{number}" for number in range(10, 0, -1)]
    points = pd.DataFrame([range(10, 0, -1)], columns=columns).assign(household_id="a")
    table = fit_segments(points, "k_means", 1, seed=0)
    assert table["centroid"].tolist() == list(map(float, range(1, 11)))


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (pd.DataFrame({"factor_1": [1.0], "factor_3": [1.0]}), "without a gap"),
        (pd.DataFrame({"household_id": [1]}), "without a gap"),
        (pd.DataFrame({"factor_1": [1.0, np.nan]}), "NULL or NaN"),
        (pd.DataFrame({"factor_1": []}), "scores has no rows"),
    ],
)
def test_segments_reject(scores: pd.DataFrame, message: str) -> None:
    """Malformed input ends in one clear sentence."""
    with pytest.raises(ValueError, match=message):
        fit_segments(scores, "k_means", 1, seed=0)


def test_a_range_leaves_its_tails_out_and_is_the_extremes_without_tails() -> None:
    """Of 0..100 a tenth at either end; values beyond the range are cut."""
    values = np.column_stack([np.arange(101.0), np.full(101, 7.0)])
    low, high = fit_range(values, tail=0.1)
    assert (low[0], high[0]) == (10.0, 90.0)
    scaled = scale_to_range(values, low, high)
    np.testing.assert_allclose(scaled[[0, 10, 50, 90, 100], 0], [0, 0, 0.5, 1, 1])
    # A constant has no range.
    assert (scaled[:, 1] == 0).all()
    assert [list(limit) for limit in fit_range(values, 0)] == [[0, 7], [100, 7]]


@pytest.mark.parametrize("tail", [-0.1, 0.5])
def test_a_range_without_a_middle_is_refused(tail: float) -> None:
    """Half at either end would leave nothing."""
    with pytest.raises(ValueError, match=r"not in \[0, 0\.5\)"):
        fit_range(np.ones((3, 1)), tail)


def test_the_score_of_the_factor_of_no_factors_is_the_mean(factorisable) -> None:
    scores = score_factors(factorisable, mean_factor(FEATURES), ["household_id"])
    np.testing.assert_allclose(scores["factor_1"], factorisable[FEATURES].mean(axis=1))
