"""Figures of SEGMENTATION.md: scalings compared, and 250,000 households.

`make scalings` fits factors and segments of the last build's households under several
scalings and writes `benchmarks/scalings.csv`. `make large-segmentation` times the fits
of customers on a sample of 250,000 households and on all, and applying them to all, and
writes `benchmarks/large_segmentation.csv`.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from bench import ROOT, MeasurementError, say, write_csv

from retail_uplift.customers.segment_selection import (
    compare_cluster_models,
    compare_factor_models,
)
from retail_uplift.customers.segment_stability import Chain
from retail_uplift.customers.segmentation import (
    fit_nmf,
    fit_range,
    fit_segments,
    scale_to_range,
    score_factors,
)
from retail_uplift.frames import pivot_features

SCALINGS = ROOT / "benchmarks" / "scalings.csv"
LARGE = ROOT / "benchmarks" / "large_segmentation.csv"
SEED = 42
N_FACTORS = range(2, 8)
N_SEGMENTS = range(4, 9)
# What the source study has: compared under each scaling.
SOURCE_STUDY_FACTORS = 5
N_SAMPLES = 20
N_LARGE = 250_000
N_FITTED = 10_000


def log_of_median(values: np.ndarray) -> np.ndarray:
    """Return log(1 + x / median), where the median is above 0; else log(1 + x)."""
    median = np.median(values, axis=0)
    return np.log1p(values / np.where(median > 0, median, 1.0))


def ranks(values: np.ndarray) -> np.ndarray:
    """Return each feature's ranks as shares of the households; equals share theirs."""
    return pd.DataFrame(values).rank(pct=True).to_numpy()


# Name, what is done to the features, share beyond the range at either end.
CANDIDATES: Sequence[tuple[str, Callable[[np.ndarray], np.ndarray], float]] = (
    ("minmax", lambda values: values, 0.0),
    ("range of 98 %", lambda values: values, 0.01),
    ("range of 90 %", lambda values: values, 0.05),
    ("log, range of 98 %", log_of_median, 0.01),
    ("ranks", ranks, 0.0),
)


def chosen_factors(metrics: pd.DataFrame) -> int:
    """Return the fewest factors within one standard error of the least held-out error.

    Parameters
    ----------
    metrics : DataFrame
        As `compare_factor_models` returns it.

    Returns
    -------
    int
    """
    errors = metrics[metrics["metric"] == "held_out_error"]
    best = errors.loc[errors["value"].idxmin()]
    within = errors["value"] <= best["value"] + best["std_error"]
    return int(errors.loc[within, "n_factors"].min())


def compare_scalings(values: pd.DataFrame, features: list[str]) -> list[dict[str, Any]]:
    """Measure factors and segments under each scaling.

    Parameters
    ----------
    values : DataFrame
        `household_id` and the features, filled but not scaled.
    features : list of str

    Returns
    -------
    list of dict
        One per scaling, number of factors (the one that the rule chooses, and the
        documents' five) and number of segments.
    """
    rows = []
    for k, (name, transform, tail) in enumerate(CANDIDATES, start=1):
        say(f"{k} of {len(CANDIDATES)}: {name}")
        moved = values.copy()
        moved[features] = transform(values[features].to_numpy())
        x = moved[features].to_numpy()
        scaled = moved.copy()
        scaled[features] = scale_to_range(x, *fit_range(x, tail))
        factors = compare_factor_models(
            scaled, features, N_FACTORS, seed=SEED, n_jobs=os.cpu_count()
        )
        by_rule = chosen_factors(factors)
        for n_factors in sorted({by_rule, SOURCE_STUDY_FACTORS}):
            chain = Chain(tuple(features), tail, n_factors, SEED)
            clusters = compare_cluster_models(
                moved,
                chain,
                ["k_means"],
                N_SEGMENTS,
                n_samples=N_SAMPLES,
                n_jobs=os.cpu_count(),
            )
            of_factors = factors[factors["n_factors"] == n_factors]
            model = dict(of_factors[["metric", "value"]].itertuples(index=False))
            wide = clusters.pivot(index="n_clusters", columns="metric", values="value")
            rows += [
                {
                    "scaling": name,
                    "n_factors": n_factors,
                    "is_by_rule": n_factors == by_rule,
                    "all_cells": round(model["explained_variance_all_cells"], 4),
                    "centred": round(model["explained_variance_centred"], 3),
                    "held_out_error": round(model["held_out_error"], 3),
                    "n_segments": n_segments,
                    "stability": round(measured["stability"], 2),
                    "silhouette": round(measured["silhouette"], 2),
                    "smallest_share": round(measured["smallest_share"], 3),
                }
                for n_segments, measured in wide.iterrows()
            ]
    return rows


