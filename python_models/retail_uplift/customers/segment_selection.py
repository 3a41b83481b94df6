"""Measures by which the number of factors and the clusters are chosen."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.decomposition import NMF
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    pairwise_distances,
    silhouette_score,
)

from retail_uplift._one_thread import one_thread
from retail_uplift.customers.clustering import GAUSSIAN_MIXTURE, fit_clusters
from retail_uplift.customers.segment_stability import Chain, draw_households
from retail_uplift.customers.segmentation import fit_nmf, score_factors
from retail_uplift.frames import check_columns, numeric_matrix, sort_by_key

# --- factors ------------------------------------------------------------------------


def compare_factor_models(
    scaled: pd.DataFrame,
    features: Sequence[str],
    n_factors: Iterable[int],
    *,
    seed: int,
    min_households: int = 1,
    n_folds: int = 5,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Measure factor models of several sizes.

    Parameters
    ----------
    scaled : DataFrame, n rows
        `household_id` and the features, scaled to [0, 1].
    features : sequence of str, length p
    n_factors : iterable of int
        Sizes k to compare.
    seed : int
        Of the fits and of the folds.
    min_households : int
        With fewer households nothing is fitted.
    n_folds : int
        Folds of cells. Each cell of the n x p table is hidden once.
    n_jobs : int
        Processes; no effect on the result.

    Returns
    -------
    DataFrame
        `n_factors`, `metric`, `value`, `std_error`, `failure`, ordered by size:

        reconstruction_error
            Frobenius norm of X - WH.
        explained_variance_all_cells
            1 - var(X - WH) / var(X), each over all cells at once, as the source study
            has it. Differences between the features' means count as explained.
        explained_variance_centred
            1 - ||X - WH||^2 / ||X - column means||^2.
        scores_sparsity, loadings_sparsity
            Hoyer's sparsity of the columns of W and of the rows of H, averaged: 0 =
            all alike, 1 = one entry alone. It is a linear map of the ratio L1 / L2.
        held_out_error
            Squared error on hidden cells over that of the column means of the cells
            shown, 1 = no better than the means; mean and standard error over folds.

        A size that cannot be fitted has one row without metric and with the reason.

    Raises
    ------
    ValueError
        If the frame is empty or malformed, or there are fewer than two folds.

    References
    ----------
    Hoyer (2004), JMLR 5 (sparsity); Wold (1978), Technometrics 20 (hidden cells).
    """
    if n_folds < 2:
        raise ValueError(f"n_folds is {n_folds}, not 2 or more.")
    scaled = sort_by_key(scaled, ["household_id"], "scaled")
    x = numeric_matrix(scaled, features, "scaled")
    if len(x) < min_households:
        failure = too_few_households(len(x), min_households)
        return pd.concat(
            [_metric_frame({"n_factors": k}, {}, {}, failure) for k in n_factors],
            ignore_index=True,
        )
    fold_of_cell = np.random.default_rng(seed).integers(n_folds, size=x.shape)
    frames = Parallel(n_jobs=n_jobs)(
        delayed(_factor_metrics)(scaled, x, list(features), k, seed, fold_of_cell)
        for k in n_factors
    )
    return pd.concat(frames, ignore_index=True)


@one_thread()
def _factor_metrics(
    scaled: pd.DataFrame,
    x: np.ndarray,
    features: list[str],
    n_factors: int,
    seed: int,
    fold_of_cell: np.ndarray,
) -> pd.DataFrame:
    """Return the rows of one size."""
    try:
        loadings = fit_nmf(scaled, features, n_factors, seed)
        scores = score_factors(scaled, loadings, ["household_id"])
        held_out = [
            masked_error(x, fold_of_cell == fold, n_factors, seed)
            for fold in np.unique(fold_of_cell)
        ]
    except ValueError as error:
        return _metric_frame({"n_factors": n_factors}, {}, {}, str(error))
    w = scores.drop(columns="household_id").to_numpy()
    h = loadings["loading"].to_numpy().reshape(n_factors, -1)
    residual = x - w @ h
    values = {
        "reconstruction_error": np.linalg.norm(residual),
        "explained_variance_all_cells": 1 - residual.var() / x.var(),
        "explained_variance_centred": (
            1 - (residual**2).sum() / ((x - x.mean(axis=0)) ** 2).sum()
        ),
        "scores_sparsity": np.mean([hoyer_sparsity(column) for column in w.T]),
        "loadings_sparsity": np.mean([hoyer_sparsity(row) for row in h]),
        "held_out_error": np.mean(held_out),
    }
    std_error = np.std(held_out, ddof=1) / np.sqrt(len(held_out))
    return _metric_frame(
        {"n_factors": n_factors}, values, {"held_out_error": std_error}, None
    )


