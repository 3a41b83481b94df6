"""Recipes of the page Orchestrate run as written."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from dbt_runner import REPOSITORY, query

PAGE = (REPOSITORY / "models/marts/ORCHESTRATION.md").read_text(encoding="utf-8")
DBT = Path(sys.executable).with_name("dbt")
LARGEST_SEGMENT = (
    "{{ config(materialized='table') }}\n"
    "select max(n_households) as n_households\n"
    "from {{ ref('retail_uplift', 'dim_segments') }}\n"
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def write_program(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


# --- make -----------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["build", "check", "docs"])
def test_make_passes_edition_folder_and_vars_together(target: str, tmp_path: Path):
    told = tmp_path / "told.txt"
    for program in ("dbt", "python"):
        write_program(
            tmp_path / "venv/bin" / program,
            'printf "%s\\n" "$RETAIL_UPLIFT_EDITION" "$RETAIL_UPLIFT_RAW_DIR" "$@" '
            f'> "{told}"',
        )
    for stamp in ("core.stamp", "project.stamp"):
        (tmp_path / "venv" / stamp).touch()
    subprocess.run(
        [
            *("make", f"VENV={tmp_path / 'venv'}", target, "EDITION=canonical"),
            *("RAW_DIR=/folder of/raw $tables", "DBT_ARGS=--vars '{margin: 0.2}'"),
        ],
        cwd=REPOSITORY,
        env={k: v for k, v in os.environ.items() if not k.startswith("RETAIL_UPLIFT")},
        check=True,
        capture_output=True,
    )
    edition, folder, *arguments = told.read_text().splitlines()
    assert (edition, folder) == ("canonical", "/folder of/raw $tables")
    assert arguments[-2:] == ["--vars", "{margin: 0.2}"]


# --- cron -----------------------------------------------------------------------------


def test_the_line_of_cron_logs_and_runs_one_build_at_a_time(tmp_path: Path):
    (line,) = (line for line in blocks("cron") if "flock" in line)
    command = line.split("* * * ", 1)[1].replace("\\%", "%")
    command = command.replace("/srv/retail_uplift", str(tmp_path))
    write_program(
        tmp_path / "bin/make", 'echo "built $1"', "touch started", "sleep 3", "exit 2"
    )
    environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    first = subprocess.Popen(command, shell=True, env=environment)
    for _ in range(100):
        if (tmp_path / "started").exists():
            break
        time.sleep(0.1)
    second = subprocess.run(command, shell=True, env=environment, check=False)
    assert second.returncode == 75
    assert first.wait(timeout=30) == 2
    (log,) = (tmp_path / "logs").glob("build-20??-??-??.log")
    assert log.read_text() == "built build\n"


# --- a package in another project -----------------------------------------------------


@pytest.fixture(scope="module")
def project(real_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's project with the settings of the page, one of its two models built."""
    folder = tmp_path_factory.mktemp("yours")
    packages, profile, settings = blocks("yaml")
    profiles = yaml.safe_load(profile)
    profiles["your_profile"]["outputs"]["dev"]["attach"] = [
        {"path": str(real_warehouse), "alias": "published", "read_only": True}
    ]
    files = {
        "packages.yml": packages.replace("../retail_uplift", str(REPOSITORY)),
        "profiles.yml": yaml.safe_dump(profiles),
        "dbt_project.yml": f"{settings}name: yours\nversion: 0.1.0\n"
        "profile: your_profile\n",
        "models/column_kinds.sql": "select is_additive, count(*) as n_columns\n"
        "from {{ ref('retail_uplift', 'dim_columns') }} group by is_additive\n",
        "models/largest_segment.sql": LARGEST_SEGMENT,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    run_dbt_in(folder, "deps")
    run_dbt_in(
        folder,
        *("build", "--select", "+column_kinds"),
        *("--exclude", "tag:check", "resource_type:unit_test"),
    )
    return folder


def run_dbt_in(folder: Path, *arguments: str, code: int = 0) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
    environment |= {"DBT_PROFILES_DIR": str(folder), "DO_NOT_TRACK": "1"}
    finished = subprocess.run(
        [DBT, "--no-use-colors", *arguments],
        cwd=folder,
        env=environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert finished.returncode == code, finished.stdout
    return finished.stdout


@pytest.mark.slow
def test_another_project_builds_this_one_as_a_package(project: Path):
    warehouse = project / "warehouse/yours.duckdb"
    ((total, additive),) = query(
        warehouse,
        "select sum(n_columns), sum(n_columns) filter (where is_additive) "
        "from main.column_kinds",
    )
    assert (total, additive) == query(
        warehouse,
        "select count(*), count(*) filter (where is_additive) from marts.dim_columns",
    )[0]
    assert additive > 30


@pytest.mark.slow
def test_what_was_changed_is_built_on_the_tables_of_a_kept_manifest(
    project: Path, real_warehouse: Path
):
    manifest = json.loads((project / "target/manifest.json").read_text())
    for node in manifest["nodes"].values():
        if node["package_name"] == "retail_uplift" and node.get("relation_name"):
            node["database"] = "published"
            node["relation_name"] = f'"published"."{node["schema"]}"."{node["alias"]}"'
    (project / "kept").mkdir()
    (project / "kept/manifest.json").write_text(json.dumps(manifest))
    model = project / "models/largest_segment.sql"
    model.write_text(LARGEST_SEGMENT.replace("max(", "1 + max("))
    (command,) = (b for b in blocks("sh") if "--defer" in b)
    run_dbt_in(project, *command.replace("--target changed ", "").split()[1:])
    results = json.loads((project / "target/run_results.json").read_text())["results"]
    ran = [
        r["unique_id"] for r in results if not r["unique_id"].startswith("operation")
    ]
    assert ran == ["model.yours.largest_segment"]
    warehouse = project / "warehouse/yours.duckdb"
    built = query(warehouse, "from main.largest_segment")
    tables = query(warehouse, "select table_name from duckdb_tables()")
    assert ("dim_segments",) not in tables
    ((largest,),) = query(
        real_warehouse, "select max(n_households) from marts.dim_segments"
    )
    assert built == [(1 + largest,)]


def test_a_profile_without_the_plugin_is_one_sentence(tmp_path: Path):
    (tmp_path / "macros").mkdir()
    macro = "macros/editions/check_plugin.sql"
    shutil.copy(REPOSITORY / macro, tmp_path / "macros")
    (tmp_path / "dbt_project.yml").write_text(
        "name: yours\nversion: 0.1.0\nprofile: your_profile\n"
    )
    (profile,) = (yaml.safe_load(b) for b in blocks("yaml") if "plugins:" in b)
    output = profile["your_profile"]["outputs"]["dev"]
    del output["plugins"], output["path"]
    (tmp_path / "profiles.yml").write_text(yaml.safe_dump(profile))
    said = run_dbt_in(tmp_path, "run-operation", "check_plugin", code=1)
    assert (
        "profiles.yml: output dev of profile your_profile lacks the plugin of package"
        " retail_uplift; add `plugins: [{module: retail_uplift.warehouse_plugin}]` to"
        " it."
    ) in said
