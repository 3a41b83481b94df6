"""A project of eight tables with the real project's hooks, plugin and profile.

A build of it takes seconds, so that publishing can be tried dozens of times. Its wings
are behaviour, customers, effects and decisions; every public table says which run built
it. Environment variable SOAK_DAYS changes the tables, SOAK_BROKEN breaks a test of wing
effects, and SOAK_CAMPAIGN assigns the list to a campaign.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAME = "retail_uplift.duckdb"
DAYS = (
    "select cast(range as integer) as day from range({{ env_var('SOAK_DAYS', '40') }}) "
    "where exists (select * from {{ ref('features') }})"
)
RUN = "'{{ invocation_id }}' as invocation_id"
FILES = {
    "dbt_project.yml": """
name: retail_uplift
version: 0.1.0
config-version: 2
profile: retail_uplift
flags: {send_anonymous_usage_stats: false}
vars: {publish_personal_data: true}
on-run-start: ["{{ begin_run() }}"]
on-run-end:
  - "{{ finish_run(results) }}"
  - "{{ explain_failures(results) }}"
  - "{{ publish_build() }}"
models:
  retail_uplift:
    +materialized: table
    staging: {+materialized: view, +schema: staging}
    intermediate: {+schema: intermediate}
    marts: {+schema: marts, +persist_docs: {relation: true, columns: true}}
    evidence: {+schema: evidence, +persist_docs: {relation: true, columns: true}}
seeds:
  retail_uplift: {+schema: seeds}
""",
    "seeds/features.csv": "feature,unit\nday,days\n",
    "models/staging/stg_days.sql": DAYS,
    "models/marts/behaviour/descriptions/fct_days.sql": (
        f"select day, {RUN} from {{{{ ref('stg_days') }}}}"
    ),
    "models/intermediate/customers/segments/int_points.sql": (
        "select day as household_id, day % 4 as segment_id from {{ ref('fct_days') }}"
    ),
    "models/marts/customers/segments/dim_segments.sql": (
        f"select segment_id, count(*) as n_households, {RUN} "
        "from {{ ref('int_points') }} group by segment_id"
    ),
    "models/evidence/effects/estimates/fct_effects.sql": (
        "select day % 3 as campaign_id, "
        "{{ 'null' if env_var('SOAK_BROKEN', '') else 'avg(day)' }} as estimate, "
        f"{RUN} from {{{{ ref('fct_days') }}}} group by all"
    ),
    "models/marts/decisions/campaign_list/fct_campaign_list.sql": (
        f"select household_id, segment_id = 1 as is_sent, {RUN} "
        "from {{ ref('int_points') }} cross join "
        "(select count(*) as n_effects from {{ ref('fct_effects') }})"
    ),
    "models/marts/decisions/campaign_list/fct_list_sizes.sql": (
        f"select is_sent, any_value(household_id) as household_id, {RUN} "
        "from {{ ref('fct_campaign_list') }} group by is_sent"
    ),
    "models/marts/decisions/campaign_list/campaign_assignments.sql": (
        "{{ config(materialized='incremental', incremental_strategy='append', "
        "full_refresh=false, schema='history') }}\n"
        "select cast({{ env_var('SOAK_CAMPAIGN', '0') }} as integer) as campaign_id, "
        f"household_id, {RUN} from {{{{ ref('fct_campaign_list') }}}} "
        "where is_sent and {{ env_var('SOAK_CAMPAIGN', '0') }} > 0"
    ),
    "models/marts/run_manifest.sql": (
        "{{ config(materialized='incremental', unique_key='invocation_id') }}\n"
        f"select {RUN}, 'dollars' as currency_name, "
        "cast('{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S') }}' as timestamp) "
        "as started_at, count(*) as n_days from {{ ref('fct_days') }}"
    ),
    "models/_models.yml": """
models:
  - name: dim_segments
    description: Segments. One row per segment.
    columns:
      - {name: segment_id, description: Number of the segment., data_tests: [unique]}
  - name: fct_effects
    columns: [{name: estimate, data_tests: [not_null]}]
  - name: fct_campaign_list
    config: {meta: {personal_data: true}}
  - name: fct_list_sizes
    columns: [{name: household_id, config: {meta: {personal_data: true}}}]
""",
}
# Public tables with a column invocation_id that a whole build makes anew.
TABLES = (
    "marts.fct_days",
    "marts.dim_segments",
    "evidence.fct_effects",
    "marts.fct_campaign_list",
    "marts.fct_list_sizes",
)
ASSIGNMENTS = "history.campaign_assignments"


class SoakProject:
    """The project's files in a folder, with a warehouse and a published folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse" / NAME
        self.pointer = folder / "published" / NAME
        for name, text in FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text.strip()}\n", encoding="utf-8")
        shutil.copy(ROOT / "profiles.yml", folder)
        for macros in ("hooks", "editions"):
            shutil.copytree(
                ROOT / "macros" / macros,
                folder / "macros" / macros,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("*.yml"),
            )

    def forget(self) -> None:
        """Delete warehouse and published files: the next build is the first."""
        for folder in (self.warehouse.parent, self.pointer.parent):
            shutil.rmtree(folder, ignore_errors=True)

    def environment(self, **changed: str) -> dict[str, str]:
        """Return the environment of a run."""
        return os.environ | {
            "RETAIL_UPLIFT_WAREHOUSE": str(self.warehouse),
            "RETAIL_UPLIFT_PUBLISHED": str(self.pointer.parent),
            "DBT_PROFILES_DIR": str(self.folder),
            "DBT_PROJECT_DIR": str(self.folder),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_USE_COLORS": "false",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "PYTHONPATH": str(ROOT / "python_models"),
            **changed,
        }

    def start(
        self, *args: str, vars: Mapping[str, Any] | None = None, **environment: str
    ) -> subprocess.Popen[str]:
        """Start dbt in a process group of its own."""
        command = [str(Path(sys.executable).with_name("dbt")), *(args or ("build",))]
        return subprocess.Popen(
            [*command, "--vars", json.dumps(dict(vars or {}))],
            cwd=self.folder,
            env=self.environment(**environment),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(
        self, *args: str, vars: Mapping[str, Any] | None = None, **environment: str
    ) -> tuple[int, str]:
        """Run dbt; return its exit code and what it printed."""
        process = self.start(*args, vars=vars, **environment)
        said, _ = process.communicate()
        return process.returncode, said