def too_few_households(n_households: int, min_households: int) -> str:
    """Say why nothing is fitted."""
    return (
        f"There are {n_households} households; groups are formed of"
        f" {min_households} or more (var min_segment_households)."
    )


def hoyer_sparsity(vector: np.ndarray) -> float:
    """Return how few entries hold a vector's weight.

    Parameters
    ----------
    vector : ndarray, shape (n,), n > 1
        Not all 0.

    Returns
    -------
    float
        (sqrt(n) - L1 / L2) / (sqrt(n) - 1): 0 = all entries alike, 1 = one entry alone
        (Hoyer 2004).
    """
    root = np.sqrt(len(vector))
    ratio = np.abs(vector).sum() / np.linalg.norm(vector)
    return float((root - ratio) / (root - 1))


def masked_error(
    x: np.ndarray, is_hidden: np.ndarray, n_factors: int, seed: int
) -> float:
    """Fit a factor model on some cells of a table and measure it on the others.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Scaled to [0, 1].
    is_hidden : ndarray of bool, shape (n, p)
    n_factors, seed : int

    Returns
    -------
    float
        Squared error on the hidden cells over that of the shown cells' column means.

    Raises
    ------
    ValueError
        If a column is hidden altogether, or the means are right everywhere.
    """
    if is_hidden.all(axis=0).any():
        raise ValueError(f"A fold of {len(x)} households hides a whole feature.")
    predicted = predict_hidden_cells(x, is_hidden, n_factors, seed)
    means = _shown_means(x, is_hidden)
    error = ((x - predicted)[is_hidden] ** 2).sum()
    error_of_means = ((x - means)[is_hidden] ** 2).sum()
    if error_of_means == 0:
        raise ValueError("The hidden cells do not differ from the means of the others.")
    return float(error / error_of_means)


def predict_hidden_cells(
    x: np.ndarray,
    is_hidden: np.ndarray,
    n_factors: int,
    seed: int,
    max_sweeps: int = 500,
    tolerance: float = 1e-5,
) -> np.ndarray:
    """Fit a factor model on the shown cells of a table and predict all.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Scaled to [0, 1]. What stands in a hidden cell has no effect.
    is_hidden : ndarray of bool, shape (n, p)
    n_factors, seed : int
    max_sweeps : int
        Sweeps over all factors at most.
    tolerance : float
        A sweep that lowers the loss by a smaller share of the first one is the last.

    Returns
    -------
    ndarray, shape (n, p)
        WH, cut to [0, 1], where the values are known to lie.

    Notes
    -----
    Hierarchical least squares with a weight of 0 on hidden cells: each factor in turn
    is fitted to what the others leave, scores first, then loadings, each the exact
    non-negative minimum of its coordinate.

    References
    ----------
    Cichocki and Phan (2009), IEICE E92-A; Ho (2008), thesis, UC Louvain, ch. 6.
    """
    shown = (~is_hidden).astype(np.float64)
    filled = np.where(is_hidden, _shown_means(x, is_hidden), x)
    # One sweep from the usual start; with tolerance 0 it is meant to end there.
    start = NMF(n_factors, init="nndsvda", max_iter=1, tol=0.0, random_state=seed)
    # Features by rows: a product or sum then runs along the long side of the table.
    w = np.ascontiguousarray(start.fit_transform(filled).T)
    h = start.components_
    shown = np.ascontiguousarray(shown.T)
    residual = shown * (filled.T - h.T @ w)
    change = np.empty_like(residual)
    first = last = np.vdot(residual, residual)
    for _ in range(max_sweeps):
        for j in range(n_factors):
            # The factor's part is never added back to the residual: its inner products
            # are added to those of the residual, and one product updates the table.
            old_w, old_h = w[j].copy(), h[j].copy()
            curvature = old_h**2 @ shown
            w[j] = _coordinate(old_h @ residual + old_w * curvature, curvature)
            shared, curvature = np.stack([w[j] * old_w, w[j] ** 2]) @ shown.T
            h[j] = _coordinate(residual @ w[j] + old_h * shared, curvature)
            np.matmul(np.stack([old_h, -h[j]]).T, np.stack([old_w, w[j]]), out=change)
            change *= shown
            residual += change
        loss = np.vdot(residual, residual)
        if last - loss < tolerance * first:
            break
        last = loss
    return np.clip((h.T @ w).T, 0.0, 1.0)


