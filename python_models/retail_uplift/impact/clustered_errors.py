"""Errors of one coefficient beside group effects, where rows are clustered.

The regression is y = group + effect * x, weighted. Groups are partialled out, so that
everything follows from sums per group and cluster: the cost grows with the rows only,
where general code refits once per cluster or draw.
"""

from dataclasses import dataclass

import numpy as np

# Below, two-point weights have too few patterns, and six-point weights stand in (Webb
# 2023, Canadian Journal of Economics 56(3)).
MIN_RADEMACHER_CLUSTERS = 12
WEBB_POINTS = np.sqrt([0.5, 1.0, 1.5])
# Weights of the bootstrap that are held in memory at once.
MAX_CELLS = 5_000_000


@dataclass(frozen=True)
class GroupedRegression:
    """A weighted regression of y on x with group effects.

    Attributes
    ----------
    y, x, weight : ndarray of float, shape (n,)
    groups, clusters : ndarray of int, shape (n,)
        Numbers from 0, none left out. A group has at least two values of x.
    """

    y: np.ndarray
    x: np.ndarray
    weight: np.ndarray
    groups: np.ndarray
    clusters: np.ndarray

    def within(self, values: np.ndarray) -> np.ndarray:
        """Return values less the weighted mean of their group."""
        sums = np.bincount(self.groups, self.weight * values)
        return values - (sums / np.bincount(self.groups, self.weight))[self.groups]

    @property
    def estimate(self) -> float:
        """Return the coefficient of x."""
        x = self.within(self.x)
        return float((self.weight * x * self.y).sum() / (self.weight * x * x).sum())

    @property
    def influences(self) -> np.ndarray:
        """Return what each row adds to the error of the estimate: shape (n,)."""
        x, y = self.within(self.x), self.within(self.y)
        square = (self.weight * x * x).sum()
        return self.weight * x * (y - self.estimate * x) / square


def jackknife_std_error(regression: GroupedRegression) -> float:
    """Return the CRV3 error: the spread of the estimates without one cluster each.

    Notes
    -----
    MacKinnon, Nielsen and Webb (2023, Journal of Applied Econometrics 38(5)): the
    variance is (G - 1) / G times the sum over G clusters of (estimate without it -
    estimate)^2. Group effects are estimated anew without the cluster.
    """
    n_groups = regression.groups.max() + 1
    cells, cell = np.unique(
        regression.clusters * n_groups + regression.groups, return_inverse=True
    )
    cell_clusters, cell_groups = cells // n_groups, cells % n_groups
    w, x, y = regression.weight, regression.x, regression.y
    products = [w, w * x, w * y, w * x * y, w * x * x]
    out = [np.bincount(cell, product) for product in products]
    all_rows = [np.bincount(cell_groups, part) for part in out]
    left = [
        total[cell_groups] - part for total, part in zip(all_rows, out, strict=True)
    ]
    own, square = _scatter(*all_rows)
    own_left, square_left = _scatter(*left)
    changes = np.stack([own_left - own[cell_groups], square_left - square[cell_groups]])
    moved = [np.bincount(cell_clusters, change) for change in changes]
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (own.sum() + moved[0]) / (square.sum() + moved[1])
    n_clusters = len(without)
    deviations = without - own.sum() / square.sum()
    return float(np.sqrt((n_clusters - 1) / n_clusters * (deviations**2).sum()))


def _scatter(
    w: np.ndarray, wx: np.ndarray, wy: np.ndarray, wxy: np.ndarray, wxx: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return sums of products around the means; 0 where nothing is left."""
    per_weight = np.where(w > 0, 1 / np.where(w > 0, w, 1.0), 0.0)
    return wxy - wx * wy * per_weight, wxx - wx * wx * per_weight


def wild_bootstrap_p_value(
    regression: GroupedRegression, *, n_draws: int, rng: np.random.Generator
) -> float:
    """Return the p-value of no effect by the wild cluster bootstrap.

    Parameters
    ----------
    regression : GroupedRegression
    n_draws : int
    rng : Generator

    Returns
    -------
    float
        Share of the draws, the data among them, whose |t| is at least that of the data;
        NaN if all residuals are 0.

    Notes
    -----
    Cameron, Gelbach and Miller (2008, Review of Economics and Statistics 90(3)): the
    outcome is drawn with no effect, by the residuals of the regression without x, each
    cluster's times one random sign. t has the CRV1 error.
    """
    r = regression
    x, residual = r.within(r.x), r.within(r.y)
    square = (r.weight * x * x).sum()
    n_groups, n_clusters = r.groups.max() + 1, r.clusters.max() + 1
    shape = (n_clusters, n_groups)
    place = r.clusters * n_groups + r.groups

    def sums(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, values, minlength=n_clusters * n_groups).reshape(
            shape
        )

    scores = np.bincount(r.clusters, r.weight * x * residual)
    squares = np.bincount(r.clusters, r.weight * x * x)
    weighted_x = sums(r.weight * x)
    mean_shares = sums(r.weight * residual) / np.bincount(r.groups, r.weight)

    def absolute_t(signs: np.ndarray) -> np.ndarray:
        """Return |t| of outcomes whose residuals have these signs: clusters x draws."""
        own = scores[:, None] * signs
        estimates = own.sum(axis=0) / square
        left = own - weighted_x @ (mean_shares.T @ signs) - np.outer(squares, estimates)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.abs(estimates) * square / np.sqrt((left**2).sum(axis=0))

    (observed,) = absolute_t(np.ones((n_clusters, 1)))
    if not np.isfinite(observed):
        return np.nan
    size = max(1, MAX_CELLS // n_clusters)
    n_larger = 0
    for start in range(0, n_draws, size):
        signs = _draw_signs(n_clusters, min(size, n_draws - start), rng)
        # Rounding must not make a draw of all equal signs differ from the data.
        n_larger += int((absolute_t(signs) >= observed * (1 - 1e-9)).sum())
    return (n_larger + 1) / (n_draws + 1)


def _draw_signs(n_clusters: int, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw weights of mean 0 and variance 1: shape (n_clusters, n_draws)."""
    signs = rng.choice([-1.0, 1.0], size=(n_clusters, n_draws))
    if n_clusters < MIN_RADEMACHER_CLUSTERS:
        signs *= rng.choice(WEBB_POINTS, size=signs.shape)
    return signs
