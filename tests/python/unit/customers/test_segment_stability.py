"""Segments that are there are found again, those that are not are not."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from retail_uplift.customers.segment_stability import (
    Chain,
    best_jaccard,
    bootstrap_segments,
)

FEATURES = ["a", "b", "c"]
CHAIN = Chain(features=("a", "b", "c"), tail=0.0, n_factors=2, seed=1)
FIT = {"method": "k_means", "n_segments": 3, "n_samples": 6}


def households(values: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=FEATURES)
    return frame.assign(household_id=np.arange(101, 101 + len(frame)))


def labelled(segment_ids: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "household_id": np.arange(101, 101 + len(segment_ids)),
            "segment_id": segment_ids,
        }
    )


@pytest.fixture(scope="module")
def groups() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three groups of 60 households, far apart."""
    rng = np.random.default_rng(2)
    centres = np.array([[0.1, 0.9, 0.1], [0.9, 0.1, 0.2], [0.9, 0.9, 0.9]])
    segment_ids = np.repeat([1, 2, 3], 60)
    values = centres[segment_ids - 1] + rng.normal(scale=0.03, size=(180, 3))
    return households(np.abs(values)), labelled(segment_ids)


def test_groups_that_are_far_apart_are_found_again(groups) -> None:
    found = bootstrap_segments(*groups, CHAIN, **FIT)
    assert found["failure"].isna().all()
    assert list(found["segment_id"]) == [0, 1, 2, 3] * 6
    np.testing.assert_array_equal(found["similarity"], 1.0)


def test_labels_by_chance_are_not_found_again(groups) -> None:
    scaled, segments = groups
    by_chance = np.random.default_rng(3).permutation(segments["segment_id"])
    found = bootstrap_segments(scaled, labelled(by_chance), CHAIN, **FIT)
    index = found.loc[found["segment_id"] == 0, "similarity"]
    # An index of 180 labels by chance has a standard deviation near 0.01.
    assert index.abs().max() < 0.05
    # A third of a third of the households lies in both, so 1/5 of those in either.
    others = found.loc[found["segment_id"] > 0, "similarity"]
    assert others.between(0.15, 0.35).all()


def test_samples_do_not_depend_on_each_other_or_on_the_order_of_rows(groups) -> None:
    rng = np.random.default_rng(4)
    noisy, segments = groups
    noisy = noisy.assign(**{name: rng.random(180) for name in FEATURES})
    found = bootstrap_segments(noisy, segments, CHAIN, **FIT)
    assert found["similarity"].nunique() > 6
    fewer = bootstrap_segments(
        noisy[::-1], segments[::-1], CHAIN, **(FIT | {"n_samples": 2, "n_jobs": 2})
    )
    pd.testing.assert_frame_equal(fewer, found[found["sample_id"] <= 2])


def test_a_sample_is_scaled_by_its_own_range(groups) -> None:
    """A household beyond the drawn range is cut, as other windows are in the build."""
    x = groups[0][FEATURES].to_numpy()
    drawn = np.arange(1, 180)
    squeezed = 0.01 * x
    squeezed[0] = 1.0
    low, high = x[1:].min(axis=0), x[1:].max(axis=0)
    cut = (x - low) / (high - low)
    cut[0] = 1.0
    np.testing.assert_allclose(
        CHAIN.refit_points(squeezed, drawn), CHAIN.refit_points(cut, drawn), atol=1e-6
    )


def test_a_chain_without_factors_clusters_the_scaled_features(groups) -> None:
    x = groups[0][FEATURES].to_numpy()
    chain = Chain(features=("a", "b", "c"), tail=0.1, n_factors=None, seed=1)
    points = chain.refit_points(x, np.arange(180))
    low, high = np.quantile(x, [0.1, 0.9], axis=0)
    np.testing.assert_allclose(points, np.clip((x - low) / (high - low), 0, 1))
    found = bootstrap_segments(*groups, chain, **FIT)
    np.testing.assert_array_equal(found["similarity"], 1.0)


def test_a_fit_that_fails_is_counted_with_its_reason(groups) -> None:
    scaled, segments = groups
    found = bootstrap_segments(
        scaled.assign(c=scaled["a"], b=scaled["a"]), segments, CHAIN, **FIT
    )
    assert list(found["segment_id"]) == [0] * 6
    assert found["similarity"].isna().all()
    assert found["failure"].str.len().min() > 10


@pytest.mark.parametrize(
    ("is_member", "clusters", "expected"),
    [
        # Cluster 7 holds two of the three members and one other: 2 / 4.
        ([1, 1, 1, 0, 0], [7, 7, 8, 7, 9], 1 / 2),
        ([1, 1, 0, 0, 0], [4, 4, 5, 5, 5], 1.0),
        ([1, 0, 0, 0, 0], [1, 1, 1, 1, 1], 1 / 5),
    ],
)
def test_jaccard_is_that_of_the_cluster_most_alike(
    is_member, clusters, expected
) -> None:
    given = best_jaccard(np.array(is_member, dtype=bool), np.array(clusters))
    assert given == pytest.approx(expected)


def test_adjusted_rand_index_of_a_worked_case() -> None:
    # Together in both 1 pair, in the first 2, in the second 3, of 6: (1 - 1) / 1.5.
    assert adjusted_rand_score([1, 1, 2, 2], [1, 1, 1, 2]) == 0.0


def test_malformed_inputs_are_errors(groups) -> None:
    scaled, segments = groups
    with pytest.raises(ValueError, match="n_samples is 0, not 1 or more"):
        bootstrap_segments(scaled, segments, CHAIN, **(FIT | {"n_samples": 0}))
    with pytest.raises(ValueError, match="do not have the same households"):
        bootstrap_segments(scaled, segments[1:], CHAIN, **FIT)
    with pytest.raises(ValueError, match="values lacks the columns"):
        bootstrap_segments(scaled.drop(columns="a"), segments, CHAIN, **FIT)


def test_data_without_factors_are_placed_by_the_mean_of_their_features() -> None:
    values = np.array([[0.0, 4.0], [1.0, 0.0], [2.0, 2.0]])
    points = Chain(("a", "b"), 0.0, 0, 1).refit_points(values, np.arange(3))
    # Scaled: (0, 1), (0.5, 0) and (1, 0.5).
    np.testing.assert_allclose(points, [[0.5], [0.25], [0.75]])
