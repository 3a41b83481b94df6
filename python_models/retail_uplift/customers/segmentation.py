"""Latent factors and segments of households, each fitted model a plain table."""

import re
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning

from retail_uplift._one_thread import one_thread
from retail_uplift.customers.clustering import ClusterModel, fit_clusters
from retail_uplift.frames import check_columns, numeric_matrix, sort_by_key

FACTOR_COLUMN = re.compile(r"factor_([1-9][0-9]*)")


def fit_nmf(
    scaled: pd.DataFrame,
    features: Sequence[str],
    n_factors: int,
    seed: int,
    max_iter: int = 1000,
) -> pd.DataFrame:
    """Factorise scaled features into non-negative factors, X ~ W H.

    Parameters
    ----------
    scaled : DataFrame, n rows
        One row per household, each feature scaled to [0, 1]. Other columns are ignored.
    features : sequence of str, length p
        Feature columns.
    n_factors : int
        Number of factors k, at most min(n, p).
    seed : int
        Seed of the randomised SVD that starts the fit.
    max_iter : int
        Sweeps of coordinate descent after which the fit counts as failed.

    Returns
    -------
    DataFrame, k * p rows
        `factor` (1..k), `feature`, `loading` (H, 0 or more, in scikit-learn's scale),
        ordered by factor, then as in `features`. Factor 1 is the one whose part of
        the data is largest: descending ||w_j|| * ||h_j||, which, unlike the norm of a
        loading, does not depend on how the scale is shared between W and H.

    Raises
    ------
    ValueError
        If the frame is empty, a feature is missing, negative, NULL or infinite, k is
        out of range, a factor comes out empty, or the fit does not converge.

    Notes
    -----
    Frobenius loss, coordinate descent, `nndsvda` start and no penalty. Only H is
    returned: the scores of a household come from `score_factors`.

    References
    ----------
    Lee and Seung (1999), Nature 401; Boutsidis and Gallopoulos (2008), Pattern
    Recognition 41 (the start); Cichocki and Phan (2009), IEICE E92-A (the solver).
    """
    x = _canonical_order(numeric_matrix(scaled, features, "scaled"))
    if (x < 0).any():
        raise ValueError("scaled has negative values, which NMF cannot factorise.")
    if not 1 <= n_factors <= min(x.shape):
        raise ValueError(f"n_factors is {n_factors}, not in 1..{min(x.shape)}.")
    model = NMF(
        n_components=n_factors,
        init="nndsvda",
        solver="cd",
        beta_loss="frobenius",
        alpha_W=0.0,
        alpha_H=0.0,
        max_iter=max_iter,
        random_state=seed,
    )
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            w = model.fit_transform(x)
        except ConvergenceWarning as warning:
            raise ValueError(
                f"NMF with {n_factors} factors did not converge within"
                f" max_iter = {max_iter} sweeps."
            ) from warning
    h = model.components_
    size = np.linalg.norm(w, axis=0) * np.linalg.norm(h, axis=1)
    if not (size > 0).all():
        raise ValueError(f"The data do not hold {n_factors} factors: one is empty.")
    h = h[np.argsort(-size, kind="stable")]
    return pd.DataFrame(
        {
            "factor": np.repeat(np.arange(1, n_factors + 1), len(features)),
            "feature": list(features) * n_factors,
            "loading": h.ravel(),
        }
    )


def mean_factor(features: Sequence[str]) -> pd.DataFrame:
    """Return loadings for data that hold no factors: one factor, equal on all features.

    Parameters
    ----------
    features : sequence of str, length p

    Returns
    -------
    DataFrame, p rows
        As `fit_nmf` returns them. The score of a household is the mean of its scaled
        features.
    """
    return pd.DataFrame({"factor": 1, "feature": list(features), "loading": 1.0})


def score_factors(
    scaled: pd.DataFrame, loadings: pd.DataFrame, keys: Sequence[str]
) -> pd.DataFrame:
    """Score each row on the factors: the w >= 0 that minimises ||x - w H||.

    Parameters
    ----------
    scaled : DataFrame, n rows
        `keys` and the features of `loadings`, scaled as in the fit. Values may lie
        outside [0, 1]: a household outside the fitted range has a score too.
    loadings : DataFrame
        `factor` (1..k), `feature`, `loading`, as `fit_nmf` returns them.
    keys : sequence of str
        Columns that identify a row of `scaled`.

    Returns
    -------
    DataFrame, n rows
        `keys`, then `factor_1` .. `factor_k`, ordered by `keys`. A row's score depends
        on that row and on `loadings` alone, so new households need no refit.

    Raises
    ------
    ValueError
        If a frame is empty, a column or a factor x feature pair is missing or repeated,
        a value is NULL or infinite, a loading is negative, or the loadings are
        linearly dependent, when the score would not be unique.

    References
    ----------
    Lawson and Hanson (1974), Solving Least Squares Problems, ch. 23 (exact active set).
    """
    h, features = _loading_matrix(loadings)
    scaled = sort_by_key(scaled, keys, "scaled")
    x = numeric_matrix(scaled, features, "scaled")
    with one_thread():
        # Row by row on purpose: a score is then bit for bit the same in any batch.
        w = np.array([nnls(h.T, row)[0] for row in x])
    columns = [f"factor_{number}" for number in range(1, len(h) + 1)]
    return pd.concat([scaled[list(keys)], pd.DataFrame(w, columns=columns)], axis=1)


