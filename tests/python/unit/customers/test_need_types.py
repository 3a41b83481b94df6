"""Need clusters of all households and of each tier, on households made by hand."""

import numpy as np
import pandas as pd
import pytest

from retail_uplift.customers.need_types import compare_need_models, fit_need_models

# As in the seed: neither from 1 on nor without a gap.
POSITIONS = {"share_fresh": 28, "private_label_ratio": 22}
COMPARE = {"tail": 0.0, "seed": 1, "n_samples": 3}


def need_rows(points: np.ndarray, first_household: int = 101) -> pd.DataFrame:
    """Long rows of points (private_label_ratio, share_fresh) in [0, 1]."""
    wide = pd.DataFrame(points, columns=["private_label_ratio", "share_fresh"])
    wide["household_id"] = first_household + np.arange(len(wide))
    rows = wide.melt("household_id", var_name="feature", value_name="scaled_value")
    rows["position"] = rows["feature"].map(POSITIONS)
    # The scale is that of all households: 0 to 10.
    return rows.assign(filled_value=10 * rows["scaled_value"])


def tiers_of(counts: dict[str, int], first_household: int = 101) -> pd.DataFrame:
    names = np.repeat(list(counts), list(counts.values()))
    return pd.DataFrame(
        {
            "household_id": first_household + np.arange(len(names)),
            "value_tier": names,
        }
    )


@pytest.fixture(scope="module")
def groups() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tier High has two groups of 20 households, tier Low two elsewhere."""
    rng = np.random.default_rng(5)
    centres = np.array([[0.1, 0.1], [0.1, 0.4], [0.9, 0.6], [0.6, 0.9]])
    points = np.repeat(centres, 20, axis=0) + rng.normal(scale=0.02, size=(80, 2))
    return need_rows(points.clip(0, 1)), tiers_of({"High": 40, "Low": 40})


def test_each_layer_is_compared_by_its_own_households(groups) -> None:
    metrics = compare_need_models(*groups, range(2, 5), **COMPARE)
    assert list(metrics["clustering"].unique()) == ["needs", "needs_high", "needs_low"]
    assert (metrics["method"] == "k_means").all()
    assert metrics["failure"].isna().all()
    best = (
        metrics[metrics["metric"] == "silhouette"]
        .sort_values("value")
        .groupby("clustering")["n_clusters"]
        .last()
    )
    assert best.to_dict() == {"needs": 4, "needs_high": 2, "needs_low": 2}
    stability = metrics[metrics["metric"] == "stability"]
    stability = stability.set_index(["clustering", "n_clusters"])["value"]
    assert stability["needs", 4] > 0.95
    assert stability["needs_high", 2] == stability["needs_low", 2] == 1.0


def test_a_tier_keeps_the_scale_of_all_households(groups) -> None:
    """The silhouette of a tier is that of the points which are clustered in the end."""
    rows, tiers = groups
    metrics = compare_need_models(rows, tiers, [2], **COMPARE)
    found = metrics.set_index(["clustering", "metric"])["value"][
        "needs_high", "inertia"
    ]
    high = rows[rows["household_id"] <= 140]
    wide = high.pivot(index="household_id", columns="feature", values="scaled_value")
    groups_of_20 = np.repeat([0, 1], 20)
    inertia = wide.groupby(groups_of_20).transform(lambda x: (x - x.mean()) ** 2)
    assert found == pytest.approx(inertia.to_numpy().sum(), rel=1e-12)


def test_the_order_of_rows_and_the_number_of_processes_do_not_matter(groups) -> None:
    rows, tiers = groups
    metrics = compare_need_models(rows, tiers, [2, 3], **COMPARE)
    shuffled = rows.sample(frac=1, random_state=6), tiers[::-1]
    again = compare_need_models(*shuffled, [2, 3], **COMPARE, n_jobs=2)
    pd.testing.assert_frame_equal(again, metrics)


def test_a_tier_too_small_for_a_size_says_so_and_stops_nothing(groups) -> None:
    rows, _ = groups
    # 77 households and 3; the last is not among those of the fit.
    tiers = tiers_of({"High": 77, "Low": 3, "Medium": 1})
    metrics = compare_need_models(rows, tiers, [2, 3, 4], **COMPARE)
    failed = metrics[metrics["failure"].notna()].set_index(["clustering", "n_clusters"])
    assert list(failed.index) == [
        ("needs_low", 3),
        ("needs_low", 4),
        ("needs_medium", 2),
        ("needs_medium", 3),
        ("needs_medium", 4),
    ]
    assert failed["failure"].iloc[0] == "3 clusters of 3 households"
    assert failed[["metric", "value", "std_error"]].isna().all(axis=None)


def test_models_are_laid_out_by_the_positions_of_their_features(groups) -> None:
    chosen = pd.DataFrame(
        {
            "clustering": ["needs_high", "segments", "needs_low"],
            "method": ["k_means", "gaussian_mixture", "k_means"],
            "n_clusters": [2, 6, 2],
        }
    )
    rows, tiers = groups
    # share_fresh comes first in the rows, second by position.
    table = fit_need_models(rows[::-1], tiers, chosen, seed=1)
    assert list(table.columns) == [
        "clustering",
        "cluster",
        "axis",
        "other_axis",
        "centroid",
        "other_centroid",
        "precision",
        "log_weight",
    ]
    # K-Means has a precision on the diagonal alone.
    assert (table["axis"] == table["other_axis"]).all()
    assert (table["precision"] == 1).all()
    centroids = table.pivot(
        index=["clustering", "cluster"], columns="axis", values="centroid"
    )
    assert list(centroids.columns) == [22, 28]
    expected = {
        ("needs_high", 1): [0.1, 0.4],
        ("needs_high", 2): [0.1, 0.1],
        ("needs_low", 1): [0.6, 0.9],
        ("needs_low", 2): [0.9, 0.6],
    }
    assert set(centroids.index) == set(expected)
    for key, centre in expected.items():
        np.testing.assert_allclose(centroids.loc[key], centre, atol=0.03)


def test_without_a_chosen_layer_the_table_is_empty_but_typed(groups) -> None:
    chosen = pd.DataFrame(
        {"clustering": ["segments"], "method": ["x"], "n_clusters": [6]}
    )
    table = fit_need_models(*groups, chosen, seed=1)
    assert table.empty
    assert table["axis"].dtype == np.int64
    assert table["centroid"].dtype == np.float64


@pytest.mark.parametrize("missing", ["feature", "scaled_value"])
def test_rows_without_a_column_are_refused(groups, missing: str) -> None:
    rows, tiers = groups
    with pytest.raises(ValueError, match=missing):
        fit_need_models(
            rows.drop(columns=missing),
            tiers,
            pd.DataFrame(
                {"clustering": ["needs"], "method": ["k_means"], "n_clusters": [2]}
            ),
            seed=1,
        )