def _shown_means(x: np.ndarray, is_hidden: np.ndarray) -> np.ndarray:
    """Return each column's mean over its shown cells."""
    return np.where(is_hidden, 0.0, x).sum(axis=0) / (~is_hidden).sum(axis=0)


def _coordinate(slope: np.ndarray, curvature: np.ndarray) -> np.ndarray:
    """Return the non-negative minimum; 0 where no cell that is shown bears on it."""
    nothing = np.zeros_like(slope)
    return np.divide(np.maximum(slope, 0), curvature, nothing, where=curvature > 0)


# --- clusters -----------------------------------------------------------------------


def compare_cluster_models(
    values: pd.DataFrame,
    chain: Chain,
    methods: Sequence[str],
    n_clusters: Sequence[int],
    *,
    n_samples: int,
    min_households: int = 1,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Measure cluster models of several methods and sizes.

    Parameters
    ----------
    values : DataFrame, n rows
        `household_id` and the features of the chain, filled but not scaled.
    chain : Chain
        Scaler and factors before the clusters.
    methods : sequence of {"k_means", "gaussian_mixture"}
    n_clusters : sequence of int
    n_samples : int
        Resamples behind the stability.
    min_households : int
        With fewer households nothing is fitted.
    n_jobs : int
        Processes; no effect on the result.

    Returns
    -------
    DataFrame
        `method`, `n_clusters`, `metric`, `value`, `std_error`, `failure`:

        stability
            Median adjusted Rand index of the labels and those of the whole chain
            refitted on resampled households; standard error from the quartiles.
        silhouette, calinski_harabasz, davies_bouldin
            Of the points that are clustered; more is better but for the last.
        inertia, bic
            What the fit of K-Means, of a mixture brought to a minimum.
        smallest_share
            Share of the households in the smallest cluster.
        n_failed_resamples
            Resamples on which the chain could not be fitted.

        A model that cannot be fitted has one row without metric and with the reason.

    Raises
    ------
    ValueError
        If the frame is empty or malformed, the factors cannot be fitted on all
        households, or there is no sample to draw.

    References
    ----------
    Rousseeuw (1987), J. Comput. Appl. Math. 20 (silhouette); Calinski and Harabasz
    (1974), Communications in Statistics 3; Davies and Bouldin (1979), IEEE PAMI 1.
    """
    if n_samples < 1:
        raise ValueError(f"n_samples is {n_samples}, not 1 or more.")
    check_columns(values, ["household_id", *chain.features], "values")
    values = sort_by_key(values, ["household_id"], "values")
    x = numeric_matrix(values, chain.features, "values")
    pairs = [(method, k) for method in methods for k in n_clusters]
    if len(x) < min_households:
        failure = too_few_households(len(x), min_households)
        return pd.concat(
            [
                _metric_frame({"method": method, "n_clusters": k}, {}, {}, failure)
                for method, k in pairs
            ],
            ignore_index=True,
        )
    points = chain.refit_points(x, np.arange(len(x)))
    fitted = Parallel(n_jobs=n_jobs)(
        delayed(_labels)(points, points, method, k, chain.seed) for method, k in pairs
    )
    references = {
        pair: labels
        for pair, (labels, _, failure) in zip(pairs, fitted, strict=True)
        if failure is None
    }
    samples = Parallel(n_jobs=n_jobs)(
        delayed(_similarities)(x, chain, references, sample_id)
        for sample_id in range(1, n_samples + 1)
    )
    # Once for all models: they share their points.
    distances = pairwise_distances(points)
    frames = []
    for pair, (labels, criterion, failure) in zip(pairs, fitted, strict=True):
        metrics: dict[str, float] = {}
        errors: dict[str, float] = {}
        if failure is None:
            found = np.array([sample[pair] for sample in samples])
            metrics, errors = _cluster_metrics(points, distances, labels, found)
            metrics["bic" if pair[0] == GAUSSIAN_MIXTURE else "inertia"] = criterion
        keys = {"method": pair[0], "n_clusters": pair[1]}
        frames.append(_metric_frame(keys, metrics, errors, failure))
    return pd.concat(frames, ignore_index=True)


@one_thread()
def _labels(
    fit_points: np.ndarray, points: np.ndarray, method: str, n_clusters: int, seed: int
) -> tuple[np.ndarray, float, str | None]:
    """Return labels of all points, the fit's criterion, and why there are none."""
    try:
        model = fit_clusters(fit_points, method, n_clusters, seed)
    except ValueError as error:
        return np.empty(0, dtype=np.int64), np.nan, str(error)
    # The indices of separation compare clusters with the households in them.
    if n_clusters >= len(fit_points):
        failure = f"{n_clusters} clusters of {len(fit_points)} households"
        return np.empty(0, dtype=np.int64), np.nan, failure
    return model.assign(points), model.criterion, None


@one_thread()
def _similarities(
    x: np.ndarray,
    chain: Chain,
    references: dict[tuple[str, int], np.ndarray],
    sample_id: int,
) -> dict[tuple[str, int], float]:
    """Return the adjusted Rand index of each model on one resample; NaN = no fit."""
    drawn = draw_households(len(x), chain.seed, sample_id)
    try:
        points = chain.refit_points(x, drawn)
    except ValueError:
        return dict.fromkeys(references, np.nan)
    similarities = {}
    for (method, k), reference in references.items():
        labels, _, failure = _labels(points[drawn], points, method, k, chain.seed)
        similarities[method, k] = (
            adjusted_rand_score(reference, labels) if failure is None else np.nan
        )
    return similarities


def _cluster_metrics(
    points: np.ndarray, distances: np.ndarray, labels: np.ndarray, found: np.ndarray
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the metrics of one model and their standard errors."""
    metrics = {
        "silhouette": silhouette_score(distances, labels, metric="precomputed"),
        "calinski_harabasz": calinski_harabasz_score(points, labels),
        "davies_bouldin": davies_bouldin_score(points, labels),
        "smallest_share": np.bincount(labels).min() / len(labels),
    }
    errors = {}
    metrics["n_failed_resamples"] = float(np.isnan(found).sum())
    found = found[~np.isnan(found)]
    if len(found):
        lower, median, upper = np.quantile(found, [0.25, 0.5, 0.75])
        metrics["stability"] = median
        # Of a median: 1.2533 sd / sqrt(n), and 1.349 sd lie between the quartiles.
        errors["stability"] = 1.2533 * (upper - lower) / 1.349 / np.sqrt(len(found))
    return metrics, errors


def _metric_frame(
    keys: dict[str, str | int],
    metrics: dict[str, float],
    errors: dict[str, float],
    failure: str | None,
) -> pd.DataFrame:
    """Lay one model's metrics out as rows."""
    names = list(metrics) or [None]
    return pd.DataFrame(
        {
            **{key: [value] * len(names) for key, value in keys.items()},
            "metric": pd.Series(names, dtype="str"),
            "value": np.array([metrics.get(name, np.nan) for name in names], float),
            "std_error": np.array([errors.get(name, np.nan) for name in names], float),
            "failure": pd.Series([failure] * len(names), dtype="str"),
        }
    )
