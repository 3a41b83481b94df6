"""How much of a segmentation another sample of households would give again."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import adjusted_rand_score

from retail_uplift._frames import check_columns, numeric_matrix, sort_by_key
from retail_uplift.segmentation import fit_kmeans, fit_nmf, score_factors

ALL_SEGMENTS = 0


def bootstrap_segments(
    scaled: pd.DataFrame,
    segments: pd.DataFrame,
    features: Sequence[str],
    *,
    n_factors: int,
    n_segments: int,
    seed: int,
    n_samples: int,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Refit scaler, factors and segments on resampled households.

    Each sample draws as many households as there are, with replacement. MinMax scaler,
    NMF and K-Means are fitted on it and all households are then labelled, whether they
    were drawn or not, so that two labels of every household can be compared.

    Parameters
    ----------
    scaled : DataFrame, n rows
        `household_id` and the features, MinMax-scaled on all households. Scaling is
        linear: a scaler fitted on these values is one fitted on the raw ones.
    segments : DataFrame, n rows
        `household_id`, `segment_id` (1, 2, ...): the labels to be found again.
    features : sequence of str
        Feature columns.
    n_factors, n_segments : int
        As in the fit whose labels these are.
    seed : int
        Sample k has the seed sequence (seed, k), so that no sample depends on another.
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
    scaled = sort_by_key(scaled, ["household_id"], "scaled")
    segments = sort_by_key(segments, ["household_id"], "segments")
    if list(scaled["household_id"]) != list(segments["household_id"]):
        raise ValueError("scaled and segments do not have the same households.")
    x = numeric_matrix(scaled, features, "scaled")
    labels = segments["segment_id"].to_numpy()
    frames = Parallel(n_jobs=n_jobs)(
        delayed(_refit)(x, labels, list(features), n_factors, n_segments, seed, k)
        for k in range(1, n_samples + 1)
    )
    return pd.concat(frames, ignore_index=True)


def _refit(
    x: np.ndarray,
    labels: np.ndarray,
    features: list[str],
    n_factors: int,
    n_segments: int,
    seed: int,
    sample_id: int,
) -> pd.DataFrame:
    """Return the rows of one sample."""
    rng = np.random.default_rng([seed, sample_id])
    drawn = rng.integers(len(x), size=len(x))
    try:
        clusters = _labels_of_refit(x, drawn, features, n_factors, n_segments, seed)
    except ValueError as error:
        return _rows(sample_id, [ALL_SEGMENTS], [np.nan], str(error))
    segment_ids = np.unique(labels)
    similarities = [
        adjusted_rand_score(labels, clusters),
        *(best_jaccard(labels == segment_id, clusters) for segment_id in segment_ids),
    ]
    return _rows(sample_id, [ALL_SEGMENTS, *segment_ids], similarities, None)


def _labels_of_refit(
    x: np.ndarray,
    drawn: np.ndarray,
    features: list[str],
    n_factors: int,
    n_segments: int,
    seed: int,
) -> np.ndarray:
    """Label all households by a segmentation that was fitted on the drawn ones."""
    low = x[drawn].min(axis=0)
    width = x[drawn].max(axis=0) - low
    # As int_scaled_features does: a constant is 0, and values beyond the range are cut.
    scaled = np.clip((x - low) / np.where(width > 0, width, np.inf), 0.0, 1.0)
    frame = pd.DataFrame(scaled, columns=features).assign(row=np.arange(len(x)))
    loadings = fit_nmf(frame.iloc[drawn], features, n_factors, seed)
    scores = score_factors(frame, loadings, ["row"])
    centroids = fit_kmeans(scores.iloc[drawn], n_segments, seed)
    # One row per cluster, in the order of the factors, as the score columns are.
    centres = centroids["centroid"].to_numpy().reshape(n_segments, -1)
    distances = (
        (scores.drop(columns="row").to_numpy()[:, None, :] - centres[None]) ** 2
    ).sum(axis=2)
    return distances.argmin(axis=1)


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
