"""Reads the build that is audited, and keeps the graded replicates beside it.

The warehouse is opened for moments only: an interrupted audit loses the batch that it
was at, and other programs can read the marts meanwhile.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from retail_uplift.auditing.grading import FOLDS, UNITS, Plan, check_context
from retail_uplift.auditing.replicates import OUTCOME, Population, build_populations

# A reader such as a BI tool keeps the file for itself while it has it open.
SECONDS_TO_WAIT = 60

TABLE = "audit.replicate_estimates"
COLUMNS = {
    "design": "varchar",
    "world": "varchar",
    "replicate": "integer",
    "estimand": "varchar",
    "estimator": "varchar",
    "estimate": "double",
    "std_error": "double",
    "ci_lower": "double",
    "ci_upper": "double",
    "p_value": "double",
    "is_headline": "boolean",
    "truth": "double",
    "n_units": "integer",
    "n_splits": "integer",
    "is_fast": "boolean",
    "failure": "varchar",
    "finished_at": "timestamp",
    "audit_key": "varchar",
}


@dataclass(frozen=True)
class Build:
    """What an audit takes from the last build.

    Attributes
    ----------
    populations : list of Population
        One per design.
    n_folds : int
    covariates : tuple of str
        What the fits read, in their order (seed `covariates`).
    context : dict of str to DataFrame
        Content of the tables of `Plan.context`.
    """

    populations: list[Population]
    n_folds: int
    covariates: tuple[str, ...]
    context: dict[str, pd.DataFrame]


@contextmanager
def open_warehouse(
    warehouse: Path, *, read_only: bool
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file, waiting for a while if another program has it.

    Raises
    ------
    duckdb.IOException
        If the file cannot be opened.
    """
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while True:
        try:
            connection = duckdb.connect(str(warehouse), read_only=read_only)
            break
        except duckdb.IOException as error:
            if "Could not set lock" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(1)
    with connection:
        yield connection


def read_vars(warehouse: Path) -> dict[str, Any]:
    """Return the dbt vars with which the last build overrode the project's.

    Returns
    -------
    dict
        Empty if there was no such build.
    """
    with open_warehouse(warehouse, read_only=True) as connection:
        if not _has_table(connection, "marts.run_manifest"):
            return {}
        row = connection.execute(
            "select overridden_vars from marts.run_manifest "
            "order by started_at desc limit 1"
        ).fetchone()
    return json.loads(row[0]) if row and row[0] else {}


def read_break_even(warehouse: Path) -> float:
    """Return the effect in dollars that pays for a contact in the last build.

    Raises
    ------
    ValueError
        If the build did not get as far as the costs.
    """
    table = "evidence.fct_cost_models"
    with open_warehouse(warehouse, read_only=True) as connection:
        if not _has_table(connection, table):
            raise ValueError(
                f"the warehouse has no {table}: run `dbt build` first, or give --effect"
            )
        row = connection.execute(
            f"select break_even_effect from {table} where is_configured"
        ).fetchone()
    if row is None:
        raise ValueError(f"{table} has no configured cost model: give --effect")
    return float(row[0])


