"""Need clusters of all households and of each value tier: compared, then fitted."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from retail_uplift.customers.clustering import K_MEANS, ClusterModel, fit_clusters
from retail_uplift.customers.segment_selection import compare_cluster_models
from retail_uplift.customers.segment_stability import Chain
from retail_uplift.customers.segmentation import cluster_table
from retail_uplift.frames import check_columns, numeric_matrix, pivot_features

ALL_TIERS = "needs"


def compare_need_models(
    rows: pd.DataFrame,
    tiers: pd.DataFrame,
    n_clusters: Sequence[int],
    *,
    tail: float,
    seed: int,
    n_samples: int,
    min_households: int = 1,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Measure K-Means of several sizes on the need features.

    Parameters
    ----------
    rows : DataFrame
        `household_id`, `feature`, `position`, `filled_value`, `scaled_value`: one row
        per household of the fit and need feature.
    tiers : DataFrame
        `household_id`, `value_tier`. It may hold households that are not in `rows`.
    n_clusters : sequence of int
    tail : float
        Of the scaler, see `fit_range`.
    seed : int
    n_samples : int
        Resamples behind the stability.
    min_households : int
        A clustering with fewer households is not fitted.
    n_jobs : int
        Processes; no effect on the result.

    Returns
    -------
    DataFrame
        `clustering`, then the columns of `compare_cluster_models`. Clustering needs
        holds all households, scaled anew in each resample; needs_high and so on hold
        one tier, whose scale is taken as given. A size that a clustering has too few
        households for has one row without metric and with the reason.

    Raises
    ------
    ValueError
        If a frame is empty or malformed or there is no sample to draw.
    """
    frames = []
    for clustering, clustering_rows in _clusterings(rows, tiers):
        n_households = clustering_rows["household_id"].nunique()
        # Of n households there are no n clusters to be told apart.
        sizes = [k for k in n_clusters if k < n_households]
        if sizes:
            metrics = compare_cluster_models(
                *_values_and_chain(clustering, clustering_rows, tail, seed),
                [K_MEANS],
                sizes,
                n_samples=n_samples,
                min_households=min_households,
                n_jobs=n_jobs,
            )
            frames.append(metrics.assign(clustering=clustering))
        if len(sizes) < len(n_clusters):
            larger = [k for k in n_clusters if k >= n_households]
            frames.append(_failures(clustering, larger, n_households))
    metrics = pd.concat(frames, ignore_index=True)
    return metrics[["clustering", *metrics.columns.drop("clustering")]]


def fit_need_models(
    rows: pd.DataFrame, tiers: pd.DataFrame, chosen: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """Fit the chosen model of each clustering.

    Parameters
    ----------
    rows, tiers : DataFrame
        As in `compare_need_models`.
    chosen : DataFrame
        `clustering`, `method`, `n_clusters`: one row per clustering that has a model.
        Clusterings of other things than needs are passed over.
    seed : int

    Returns
    -------
    DataFrame
        `clustering`, then the columns of `cluster_table`, where axis and other_axis are
        the positions of the features. A clustering without a model has no rows.

    Raises
    ------
    ValueError
        If rows or tiers are empty or malformed, or a model cannot be fitted.
    """
    models = chosen.set_index("clustering")[["method", "n_clusters"]]
    # Typed columns, though no clustering may have a model.
    nothing = ClusterModel(
        np.empty((0, 1)), np.empty((0, 1, 1)), np.empty(0), criterion=np.nan
    )
    frames = [cluster_table(nothing).assign(clustering="")]
    for clustering, clustering_rows in _clusterings(rows, tiers):
        if clustering not in models.index:
            continue
        values, features = pivot_features(clustering_rows, "scaled_value")
        method, n_clusters = models.loc[clustering]
        points = numeric_matrix(values, features, "rows")
        table = cluster_table(fit_clusters(points, method, int(n_clusters), seed))
        positions = np.sort(clustering_rows["position"].unique())
        frames.append(
            table.assign(
                clustering=clustering,
                axis=positions[table["axis"] - 1],
                other_axis=positions[table["other_axis"] - 1],
            )
        )
    fitted = pd.concat(frames, ignore_index=True)
    return fitted[["clustering", *fitted.columns.drop("clustering")]]


def _clusterings(
    rows: pd.DataFrame, tiers: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the name and the rows of all households, then of each tier by name."""
    check_columns(rows, ["household_id", "feature", "position"], "rows")
    check_columns(tiers, ["household_id", "value_tier"], "tiers")
    yield ALL_TIERS, rows
    for tier, members in tiers.groupby("value_tier", sort=True):
        is_member = rows["household_id"].isin(members["household_id"])
        yield f"{ALL_TIERS}_{str(tier).lower()}", rows[is_member]


def _values_and_chain(
    clustering: str, rows: pd.DataFrame, tail: float, seed: int
) -> tuple[pd.DataFrame, Chain]:
    """Return a clustering's values and what a resample repeats of them."""
    is_tier = clustering != ALL_TIERS
    values, features = pivot_features(
        rows, "scaled_value" if is_tier else "filled_value"
    )
    # A tier has no range of its own: its households keep the scale of all.
    chain = Chain(tuple(features), None if is_tier else tail, None, seed)
    return values, chain


def _failures(clustering: str, sizes: Sequence[int], n_households: int) -> pd.DataFrame:
    """Return the rows of sizes that a clustering has too few households for."""
    return pd.DataFrame(
        {
            "clustering": clustering,
            "method": K_MEANS,
            "n_clusters": sizes,
            "metric": pd.Series([None] * len(sizes), dtype="str"),
            "value": np.nan,
            "std_error": np.nan,
            "failure": [f"{k} clusters of {n_households} households" for k in sizes],
        }
    )
