"""Cluster models as plain arrays: K-Means and Gaussian mixtures, assigned alike."""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from retail_uplift._one_thread import one_thread

K_MEANS = "k_means"
GAUSSIAN_MIXTURE = "gaussian_mixture"
METHODS = (K_MEANS, GAUSSIAN_MIXTURE)


@dataclass(frozen=True)
class ClusterModel:
    """Clusters of points of p dimensions.

    A point joins the cluster of least cost, (x - c)' P (x - c) - 2 w. With P = I and
    w = 0 that is the nearest centroid; with P the inverse covariance of a Gaussian
    component and w = log(share) + log(det P) / 2 it is the likeliest component.

    Attributes
    ----------
    centroids : ndarray, shape (k, p)
    precisions : ndarray, shape (k, p, p)
    log_weights : ndarray, shape (k,)
    criterion : float
        What the fit brought to a minimum: the inertia of K-Means, the Bayesian
        information criterion of a mixture.
    """

    centroids: np.ndarray
    precisions: np.ndarray
    log_weights: np.ndarray
    criterion: float

    def assign(self, points: np.ndarray) -> np.ndarray:
        """Return the number (0..k-1) of each point's cluster.

        Parameters
        ----------
        points : ndarray, shape (n, p)

        Returns
        -------
        ndarray of int, shape (n,)
            The first of several clusters that cost the same to 12 decimal places.
        """
        costs = np.empty((len(points), len(self.centroids)))
        for j, centroid in enumerate(self.centroids):
            away = points - centroid
            costs[:, j] = (away @ self.precisions[j] * away).sum(axis=1)
        return np.round(costs - 2 * self.log_weights, 12).argmin(axis=1)


def fit_clusters(
    points: np.ndarray, method: str, n_clusters: int, seed: int
) -> ClusterModel:
    """Fit clusters of points.

    Parameters
    ----------
    points : ndarray, shape (n, p)
        Finite. The order of the rows has no effect.
    method : {"k_means", "gaussian_mixture"}
        K-Means: the best of ten k-means++ starts. Mixture: full covariances, started
        at one K-Means solution.
    n_clusters : int
        At most the number of distinct points.
    seed : int

    Returns
    -------
    ClusterModel
        Cluster 0 has the centroid farthest from the origin; equal norms are ordered by
        descending coordinates, so the numbers do not depend on the seed's label order.

    Raises
    ------
    ValueError
        If the method is unknown, there are fewer distinct points than clusters, the fit
        does not converge, or a component is the likeliest of no point.

    References
    ----------
    Lloyd (1982), IEEE Trans. Inf. Theory 28; Arthur and Vassilvitskii (2007), SODA;
    Dempster, Laird and Rubin (1977), JRSS B 39 (mixtures by EM); Schwarz (1978), Annals
    of Statistics 6 (BIC).
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}, not one of {METHODS}.")
    x = np.ascontiguousarray(points[np.lexsort(points.T[::-1])])
    # In this order equal rows are neighbours.
    n_distinct = 1 + (x[1:] != x[:-1]).any(axis=1).sum()
    if not 1 <= n_clusters <= n_distinct:
        raise ValueError(
            f"n_clusters is {n_clusters}, not in 1..{n_distinct} (distinct rows)."
        )
    fit = _fit_k_means if method == K_MEANS else _fit_mixture
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            model = fit(x, n_clusters, seed)
        except ConvergenceWarning as warning:
            raise ValueError(
                f"Method {method} found no {n_clusters} clusters."
            ) from warning
    # Rounded, so that noise in the last bits of a norm cannot decide a tie.
    norms = np.round(np.linalg.norm(model.centroids, axis=1), 9)
    # lexsort reads its last key first: norm, then coordinate 1, 2, ...
    order = np.lexsort([*(-model.centroids.T[::-1]), -norms])
    return ClusterModel(
        model.centroids[order],
        model.precisions[order],
        model.log_weights[order],
        model.criterion,
    )


def _fit_k_means(x: np.ndarray, n_clusters: int, seed: int) -> ClusterModel:
    estimator = KMeans(
        n_clusters=n_clusters,
        init="k-means++",
        n_init=10,
        algorithm="lloyd",
        max_iter=1000,
        random_state=seed,
    )
    labels = estimator.fit_predict(x)
    # scikit-learn stops without a warning at max_iter.
    if estimator.n_iter_ >= estimator.max_iter:
        raise ValueError(f"K-means did not converge in {estimator.max_iter} steps.")
    # The last bits of Lloyd's centroids depend on the start: means over the final
    # clusters, in the canonical row order, do not.
    centroids = np.array([x[labels == j].mean(axis=0) for j in range(n_clusters)])
    return ClusterModel(
        centroids,
        np.repeat(np.eye(x.shape[1])[None], n_clusters, axis=0),
        np.zeros(n_clusters),
        float(((x - centroids[labels]) ** 2).sum()),
    )


def _fit_mixture(x: np.ndarray, n_clusters: int, seed: int) -> ClusterModel:
    estimator = GaussianMixture(
        n_components=n_clusters,
        covariance_type="full",
        max_iter=1000,
        random_state=seed,
    )
    labels = estimator.fit_predict(x)
    if len(np.unique(labels)) < n_clusters:
        raise ValueError(f"One of {n_clusters} components is the likeliest of no row.")
    # det P = (product of the diagonal of its Cholesky factor) squared.
    diagonals = np.diagonal(estimator.precisions_cholesky_, axis1=1, axis2=2)
    return ClusterModel(
        estimator.means_,
        estimator.precisions_,
        np.log(estimator.weights_) + np.log(diagonals).sum(axis=1),
        float(estimator.bic(x)),
    )