def read_covariates(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Return the covariates of every fit of effects, in the order of their matrices."""
    rows = connection.execute(
        "select covariate from seeds.covariates order by position"
    ).fetchall()
    return tuple(covariate for (covariate,) in rows)


def read_build(warehouse: Path, plan: Plan) -> Build:
    """Read the trial units of the last build with the nuisances it settled on.

    Main designs only. Propensity and outcome mean are those that the doubly robust
    scores use (chosen learner, clipped), averaged over the build's splits.

    Raises
    ------
    ValueError
        If a table is missing, or tables do not belong together.
    """
    relations = {step.name: step.relation for step in plan.steps}
    with open_warehouse(warehouse, read_only=True) as connection:
        for name in ("fitted.py_propensity", "intermediate.int_dr_scores"):
            if not _has_table(connection, name):
                raise ValueError(f"the warehouse has no {name}: run `dbt build` first")
        units = connection.execute(
            f"from {plan.replaced[UNITS]} where is_main_design"
        ).df()
        nuisances = connection.execute(
            "select design, campaign_id, household_id, "
            # In order, because the last bit of a sum is part of the audit's key.
            "avg(propensity order by split_id) as propensity, "
            "avg(mu0 order by split_id) as mu0 "
            f"from {relations['int_dr_scores']} where outcome = $outcome and design in "
            f"(select design from {plan.replaced[UNITS]} where is_main_design) "
            "group by all",
            {"outcome": OUTCOME},
        ).df()
        (n_folds,) = connection.execute(
            f"select count(distinct fold) from {plan.replaced[FOLDS]}"
        ).fetchone()
        covariates = read_covariates(connection)
        context = {
            name: connection.execute(f"from {relation}").df()
            for name, relation in plan.context.items()
        }
    check_context(context)
    return Build(build_populations(units, nuisances), n_folds, covariates, context)


def audit_key(
    population: Population, plan: Plan, options: Mapping[str, Any], sources: Sequence
) -> str:
    """Return an md5 that is equal for replicates that may stand side by side.

    Parameters
    ----------
    population : Population
        The units of one design with their nuisances.
    plan : Plan
        The estimators.
    options : mapping
        Settings of the audit and versions of what it runs on.
    sources : sequence of Path
        Files of the code that draws and fits.
    """
    digest = hashlib.md5()
    rows = population.units.assign(
        audited_propensity=population.propensity, audited_mu0=population.mu0
    )
    digest.update(rows.to_csv(index=False).encode())
    digest.update("".join(step.sql for step in plan.steps).encode())
    digest.update(json.dumps(options, sort_keys=True).encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def finished_replicates(
    warehouse: Path, design: str, key: str
) -> tuple[set[tuple[str, int]], int]:
    """Return the (world, replicate) pairs of a key, and the number under other keys."""
    with open_warehouse(warehouse, read_only=True) as connection:
        if not _has_table(connection, TABLE):
            return set(), 0
        rows = connection.execute(
            f"select distinct world, replicate, audit_key from {TABLE} "
            "where design = $design",
            {"design": design},
        ).fetchall()
    own = {(world, replicate) for world, replicate, row_key in rows if row_key == key}
    return own, len(rows) - len(own)


def drop_replicates(warehouse: Path, designs: Sequence[str]) -> None:
    """Forget the replicates of some designs."""
    with open_warehouse(warehouse, read_only=False) as connection:
        if _has_table(connection, TABLE):
            connection.execute(
                f"delete from {TABLE} where list_contains($designs, design)",
                {"designs": list(designs)},
            )


def append_replicates(
    warehouse: Path,
    frames: Sequence[pd.DataFrame],
    keys: Mapping[str, str],
    build_designs: Sequence[str],
) -> None:
    """Add graded replicates and drop those that are not comparable, all or nothing.

    Parameters
    ----------
    warehouse : Path
    frames : sequence of DataFrame
        Rows with some of `COLUMNS`; the rest becomes NULL.
    keys : mapping of str to str
        Key by design. Rows of these designs under another key are dropped.
    build_designs : sequence of str
        Designs of the build. Rows of other designs are dropped.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    with open_warehouse(warehouse, read_only=False) as connection:
        connection.execute("begin")
        connection.execute("create schema if not exists audit")
        connection.execute(f"create table if not exists {TABLE} ({columns})")
        connection.execute(
            f"delete from {TABLE} where not list_contains($designs, design)",
            {"designs": list(build_designs)},
        )
        for design, key in keys.items():
            connection.execute(
                f"delete from {TABLE} where design = $design and audit_key != $key",
                {"design": design, "key": key},
            )
        for frame in frames:
            if not frame.empty:
                rows = frame.assign(audit_key=frame["design"].map(keys))
                connection.register("new_rows", rows)
                connection.execute(f"insert into {TABLE} by name from new_rows")
                connection.unregister("new_rows")
        connection.execute("commit")


def read_summary(warehouse: Path) -> pd.DataFrame:
    """Return the main columns of the mart that sums up the replicates."""
    with open_warehouse(warehouse, read_only=True) as connection:
        return connection.execute(
            "select design, world, estimand, estimator, n_replicates, "
            "round(true_effect, 1) as true_effect, round(bias, 1) as bias, "
            "round(rmse, 1) as rmse, round(coverage, 2) as coverage, "
            "round(rejection_rate, 2) as rejection_rate "
            "from evidence.fct_estimator_audit order by all"
        ).df()


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Say whether there is a table or view of the name schema.table."""
    schema, _, table = name.partition(".")
    return bool(
        connection.execute(
            "select count(*) from information_schema.tables "
            "where table_catalog = current_database() "
            "and table_schema = $schema and table_name = $table",
            {"schema": schema, "table": table},
        ).fetchone()[0]
    )
