"""Time and memory of one full build, and its features step against pandas and polars.

Run by `make bench`. Every figure comes from the same run, is printed next to its target
and written to `benchmarks/results.json`. A missed target is a result and no error: the
exit code is 1 only where a figure could not be measured.
"""

import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import duckdb

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
sys.path[:0] = [str(ROOT / "tests" / "python"), str(ROOT / "python_models")]

from oracles import pandas_features  # noqa: E402 (needs the path above)

from retail_uplift.memory import memory_limit  # noqa: E402
from retail_uplift.warehouse_plugin import bundled_data_dir  # noqa: E402

# From the staged tables to the 33 features of every household and window, in the order
# of the build; int_lines, which they read, is a view.
FEATURE_MODELS = (
    "int_baskets",
    "int_purchase_days",
    "int_window_visits",
    "int_window_repeats",
    "int_promoted_lines",
    "int_window_exposures",
    "int_window_features",
)
ORACLE_INPUTS = {
    "lines": "staging.stg_transactions",
    "products": "staging.stg_products",
    "departments": "seeds.departments",
    "promotions": "staging.stg_promotions",
    "calendar": "intermediate.int_calendar",
    "windows": "intermediate.int_feature_windows",
}
# Seconds that a wing may take with its tests, by selector of selectors.yml.
PART_TARGETS = {"customers": 60, "effects": 150, "decisions": 60}
# Seconds that each loop may take: half of what it took in one folder of models.
LOOP_TARGETS = {
    "full parse": 15,
    "partial parse": 4,
    "one model": 5.5,
    "one mart with its tests": 5.5,
    "one model, other margin": 12.5,
}
LOOP_MODEL = "fct_roi_curve"
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")  # as `make build`
# As in profiles.yml.
N_THREADS = 2
PACKAGES = (
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "pandas",
    "polars",
    "numpy",
    "scikit-learn",
)


class Build(NamedTuple):
    """What one command took, such as `dbt build`."""

    seconds: float
    peak_gb: float


class Measure(NamedTuple):
    """A figure and, where it has one, its target."""

    name: str
    value: float
    unit: str
    target: str = ""
    is_met: bool | None = None


class MeasurementError(Exception):
    """A figure could not be measured."""


def measure_command(
    command: Sequence[str], output: Path, environment: Mapping[str, str] | None = None
) -> Build:
    """Run a command in the project's folder.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    output : Path
        File that receives what the command prints.
    environment : mapping, optional
        Environment variables; this process's own when left out.

    Returns
    -------
    Build
        Wall seconds; peak resident memory in GB (10^9 bytes) of the largest process.

    Raises
    ------
    MeasurementError
        If the command fails; the message ends with what it printed last.
    """
    started = time.perf_counter()
    with output.open("w") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        last_lines = "\n".join(output.read_text().splitlines()[-40:])
        raise MeasurementError(f"{' '.join(command)} failed:\n{last_lines}")
    # Bytes on macOS, units of 1,024 bytes elsewhere.
    peak_bytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Build(seconds, peak_bytes / 1e9)


