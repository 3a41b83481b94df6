"""The warehouse as Dagster assets: dagster dev -f analyses/examples/dagster_assets.py.

Every model and seed is an asset with its description and lineage, every data test a
check. One run builds all of them, because only a whole build is published.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

ROOT = Path(__file__).resolve().parents[2]
project = DbtProject(project_dir=ROOT, profiles_dir=ROOT)
# Parses the project if `dagster dev` runs; elsewhere run `dbt parse` first.
project.prepare_if_dev()


@dbt_assets(manifest=project.manifest_path, exclude="tag:check resource_type:unit_test")
def warehouse(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Build what is selected, in the order and with the tests of dbt."""
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    yield from dbt.cli(arguments, context=context).stream()


definitions = dg.Definitions(
    assets=[warehouse],
    schedules=[
        dg.ScheduleDefinition(
            name="nightly_build",
            job=dg.define_asset_job("build_warehouse", selection=[warehouse]),
            cron_schedule="30 4 * * *",
        )
    ],
    resources={"dbt": DbtCliResource(project_dir=project)},
)
