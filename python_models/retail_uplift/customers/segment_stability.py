"""How much of a segmentation another sample of households would give again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import adjusted_rand_score

from retail_uplift._one_thread import one_thread
from retail_uplift.customers.clustering import fit_clusters
from retail_uplift.customers.segmentation import (
    fit_nmf,
    fit_range,
    scale_to_range,
    score_factors,
)
from retail_uplift.frames import check_columns, numeric_matrix, sort_by_key

ALL_SEGMENTS = 0


@dataclass(frozen=True)
class Chain:
    """What a refit of the segmentation repeats: scaler, factors, clusters.

    Attributes
    ----------
    features : tuple of str, length p
    tail : float or None
        Of the scaler, see `fit_range`. None: the features come scaled and stay so.
    n_factors : int or None
        None: the scaled features are clustered themselves, without factors. 0: the
        data hold no factors, and their mean stands in (see `mean_factor`).
    seed : int
    """

    features: tuple[str, ...]
    tail: float | None
    n_factors: int | None
    seed: int

    def refit_points(self, values: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        """Place all households by a scaler and factors fitted on the drawn ones.

        Parameters
        ----------
        values : ndarray, shape (n, p)
            Features before scaling, if there is a scaler.
        drawn : ndarray of int
            Row numbers, repeated as often as drawn.

        Returns
        -------
        ndarray, shape (n, k) or (n, p)
            Factor scores, or scaled features where there are no factors.

        Raises
        ------
        ValueError
            If the factors cannot be fitted on the drawn households.
        """
        scaled = values
        if self.tail is not None:
            scaled = scale_to_range(values, *fit_range(values[drawn], self.tail))
        if self.n_factors is None:
            return scaled
        if self.n_factors == 0:
            return scaled.mean(axis=1, keepdims=True)
        frame = pd.DataFrame(scaled, columns=list(self.features))
        loadings = fit_nmf(
            frame.iloc[drawn], list(self.features), self.n_factors, self.seed
        )
        scores = score_factors(
            frame.assign(row=np.arange(len(frame))), loadings, ["row"]
        )
        return scores.drop(columns="row").to_numpy()


def draw_households(n_households: int, seed: int, sample_id: int) -> np.ndarray:
    """Draw as many households as there are, with replacement.

    Parameters
    ----------
    n_households, seed, sample_id : int
        Sample k has the seed sequence (seed, k), so no sample depends on another.

    Returns
    -------
    ndarray of int, shape (n_households,)
    """
    rng = np.random.default_rng([seed, sample_id])
    return rng.integers(n_households, size=n_households)


def bootstrap_segments(
    values: pd.DataFrame,
    segments: pd.DataFrame,
    chain: Chain,
    *,
    method: str,
    n_segments: int,
    n_samples: int,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Refit scaler, factors and segments on resampled households.

    Each sample draws as many households as there are, with replacement. Scaler, NMF and
    clusters are fitted on it and all households are then labelled, whether they were
    drawn or not, so that two labels of every household can be compared.

    Parameters
    ----------
    values : DataFrame, n rows
        `household_id` and the features of the chain, filled but not scaled.
    segments : DataFrame, n rows
        `household_id`, `segment_id` (1, 2, ...): the labels to be found again.
    chain : Chain
    method : {"k_means", "gaussian_mixture"}
    n_segments : int
        As in the fit whose labels these are.
    n_samples : int
    n_jobs : int
        Processes; no effect on the result.

    Returns
    -------
    DataFrame
        `sample_id` (1..n_samples), `segment_id`, `similarity`, `failure`, ordered by
        the first two. Segment 0 stands for all: the adjusted Rand index of the two
        labellings, 1 = the same, 0 = no more than by chance. The others have the
        Jaccard coefficient of the segment and the refitted cluster most like it, 0 to
        1. A sample whose fit failed has one row, for segment 0, without similarity and
        with the reason.

    Raises
    ------
    ValueError
        If a frame is empty or malformed, the two do not have the same households, or
        there is no sample to draw.

    References
    ----------
    Hubert and Arabie (1985), Journal of Classification 2 (adjusted Rand index); Hennig
    (2007), Computational Statistics and Data Analysis 52 (Jaccard of resamples).
    """
    if n_samples < 1:
        raise ValueError(f"n_samples is {n_samples}, not 1 or more.")
    check_columns(segments, ["household_id", "segment_id"], "segments")
    values = sort_by_key(values, ["household_id"], "values")
    segments = sort_by_key(segments, ["household_id"], "segments")
    if list(values["household_id"]) != list(segments["household_id"]):
        raise ValueError("values and segments do not have the same households.")
    x = numeric_matrix(values, chain.features, "values")
    labels = segments["segment_id"].to_numpy()
    frames = Parallel(n_jobs=n_jobs)(
        delayed(_refit)(x, labels, chain, method, n_segments, sample_id)
        for sample_id in range(1, n_samples + 1)
    )
    return pd.concat(frames, ignore_index=True)


@one_thread()
def _refit(
    x: np.ndarray,
    labels: np.ndarray,
    chain: Chain,
    method: str,
    n_segments: int,
    sample_id: int,
) -> pd.DataFrame:
    """Return the rows of one sample."""
    drawn = draw_households(len(x), chain.seed, sample_id)
    try:
        points = chain.refit_points(x, drawn)
        model = fit_clusters(points[drawn], method, n_segments, chain.seed)
    except ValueError as error:
        return _rows(sample_id, [ALL_SEGMENTS], [np.nan], str(error))
    clusters = model.assign(points)
    segment_ids = np.unique(labels)
    similarities = [
        adjusted_rand_score(labels, clusters),
        *(best_jaccard(labels == segment_id, clusters) for segment_id in segment_ids),
    ]
    return _rows(sample_id, [ALL_SEGMENTS, *segment_ids], similarities, None)


def best_jaccard(is_member: np.ndarray, clusters: np.ndarray) -> float:
    """Return the largest Jaccard coefficient of a set with one of the clusters.

    Parameters
    ----------
    is_member : ndarray of bool, shape (n,)
        At least one is true.
    clusters : ndarray of int, shape (n,)

    Returns
    -------
    float
        Households in both over households in either, 0 to 1.
    """
    return max(
        (is_member & (clusters == cluster)).sum()
        / (is_member | (clusters == cluster)).sum()
        for cluster in np.unique(clusters)
    )


def _rows(
    sample_id: int,
    segment_ids: Sequence[int],
    similarities: Sequence[float],
    failure: str | None,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sample_id": sample_id,
            "segment_id": np.asarray(segment_ids, dtype=np.int64),
            "similarity": np.asarray(similarities, dtype=np.float64),
            "failure": pd.Series([failure] * len(segment_ids), dtype="str"),
        }
    )