def run_dbt(
    folder: Path,
    arguments: Sequence[str] = ("build", *NO_UNIT_TESTS),
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Build:
    """Run dbt on a warehouse in a folder of its own; by default, build all of it.

    Parameters
    ----------
    folder : Path
        Receives the warehouse file, dbt's target and log folders and its output,
        `output.txt`.
    arguments : sequence of str
        dbt's arguments.
    settings : mapping
        Environment variables that macro `setting` reads.

    Returns
    -------
    Build
        As `measure_command`, dbt's start included.

    Raises
    ------
    MeasurementError
        If dbt fails.
    """
    environment = os.environ | {
        "RETAIL_UPLIFT_WAREHOUSE": str(folder / "retail_uplift.duckdb"),
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_USE_COLORS": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONHASHSEED": "0",
        **settings,
    }
    command = [str(Path(sys.executable).with_name("dbt")), *arguments]
    return measure_command(command, folder / "output.txt", environment)


def time_staging(folder: Path) -> tuple[float, float]:
    """Return the seconds of staging, and of a copy of the same files.

    Staging is one more run of its models on a finished warehouse, without the start of
    dbt: the seconds of each model, added up. The copy takes the same files into a file
    of DuckDB as they are, without a check.

    Raises
    ------
    MeasurementError
        If dbt fails.
    """
    run_dbt(folder, ("run", "--select", "path:models/staging"))
    results = json.loads((folder / "target" / "run_results.json").read_text())
    staging_seconds = sum(result["execution_time"] for result in results["results"])
    with duckdb.connect(
        str(folder / "copy.duckdb"),
        config={"threads": N_THREADS, "memory_limit": memory_limit()},
    ) as connection:
        started = time.perf_counter()
        for path in sorted(bundled_data_dir().glob("*.parquet")):
            connection.execute(
                f'create table "{path.stem}" as select * from read_parquet($path)',
                {"path": str(path)},
            )
        copy_seconds = time.perf_counter() - started
    return staging_seconds, copy_seconds


def time_duckdb(folder: Path) -> dict[str, float]:
    """Return the seconds of each feature model, run alone, one after the other.

    The compiled SQL of the build just made, on its staged tables, with the settings of
    the profile: nothing else runs beside it, as nothing runs beside pandas and polars.
    The staged tables are read once before the clock starts, since pandas and polars
    find them in memory too.

    Raises
    ------
    MeasurementError
        If the build left no compiled SQL of a model.
    """
    compiled = folder / "target" / "compiled" / "retail_uplift" / "models"
    seconds = {}
    with duckdb.connect(
        str(folder / "retail_uplift.duckdb"),
        config={"threads": N_THREADS, "memory_limit": memory_limit()},
    ) as connection:
        for table in ORACLE_INPUTS.values():
            # A maximum would be answered from statistics; a hash reads every value.
            connection.execute(
                f"select bit_xor(hash(rows)) from {table} as rows"
            ).fetchall()
        for model in FEATURE_MODELS:
            path = next(compiled.rglob(f"{model}.sql"), None)
            if path is None:
                raise MeasurementError(f"dbt build left no compiled SQL of {model}.")
            statement = (
                f"create or replace table intermediate.{model} as {path.read_text()}"
            )
            started = time.perf_counter()
            connection.execute(statement)
            seconds[model] = time.perf_counter() - started
    return seconds


def time_pandas(warehouse: Path) -> float:
    """Return the seconds of the pandas features on the same staged tables.

    Raises
    ------
    MeasurementError
        As `check_rows`.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        inputs = {
            name: connection.sql(f"from {table}").df()
            for name, table in ORACLE_INPUTS.items()
        }
    started = time.perf_counter()
    features = pandas_features.window_features(**inputs)
    seconds = time.perf_counter() - started
    check_rows("pandas", len(features), warehouse)
    return seconds


def time_polars(warehouse: Path) -> float:
    """Return the seconds of the polars features on the same staged tables.

    As many threads as DuckDB has; the tables come over in Arrow, in their own types.

    Raises
    ------
    MeasurementError
        As `check_rows`.
    """
    # polars reads it once, at its import; only `make bench` needs polars to be there.
    os.environ["POLARS_MAX_THREADS"] = str(N_THREADS)
    from oracles import polars_features

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        inputs = {
            name: connection.sql(f"from {table}").pl().lazy()
            for name, table in ORACLE_INPUTS.items()
        }
    started = time.perf_counter()
    features = polars_features.window_features(**inputs)
    seconds = time.perf_counter() - started
    check_rows("polars", features.height, warehouse)
    return seconds


def check_rows(library: str, n_rows: int, warehouse: Path) -> None:
    """Compare the number of rows of features with the warehouse.

    Raises
    ------
    MeasurementError
        If they differ: then the times would not be of the same work. That the values
        are equal, too, is proved by `tests/python/behaviour/test_features_oracle.py`.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        n_built = connection.table("intermediate.int_window_features").shape[0]
    if n_rows != n_built:
        raise MeasurementError(
            f"{library} has {n_rows} rows of features, the warehouse {n_built}."
        )


def time_part(folder: Path, selector: str) -> float:
    """Build a wing of a finished warehouse again, with its tests.

    Parameters
    ----------
    folder : Path
        As `run_dbt` left it.
    selector : str
        Of selectors.yml.

    Returns
    -------
    float
        Wall seconds without those that dbt takes to start and to end.
    """
    part = run_dbt(folder, ("build", *NO_UNIT_TESTS, "--selector", selector))
    start = run_dbt(folder, ("build", "--select", "cluster_choice_limits"))
    return part.seconds - start.seconds


def time_loops(folder: Path) -> dict[str, float]:
    """Return the seconds of what an analytics engineer waits for many times a day.

    Each is one whole dbt process on a finished warehouse.

    Parameters
    ----------
    folder : Path
        As `run_dbt` left it.

    Returns
    -------
    dict of str to float
        Wall seconds by name of the loop.
    """
    one_model = ("run", "--select", LOOP_MODEL)
    return {
        "full parse": run_dbt(folder, ("parse", "--no-partial-parse")).seconds,
        "partial parse": run_dbt(folder, ("parse",)).seconds,
        "one model": run_dbt(folder, one_model).seconds,
        "one mart with its tests": run_dbt(
            folder, ("build", *NO_UNIT_TESTS, "--select", LOOP_MODEL)
        ).seconds,
        "one model, other margin": run_dbt(
            folder, one_model, {"RETAIL_UPLIFT_MARGIN": "0.25"}
        ).seconds,
    }


def compare(
    build: Build,
    part_seconds: Mapping[str, float],
    loop_seconds: Mapping[str, float],
    staging_seconds: tuple[float, float],
    duckdb_seconds: float,
    pandas_seconds: float,
    polars_seconds: float,
) -> list[Measure]:
    """Put each figure next to its target."""
    pandas_ratio = pandas_seconds / duckdb_seconds
    polars_ratio = polars_seconds / duckdb_seconds
    staging_ratio = staging_seconds[0] / staging_seconds[1]
    return [
        Measure("full build", build.seconds, "s", "< 150 s", build.seconds < 150),
        Measure("peak memory", build.peak_gb, "GB", "< 3 GB", build.peak_gb < 3),
        *(
            Measure(
                f"{name} models",
                seconds,
                "s",
                f"< {PART_TARGETS[name]} s",
                seconds < PART_TARGETS[name],
            )
            for name, seconds in part_seconds.items()
        ),
        *(
            Measure(
                name,
                seconds,
                "s",
                f"< {LOOP_TARGETS[name]} s",
                seconds < LOOP_TARGETS[name],
            )
            for name, seconds in loop_seconds.items()
        ),
        Measure("staging", staging_seconds[0], "s"),
        Measure("copy of the raw files", staging_seconds[1], "s"),
        # What staging took before it read any retailer's tables.
        Measure("staging / copy", staging_ratio, "x", "<= 1.9 x", staging_ratio <= 1.9),
        Measure("features in DuckDB", duckdb_seconds, "s"),
        Measure("features in pandas", pandas_seconds, "s"),
        Measure("features in polars", polars_seconds, "s"),
        Measure("pandas / DuckDB", pandas_ratio, "x", ">= 6 x", pandas_ratio >= 6),
        Measure(
            "pandas / DuckDB", pandas_ratio, "x", ">= 10 x (aim)", pandas_ratio >= 10
        ),
        Measure("polars / DuckDB", polars_ratio, "x", ">= 1 x", polars_ratio >= 1),
    ]


def say(text: str) -> None:
    """Tell the user what is being done."""
    print(f"==> {text}", flush=True)


def write_csv(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write rows of the same keys as a table with a heading.

    Parameters
    ----------
    rows : sequence of mapping
        At least one.
    path : Path
        A file of the repository; replaced.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    say(f"wrote {path.relative_to(ROOT)}")


def describe_machine() -> dict[str, Any]:
    """Return what a reader needs to judge the figures."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.machine()}",
        "n_cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        # Well above 0, it says that others used the machine at the same time.
        "load_average_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in PACKAGES},
    }


def print_table(machine: dict[str, Any], measures: list[Measure]) -> None:
    """Print the machine and one line per figure."""
    versions = [
        f"{package} {number}" for package, number in machine["versions"].items()
    ]
    print(
        f"{machine['system']}, {machine['n_cores']} cores, "
        f"{machine['memory_gb']} GB memory, load {machine['load_average_before']}"
    )
    print(f"python {machine['python']}, {', '.join(versions)}\n")
    print(f"{'measure':<24} {'value':>9}     {'target':<15} met")
    for measure in measures:
        met = {True: "yes", False: "no", None: ""}[measure.is_met]
        value = f"{measure.value:9.2f} {measure.unit:<3}"
        print(f"{measure.name:<24} {value} {measure.target:<15} {met}".rstrip())


def main() -> None:
    machine = describe_machine()
    with tempfile.TemporaryDirectory(prefix="retail_uplift_bench_") as name:
        folder = Path(name)
        # The build comes first: a child process begins with its parent's memory peak.
        build = run_dbt(folder)
        part_seconds = {name: time_part(folder, name) for name in PART_TARGETS}
        loop_seconds = time_loops(folder)
        staging_seconds = time_staging(folder)
        model_seconds = time_duckdb(folder)
        pandas_seconds = time_pandas(folder / "retail_uplift.duckdb")
        polars_seconds = time_polars(folder / "retail_uplift.duckdb")
    measures = compare(
        build,
        part_seconds,
        loop_seconds,
        staging_seconds,
        sum(model_seconds.values()),
        pandas_seconds,
        polars_seconds,
    )
    print_table(machine, measures)
    results = {
        "machine": machine,
        "measures": [measure._asdict() for measure in measures],
        "feature_model_seconds": model_seconds,
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    try:
        main()
    except (MeasurementError, OSError, duckdb.Error) as error:
        sys.exit(f"benchmark: {error}")