def fit_segments(
    scores: pd.DataFrame, method: str, n_segments: int, seed: int
) -> pd.DataFrame:
    """Cluster factor scores and return the clusters as a table.

    Parameters
    ----------
    scores : DataFrame, n rows
        `factor_1` .. `factor_k`, as `score_factors` returns them; other columns are
        ignored.
    method : {"k_means", "gaussian_mixture"}
    n_segments : int
        Number of clusters, at most the number of distinct rows.
    seed : int
        Seed of the starts.

    Returns
    -------
    DataFrame
        As `cluster_table` returns it; axis j is factor j.

    Raises
    ------
    ValueError
        If the frame is empty, the factor columns are not factor_1..factor_k, a score is
        NULL or infinite, or the clusters cannot be fitted (see `fit_clusters`).
    """
    columns = _factor_columns(scores)
    x = numeric_matrix(scores, columns, "scores")
    return cluster_table(fit_clusters(x, method, n_segments, seed))


def cluster_table(model: ClusterModel) -> pd.DataFrame:
    """Lay a cluster model out as a table that SQL can apply.

    Parameters
    ----------
    model : ClusterModel, k clusters, p dimensions

    Returns
    -------
    DataFrame
        `cluster` (1..k), `axis`, `other_axis` (1..p), `centroid`, `other_centroid`,
        `precision`, `log_weight`, ordered by the first three; a pair of axes without
        precision is left out. The cost of a cluster for a point is the sum over its
        rows of (x_axis - centroid) (x_other_axis - other_centroid) precision, less
        2 log_weight; the point joins the cluster of least cost.
    """
    k, p = model.centroids.shape
    axes = np.arange(1, p + 1)
    table = pd.DataFrame(
        {
            "cluster": np.repeat(np.arange(1, k + 1), p**2),
            "axis": np.tile(np.repeat(axes, p), k),
            "other_axis": np.tile(axes, k * p),
            "centroid": np.repeat(model.centroids.ravel(), p),
            "other_centroid": np.repeat(model.centroids, p, axis=0).ravel(),
            "precision": model.precisions.ravel(),
            "log_weight": np.repeat(model.log_weights, p**2),
        }
    )
    return table[table["precision"] != 0].reset_index(drop=True)


def fit_range(values: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the range of each feature that is scaled to [0, 1].

    The same as model int_feature_scaler, for refits on resamples.

    Parameters
    ----------
    values : ndarray, shape (n, p)
    tail : float
        Share of the households beyond the range at either end, 0 to below 0.5; 0 is
        MinMax scaling.

    Returns
    -------
    low, high : ndarray, shape (p,)
        Quantiles `tail` and 1 - `tail`, linearly interpolated.

    Raises
    ------
    ValueError
        If the tail is out of range.
    """
    if not 0 <= tail < 0.5:
        raise ValueError(f"tail is {tail}, not in [0, 0.5).")
    low, high = np.quantile(values, [tail, 1 - tail], axis=0)
    return low, high


def scale_to_range(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Scale features to [0, 1], as model int_scaled_features does.

    Parameters
    ----------
    values : ndarray, shape (n, p)
    low, high : ndarray, shape (p,)

    Returns
    -------
    ndarray, shape (n, p)
        Values beyond the range are cut; a feature without a range is 0.
    """
    width = high - low
    return np.clip((values - low) / np.where(width > 0, width, np.inf), 0.0, 1.0)


def _canonical_order(x: np.ndarray) -> np.ndarray:
    """Sort rows by their values: fits then do not depend on the order of the input."""
    return np.ascontiguousarray(x[np.lexsort(x.T[::-1])])


def _factor_columns(scores: pd.DataFrame) -> list[str]:
    """Return factor_1..factor_k in number order."""
    numbers = sorted(
        int(match[1])
        for match in map(FACTOR_COLUMN.fullmatch, map(str, scores.columns))
        if match
    )
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        raise ValueError("scores lacks columns factor_1 to factor_k without a gap.")
    return [f"factor_{number}" for number in numbers]


def _loading_matrix(loadings: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Return H, shape (k, p), and its features in sorted order."""
    check_columns(loadings, ["factor", "feature", "loading"], "loadings")
    values = numeric_matrix(loadings, ["loading"], "loadings")
    if (values < 0).any():
        raise ValueError("loadings has negative values.")
    # Sorted, so that a score does not depend on the row order of the table.
    table = sort_by_key(loadings, ["factor", "feature"], "loadings")
    wide = table.pivot(index="factor", columns="feature", values="loading")
    if list(wide.index) != list(range(1, len(wide) + 1)):
        raise ValueError("loadings does not number its factors 1..k.")
    if wide.isna().any(axis=None):
        raise ValueError("loadings lacks a factor x feature pair.")
    h = np.ascontiguousarray(wide.to_numpy(dtype=np.float64))
    if np.linalg.matrix_rank(h) < len(h):
        raise ValueError("loadings has linearly dependent factors.")
    return h, [str(feature) for feature in wide.columns]
