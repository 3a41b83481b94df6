"""Figures of KNOWN_TRUTH.md: the simulated retailer beside the real year and its truth.

`make marginals` compares the 33 features of a simulated year with those of the real one
and writes `benchmarks/feature_marginals.csv`. `make simulated-build` makes and builds a
large world and writes `benchmarks/simulated_builds.csv` (time and memory) and
`benchmarks/compare_with_truth.csv` (the query of that name). `make audit-table` copies
the last audit to `benchmarks/estimator_audit.csv`.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
from bench import (
    ROOT,
    Build,
    MeasurementError,
    measure_command,
    run_dbt,
    say,
    write_csv,
)

BENCHMARKS = ROOT / "benchmarks"
MARGINALS = BENCHMARKS / "feature_marginals.csv"
BUILDS = BENCHMARKS / "simulated_builds.csv"
COMPARISON = BENCHMARKS / "compare_with_truth.csv"
AUDIT = BENCHMARKS / "estimator_audit.csv"

# No campaign has an effect, so that only behaviour is compared.
MARGINALS_WORLD = {"world": "null", "households": 5_000, "weeks": 52, "seed": 1}
# One trial: with more, later campaigns choose the controls (DECISIONS.md). The overlap
# lets the gate pass, so that the ATE is the headline.
LARGE_WORLD = {
    "world": "heterogeneous",
    "households": 20_000,
    "weeks": 52,
    "seed": 7,
    "overlap": 0.5,
    "trials": 1,
}
# Three digits show a difference; further ones would change with every retouch.
N_DIGITS = 3
QUANTILES = {"p10": 0.1, "median": 0.5, "p90": 0.9}
FEATURES = "marts.fct_household_features"


def feature_marginals(real: Path, simulated: Path) -> list[dict[str, Any]]:
    """Put the quantiles of each feature in two warehouses side by side.

    Parameters
    ----------
    real, simulated : Path
        Warehouses with `seeds.features` and `marts.fct_household_features`; opened
        read-only. Window `full` is compared; a missing value counts nowhere.

    Returns
    -------
    list of dict
        One per feature, in the order of the seed: `feature`; `real_p10`,
        `real_median`, `real_p90` and the same of `simulated`, with three significant
        digits; `median_rank`, the share of real households below the simulated median:
        0.5 = the medians agree. If several households have just this value, its ranks
        are a range, and the one nearest to 0.5 is taken.

    Raises
    ------
    MeasurementError
        If a warehouse or one of its tables is missing, or a feature has no value.
    """
    with duckdb.connect() as connection:
        for year, path in (("real", real), ("simulated", simulated)):
            try:
                connection.execute(f"attach {_quoted(path)} as {year} (read_only)")
                connection.execute(f"from {year}.{FEATURES} limit 0")
                names = connection.sql(
                    f"select feature from {year}.seeds.features order by position"
                ).fetchall()
            except duckdb.Error as error:
                raise MeasurementError(
                    f"the {year} year has no finished warehouse {path}: {error}"
                ) from error
        return [_marginals_of(connection, feature) for (feature,) in names]


def _marginals_of(
    connection: duckdb.DuckDBPyConnection, feature: str
) -> dict[str, Any]:
    row: dict[str, Any] = {"feature": feature}
    for year in ("real", "simulated"):
        # The cast makes quantiles of whole numbers and decimals interpolate too.
        (values,) = connection.execute(
            f"select quantile_cont(cast({feature} as double), $shares) "
            f"from {year}.{FEATURES} where window_id = 'full'",
            {"shares": list(QUANTILES.values())},
        ).fetchone()
        if values is None:
            raise MeasurementError(f"the {year} year has no value of {feature}.")
        row |= {
            f"{year}_{name}": value
            for name, value in zip(QUANTILES, values, strict=True)
        }
    ((below, up_to),) = connection.execute(
        f"""
        select
            avg(cast(cast({feature} as double) < $median as integer)),
            avg(cast(cast({feature} as double) <= $median as integer))
        from real.{FEATURES}
        where window_id = 'full'
        """,
        {"median": row["simulated_median"]},
    ).fetchall()
    rank = min(max(0.5, below), up_to)
    figures = {
        name: _rounded(value) for name, value in row.items() if name != "feature"
    }
    return {"feature": feature, **figures, "median_rank": round(rank, 2)}


def _rounded(value: float) -> float:
    """Round to three significant digits; zero has no sign."""
    return float(f"{value:.{N_DIGITS}g}") + 0.0


def simulate(world: Mapping[str, Any], folder: Path) -> Build:
    """Write a world into a new folder.

    Parameters
    ----------
    world : mapping
        Options of `python -m retail_uplift.simulate` and their values.
    folder : Path
        New folder; its output stands beside it.

    Returns
    -------
    Build
        Wall seconds and peak memory.
    """
    options = [part for name, value in world.items() for part in (f"--{name}", value)]
    command = [
        sys.executable,
        "-m",
        "retail_uplift.simulate",
        *options,
        "--out",
        folder,
    ]
    return measure_command(
        list(map(str, command)), folder.with_name(f"{folder.name}.txt")
    )


def renew_marginals(real: Path) -> None:
    """Simulate a year, build its features and write `feature_marginals.csv`."""
    if not real.is_file():
        raise MeasurementError(f"there is no warehouse {real}: run `make build` first.")
    with tempfile.TemporaryDirectory(prefix="retail_uplift_marginals_") as name:
        folder = Path(name)
        say(f"simulating {_words(MARGINALS_WORLD)}")
        simulate(MARGINALS_WORLD, folder / "world")
        say("building its features")
        build = run_dbt(
            folder,
            [
                "build",
                *("--select", "+fct_household_features", "features"),
                *("--exclude-resource-type", "test", "unit_test"),
                *("--vars", _dbt_vars(folder / "world")),
            ],
        )
        say(f"built in {build.seconds:.0f} s, comparing")
        rows = feature_marginals(real, folder / "retail_uplift.duckdb")
    write_csv(rows, MARGINALS)


def renew_simulated_build() -> None:
    """Make and build a large world; write its time, its memory and its estimates."""
    # Well above 0, it says that others used the machine at the same time.
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="retail_uplift_simulated_") as name:
        folder = Path(name)
        world = folder / "world"
        say(f"simulating {_words(LARGE_WORLD)}")
        simulated = simulate(LARGE_WORLD, world)
        say(f"simulated in {simulated.seconds:.0f} s, building with all tests")
        edition = ("--vars", _dbt_vars(world))
        built = run_dbt(folder, ["build", *edition])
        say(f"built in {built.seconds:.0f} s, comparing with the truth")
        show = ["show", "--select", "compare_with_truth", "--output", "json", *edition]
        run_dbt(folder, ["--quiet", *show])
        comparison = json.loads((folder / "output.txt").read_text())["show"]
        lines = _quoted(world / "transactions.parquet")
        (n_lines,) = duckdb.sql(f"select count(*) from {lines}").fetchone()
        n_bytes = {
            "simulate": sum(path.stat().st_size for path in world.iterdir()),
            "build": (folder / "retail_uplift.duckdb").stat().st_size,
        }
    rows = [
        {
            "step": step,
            "n_households": LARGE_WORLD["households"],
            "n_weeks": LARGE_WORLD["weeks"],
            "n_lines": n_lines,
            "seconds": round(measured.seconds),
            "peak_gb": round(measured.peak_gb, 2),
            "written_gb": round(n_bytes[step] / 1e9, 2),
            "n_cores": os.cpu_count(),
            "load_before": round(load, 1),
        }
        for step, measured in (("simulate", simulated), ("build", built))
    ]
    write_csv(rows, BUILDS)
    write_csv(comparison, COMPARISON)


def audit_rows(warehouse: Path) -> list[dict[str, Any]]:
    """Return the rows of the last audit, rounded: dollars to cents, rates to 0.1 %.

    Parameters
    ----------
    warehouse : Path
        Warehouse with `evidence.fct_estimator_audit`; opened read-only.

    Returns
    -------
    list of dict
        The columns of the mart but for the time at which it was finished.

    Raises
    ------
    MeasurementError
        If there is no such warehouse, or no audit was run on it.
    """
    if not warehouse.is_file():
        raise MeasurementError(f"there is no warehouse {warehouse}.")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        frame = connection.sql(
            "select * exclude (finished_at) from evidence.fct_estimator_audit "
            "order by design, world, estimand, estimator"
        ).df()
    if frame.empty:
        raise MeasurementError(f"no audit of {warehouse}: run `make audit` first.")
    rates = [name for name in frame if name.startswith(("coverage", "rejection"))]
    dollars = frame.columns[frame.dtypes == "float64"].difference(rates)
    digits = dict.fromkeys(rates, 3) | dict.fromkeys(dollars, 2)
    # Adding 0 takes the sign from a rounded -0.
    rounded = frame.round(digits)
    rounded[list(digits)] += 0.0
    return rounded.to_dict("records")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _dbt_vars(world: Path) -> str:
    # The truth is that of TypeA campaigns.
    return json.dumps(
        {
            "edition": "canonical",
            "raw_dir": str(world),
            "studied_campaign_types": ["A"],
        }
    )


def _words(world: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in world.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for command, help_text in (
        ("marginals", "the 33 features side by side"),
        ("audit-table", "the last audit of the estimators"),
    ):
        commands.add_parser(command, help=help_text).add_argument(
            "--real",
            type=Path,
            default=ROOT / "warehouse" / "retail_uplift.duckdb",
            help="warehouse of the default edition",
        )
    commands.add_parser("simulated-build", help="time, memory and estimates of a world")
    given = parser.parse_args()
    if given.command == "marginals":
        renew_marginals(given.real)
    elif given.command == "audit-table":
        write_csv(audit_rows(given.real), AUDIT)
    else:
        renew_simulated_build()


if __name__ == "__main__":
    try:
        main()
    except (MeasurementError, OSError, duckdb.Error) as error:
        sys.exit(f"known truth: {error}")