def household_values(warehouse: Path) -> tuple[pd.DataFrame, list[str]]:
    """Read the features that factors are fitted on, filled but not scaled.

    Parameters
    ----------
    warehouse : Path
        A finished warehouse; opened read-only.

    Returns
    -------
    DataFrame, list of str
        As `pivot_features`.

    Raises
    ------
    MeasurementError
        If there is no such warehouse or table.
    """
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.sql(
                "from intermediate.int_fit_features where is_reduced"
            ).df()
    except duckdb.Error as error:
        raise MeasurementError(f"no finished warehouse {warehouse}: {error}") from error
    return pivot_features(rows, "filled_value")


def many_households(values: pd.DataFrame, features: list[str]) -> pd.DataFrame:
    """Draw 250,000 households like the given ones: drawn again, each a little moved."""
    rng = np.random.default_rng(SEED)
    drawn = values[features].to_numpy()[rng.integers(len(values), size=N_LARGE)]
    moved = drawn * rng.lognormal(sigma=0.05, size=drawn.shape)
    return pd.DataFrame(moved, columns=features).assign(
        household_id=np.arange(1, N_LARGE + 1)
    )


def time_fits(values: pd.DataFrame, features: list[str]) -> list[dict[str, Any]]:
    """Time the fits on a sample and on all households, and applying them to all.

    Parameters
    ----------
    values : DataFrame, `N_LARGE` rows
        `household_id` and the features.
    features : list of str

    Returns
    -------
    list of dict
        `step`, `n_households`, `seconds`, `peak_gb` of the process so far.
    """
    rng = np.random.default_rng(SEED)
    sample = values.iloc[np.sort(rng.permutation(len(values))[:N_FITTED])]
    low, high = fit_range(values[features].to_numpy(), 0.01)

    def scaled(frame: pd.DataFrame) -> pd.DataFrame:
        result = frame.copy()
        result[features] = scale_to_range(frame[features].to_numpy(), low, high)
        return result

    rows: list[dict[str, Any]] = []

    def timed(step: str, n_households: int, work: Callable[[], Any]) -> Any:
        say(f"{step}, {n_households:,} households")
        started = time.perf_counter()
        result = work()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rows.append(
            {
                "step": step,
                "n_households": n_households,
                "seconds": round(time.perf_counter() - started, 1),
                "peak_gb": round(peak / 1024**2, 1),
            }
        )
        return result

    keys = ["household_id"]
    n_jobs = os.cpu_count()
    timed(
        "compare 2 to 11 factors",
        len(sample),
        lambda: compare_factor_models(
            scaled(sample), features, range(2, 12), seed=SEED, n_jobs=n_jobs
        ),
    )
    timed(
        "compare 2 to 11 segments, both methods",
        len(sample),
        lambda: compare_cluster_models(
            sample,
            Chain(tuple(features), 0.01, 3, SEED),
            ["k_means", "gaussian_mixture"],
            range(2, 12),
            n_samples=N_SAMPLES,
            n_jobs=n_jobs,
        ),
    )
    for frame in (sample, values):
        n_households = len(frame)
        loadings = timed(
            "fit 3 factors",
            n_households,
            lambda frame=frame: fit_nmf(scaled(frame), features, 3, SEED),
        )
        scores = timed(
            "score on 3 factors",
            n_households,
            lambda frame=frame, loadings=loadings: score_factors(
                scaled(frame), loadings, keys
            ),
        )
        timed(
            "fit 6 segments",
            n_households,
            lambda scores=scores: fit_segments(scores, "k_means", 6, SEED),
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=("scalings", "large"))
    parser.add_argument(
        "--real",
        type=Path,
        default=ROOT / "warehouse" / "retail_uplift.duckdb",
        help="warehouse of the default edition",
    )
    given = parser.parse_args()
    values, features = household_values(given.real)
    if given.command == "scalings":
        write_csv(compare_scalings(values, features), SCALINGS)
    else:
        write_csv(time_fits(many_households(values, features), features), LARGE)


if __name__ == "__main__":
    try:
        main()
    except (MeasurementError, OSError) as error:
        sys.exit(f"segmentation: {error}")
