"""Simulated worlds and their builds, for everything that holds a build to its truth."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd
from dbt_runner import run_dbt_or_fail
from tiny_canonical import TYPE_A

from retail_uplift.simulation.worlds import COST_PER_CONTACT, Settings
from retail_uplift.simulation.writer import write_simulation

# The design that the verdicts lead with.
DESIGN = "campaign_trials"


class Retailer(NamedTuple):
    """A simulated world and its build."""

    settings: Settings
    truth: Path
    warehouse: Path
    vars: dict[str, Any]

    def query(self, sql: str) -> pd.DataFrame:
        """Return the rows of a query; `truth` is the world's truth."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            connection.execute(
                f"create temporary view truth as from read_parquet('{self.truth}')"
            )
            return connection.sql(sql).df()


def build_retailer(
    settings: Settings,
    folder: Path,
    variables: Mapping[str, Any],
    selection: Sequence[str],
    *,
    with_variants: bool = True,
) -> Retailer:
    """Simulate a world and build some models of its primary design, without tests.

    Parameters
    ----------
    settings
        The world.
    folder
        New folder for the raw files and the warehouse.
    variables
        dbt variables that differ from ``dbt_project.yml``; those of a simulated
        retailer are added.
    selection
        dbt's selectors of the models.
    with_variants
        Whether the variants of the primary design are built, too. Its placebo always
        is; nobody asks for other designs here, and each costs a fit.
    """
    write_simulation(settings, folder / "raw")
    edition = {"edition": "canonical", "raw_dir": str(folder / "raw")}
    # The truth is that of TypeA campaigns, and sending pays or not by this cost.
    world = {**TYPE_A, "cate_designs": [DESIGN], "cost_per_contact": COST_PER_CONTACT}
    given = {**edition, **world, **variables}
    warehouse = folder / "retail_uplift.duckdb"
    run_dbt_or_fail(["seed"], warehouse, vars=given)
    roles = ("main", "placebo", "variant") if with_variants else ("main", "placebo")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "delete from seeds.designs "
            "where coalesce(variant_of, design) != $design "
            "or not list_contains($roles, role)",
            {"design": DESIGN, "roles": list(roles)},
        )
    run_dbt_or_fail(
        [
            *("build", "--select", *selection),
            *("--exclude-resource-types", "test", "unit_test", "seed"),
        ],
        warehouse,
        vars=given,
    )
    return Retailer(settings, folder / "raw" / "truth.parquet", warehouse, given)
