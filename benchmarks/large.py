"""Staging, checks and features at ten and a hundred times the bundled year.

`make large-build` simulates a year of 22,830 and of 228,300 households (14.7 and 147
million lines), puts the lines in the order of their days as tills write them, builds
staging and the 33 features with the tests of both, and writes
`benchmarks/large_builds.csv`.
"""

import argparse
import csv
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
from bench import (
    FEATURE_MODELS,
    N_THREADS,
    NO_UNIT_TESTS,
    ROOT,
    MeasurementError,
    run_dbt,
    say,
    write_csv,
)
from known_truth import simulate
from node_usage import Node, Usage, read_nodes

from retail_uplift.memory import memory_limit

RESULTS = ROOT / "benchmarks" / "large_builds.csv"
# Households that buy ten and a hundred times the lines of the bundled year.
SIZES = {"10": 22_830, "100": 228_300}
SEED = 20260101
TABLES = ("path:models/staging", "+int_window_features")
STEPS = ("staging", "checks", "windows", "features", "all")


def step_of(node: Node) -> str:
    """Return the step of STEPS that a node belongs to.

    Windows are what lies between staging and features: trials and the days of windows.
    """
    if node.unique_id.startswith("test."):
        return "checks"
    if node.path.startswith("staging/"):
        return "staging"
    name = node.unique_id.split(".")[2]
    return "features" if name in FEATURE_MODELS else "windows"


def summarise(nodes: Iterable[Node], usage: Usage) -> list[dict[str, Any]]:
    """Return a row for each step with seconds, CPU seconds and peak memory in GB.

    The seconds of the nodes of a step are added up: dbt's start is not among them.
    """
    rows = {
        step: {"step": step, "seconds": 0.0, "cpu_seconds": 0.0, "peak_gb": 0.0}
        for step in STEPS
    }
    for node in nodes:
        cpu_seconds, peak_gb = usage.between(node.start, node.end)
        for row in (rows[step_of(node)], rows["all"]):
            row["seconds"] += node.end - node.start
            row["cpu_seconds"] += cpu_seconds
            row["peak_gb"] = max(row["peak_gb"], peak_gb)
    return [
        row
        | {
            "seconds": round(row["seconds"]),
            "cpu_seconds": round(row["cpu_seconds"]),
            "peak_gb": round(row["peak_gb"], 1),
        }
        for row in rows.values()
    ]


def make_world(n_households: int, folder: Path) -> None:
    """Simulate a year and put its lines in the order of days.

    Parameters
    ----------
    n_households : int
    folder : Path
        A new folder.

    Raises
    ------
    MeasurementError
        If the simulation fails.
    """
    world = {"world": "heterogeneous", "households": n_households, "seed": SEED}
    simulate(world, folder)
    simulated = folder / "transactions.parquet"
    by_day = folder / "transactions_by_day.parquet"
    with duckdb.connect(
        config={
            "threads": N_THREADS,
            "memory_limit": memory_limit(),
            "temp_directory": str(folder.with_name("sorting")),
        }
    ) as connection:
        connection.execute(
            f"copy (from '{simulated}' order by day, basket_id, product_id) "
            f"to '{by_day}'"
        )
    by_day.replace(simulated)


def measure(world: Path, folder: Path) -> list[dict[str, Any]]:
    """Build staging and features of a world; return the rows of the results.

    Parameters
    ----------
    world : Path
        Folder of the raw tables, as `make_world` leaves it.
    folder : Path
        Receives the warehouse and what dbt writes.

    Raises
    ------
    MeasurementError
        If the build or one of its tests fails.
    """
    load = os.getloadavg()[0]
    with Usage() as usage:
        # One node after the other: each has both cores.
        run_dbt(
            folder,
            ("build", *NO_UNIT_TESTS, "--threads", "1", "--select", *TABLES),
            {
                "RETAIL_UPLIFT_EDITION": "canonical",
                "RETAIL_UPLIFT_RAW_DIR": str(world),
                "RETAIL_UPLIFT_STUDIED_CAMPAIGN_TYPES": '["A"]',
            },
        )
    with duckdb.connect(
        str(folder / "retail_uplift.duckdb"), read_only=True
    ) as connection:
        (n_lines,) = connection.sql(
            "select count(*) from staging.stg_transactions"
        ).fetchone()
        (n_windows,) = connection.sql(
            "select count(*) from intermediate.int_window_features"
        ).fetchone()
    size = {"n_lines": n_lines, "n_windows": n_windows}
    machine = {"n_cores": os.cpu_count(), "load_before": round(load, 1)}
    rows = summarise(read_nodes(folder / "target"), usage)
    return [size | row | machine for row in rows]


def kept_rows(n_lines: Iterable[int]) -> list[dict[str, Any]]:
    """Return the rows of the results so far, except for sizes measured anew."""
    if not RESULTS.exists():
        return []
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return [
            row for row in csv.DictReader(file) if int(row["n_lines"]) not in n_lines
        ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--times", nargs="+", choices=SIZES, default=list(SIZES), help="of the year"
    )
    parser.add_argument(
        "--world", type=Path, help="a world of an earlier run, instead of a new one"
    )
    given = parser.parse_args(arguments)
    for times in given.times:
        with tempfile.TemporaryDirectory(prefix="retail_uplift_") as name:
            folder = Path(name)
            world = given.world or folder / "world"
            if given.world is None:
                say(f"simulating {SIZES[times]:,} households")
                make_world(SIZES[times], world)
            say("building staging and features, with their tests")
            rows = measure(world, folder)
        kept = kept_rows({row["n_lines"] for row in rows})
        by_size = sorted(kept + rows, key=lambda row: int(row["n_lines"]))
        write_csv(by_size, RESULTS)


if __name__ == "__main__":
    try:
        main()
    except (MeasurementError, OSError, duckdb.Error) as error:
        sys.exit(f"large: {error}")
