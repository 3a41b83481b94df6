"""Runs dbt in a process that has imported it already, on a project parsed already.

A test session runs dbt some seventy times. Most of a short run is Python's start and
the parse of the project. Here a server (of `multiprocessing`) imports dbt once, each
run is a fork of it, and runs whose vars give the same parse share it: dbt's own
`dbtRunner` takes a manifest.
"""

import gc
import hashlib
import json
import multiprocessing
import os
import pickle
import re
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2.nativetypes import NativeEnvironment
from shared import made_once

REPOSITORY = Path(__file__).resolve().parents[2]
# dbt, and the fits with their libraries, which take seconds to import.
PRELOADED = [
    "dbt_warm",
    "retail_uplift.customers.clv",
    "retail_uplift.customers.segment_selection",
    "retail_uplift.decisions.policy_trees",
    "retail_uplift.effects.effect_learners",
    "retail_uplift.effects.refutations",
]
# The order of sets must not change a fit.
HASH_SEED = "0"
# Commands that no test asks for the files that dbt writes of a run.
WITHOUT_JSON = {"build", "run", "run-operation", "seed", "show"}


def run_process(
    args: Sequence[str],
    environment: Mapping[str, str],
    vars: Mapping[str, Any],
    log: Path,
) -> int:
    """Run dbt and return its exit code; the log file receives what it prints."""
    parsed = shared_parse(vars, environment)
    command = [*args, "--vars", json.dumps(dict(vars))]
    if WITHOUT_JSON & set(args):
        environment = {**environment, "DBT_WRITE_JSON": "false"}
    return _in_fork(_run, command, environment, log, parsed, left_out(args))


def left_out(args: Sequence[str]) -> frozenset[str]:
    """Return the types of test that a command leaves out, so that none is looked at."""
    if {"compile", "run", "run-operation", "seed"} & set(args):
        return frozenset({"test", "unit_test"})
    for place, argument in enumerate(args):
        if argument.startswith("--exclude-resource-type"):
            return frozenset({"test", "unit_test"} & set(args[place + 1 :][:2]))
    return frozenset()


def shared_parse(vars: Mapping[str, Any], environment: Mapping[str, str]) -> Path:
    """Return the file of a parse that holds for the vars; make it if there is none.

    Most vars that a parse reads are settings of fits (`metas_of_models`). They are put
    into a parse with the defaults, which takes seconds less than a parse of their own.
    """
    settings = {name: value for name, value in vars.items() if name in vars_of_metas()}
    parsed = _parse_of_structure(vars, environment)
    if not settings:
        return parsed
    text = json.dumps(settings, sort_keys=True)
    key = hashlib.md5(f"{parsed.parent.name} {text}".encode()).hexdigest()

    def put_in(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        code = _in_fork(
            _put_in, [], environment, folder / "log", parsed, dict(vars), folder
        )
        assert code == 0, (folder / "log").read_text(encoding="utf-8")

    return made_once(f"settings_{key}", put_in) / "manifest.pickle"


def _parse_of_structure(
    vars: Mapping[str, Any], environment: Mapping[str, str]
) -> Path:
    """Return the file of a parse that holds for the vars but those of metas."""
    hidden = {f"RETAIL_UPLIFT_{name.upper()}" for name in vars_of_parse()}
    assert not hidden & environment.keys(), "give what a parse reads as vars"
    needed = {name: value for name, value in vars.items() if name in vars_of_parse()}
    text = json.dumps(needed, sort_keys=True)
    # The file's name is that of the database, which the names of tables begin with.
    database = Path(environment["RETAIL_UPLIFT_WAREHOUSE"]).stem
    key = hashlib.md5(f"{database} {text}".encode()).hexdigest()

    def parse(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        command = ["parse", "--no-partial-parse", "--no-write-json", "--vars", text]
        own = {**environment, "DBT_TARGET_PATH": str(folder)}
        log = folder.with_suffix(".log")
        code = _in_fork(_parse, command, own, log, folder / "manifest.pickle")
        assert code == 0, log.read_text(encoding="utf-8")

    return made_once(f"parsed_{key}", parse) / "manifest.pickle"


@cache
def metas_of_models() -> dict[str, dict[str, Any]]:
    """Return the meta of models where it names vars: the settings of fits."""
    found = {}
    for path in (REPOSITORY / "python_models").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            meta = model.get("config", {}).get("meta", {})
            if "{{" in json.dumps(meta):
                found[model["name"]] = meta
    return found


@cache
def vars_of_metas() -> frozenset[str]:
    """Return the names of the vars that the parse reads in these metas alone."""
    return _names([json.dumps(metas_of_models())]) - vars_of_parse()


def rendered(meta: Any, vars: Mapping[str, Any]) -> Any:
    """Return a meta with the values of vars, as dbt renders it."""
    if isinstance(meta, dict):
        return {name: rendered(value, vars) for name, value in meta.items()}
    if isinstance(meta, list):
        return [rendered(value, vars) for value in meta]
    if not isinstance(meta, str) or "{{" not in meta:
        return meta
    return NativeEnvironment().from_string(meta).render(var=vars.__getitem__)


def _names(texts: Sequence[str]) -> frozenset[str]:
    """Return the names of the vars that are read in texts."""
    pattern = r"\b(?:var|setting)\(\s*\\?['\"](\w+)"
    return frozenset(re.findall(pattern, "\n".join(texts)))


@cache
def vars_of_parse() -> frozenset[str]:
    """Return the names of the vars that the parse of the project depends on.

    Those are named in a YAML file, but for `metas_of_models`, or in the configuration
    of a file of SQL, and the edition chooses which tables are read. All others are
    looked up when a model is compiled.
    """
    texts = [(REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8")]
    for folder in ("models", "python_models", "seeds", "macros", "tests", "analyses"):
        for path in (REPOSITORY / folder).rglob("*.yml"):
            content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            for model in content.get("models", []):
                if model["name"] in metas_of_models():
                    del model["config"]["meta"]
            texts.append(json.dumps(content, default=str))
        for path in (REPOSITORY / folder).rglob("*.sql"):
            texts += re.findall(r"(?s)\bconfig\(.*?\}\}", path.read_text("utf-8"))
    return frozenset({"edition"}) | _names(texts)


@cache
def _server() -> ForkServerContext:
    """Start the server, which keeps the environment that it starts with."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(PRELOADED)
    with pytest.MonkeyPatch.context() as patch:
        # Python's order of sets, which no fork can change any more.
        patch.setenv("PYTHONHASHSEED", HASH_SEED)
        # Where it finds what it imports first.
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        forkserver.ensure_running()
    return server


def _in_fork(
    target: Callable[..., None],
    args: list[str],
    environment: Mapping[str, str],
    log: Path,
    *more: Any,
) -> int:
    """Return the exit code of a function in a fork of the server."""
    process = _server().Process(target=target, args=(args, environment, log, *more))
    process.start()
    process.join()
    code = process.exitcode
    process.close()
    assert code is not None
    return code


def _parse(
    args: list[str], environment: Mapping[str, str], log: Path, output: Path
) -> None:
    from dbt.cli.main import dbtRunner

    _enter(environment, log)
    parsed = dbtRunner().invoke(args)
    if parsed.success:
        # Field by field: the pickle of a whole manifest (dbt 1.11) mixes some up.
        # Private ones and the flat graph are made of the others.
        names = {field.name for field in fields(parsed.result)} - {"flat_graph"}
        state = {
            name: getattr(parsed.result, name)
            for name in names
            if not name.startswith("_")
        }
        output.write_bytes(pickle.dumps(state, pickle.HIGHEST_PROTOCOL))
    _leave(parsed)


def _put_in(
    args: list[str],
    environment: Mapping[str, str],
    log: Path,
    parsed: Path,
    vars: Mapping[str, Any],
    folder: Path,
) -> None:
    """Write a parse with other values of vars in the metas of models."""
    state = pickle.loads(parsed.read_bytes())
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text("utf-8"))
    values = {**project["vars"], **vars}
    metas = metas_of_models()
    for node in state["nodes"].values():
        if node.resource_type == "model" and node.name in metas:
            meta = rendered(metas[node.name], values)
            node.meta = node.config.meta = node.unrendered_config["meta"] = meta
    (folder / "manifest.pickle").write_bytes(
        pickle.dumps(state, pickle.HIGHEST_PROTOCOL)
    )


def _run(
    args: list[str],
    environment: Mapping[str, str],
    log: Path,
    parsed: Path,
    left_out: frozenset[str],
) -> None:
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    _enter(environment, log)
    manifest = Manifest(**pickle.loads(parsed.read_bytes()))
    if "unit_test" in left_out:
        manifest.unit_tests.clear()
    if "test" in left_out:
        manifest.nodes = {
            name: node
            for name, node in manifest.nodes.items()
            if node.resource_type != "test"
        }
    manifest.build_parent_and_child_maps()
    manifest.build_flat_graph()
    gc.freeze()
    gc.enable()
    _leave(dbtRunner(manifest=manifest).invoke(args))


def _enter(environment: Mapping[str, str], log: Path) -> None:
    # The server passes over what it cannot import.
    assert set(PRELOADED) <= set(sys.modules), "the server lacks what it loads first"
    os.chdir(REPOSITORY)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    # A parse makes millions of small objects, of which hardly any is garbage.
    gc.disable()


def _leave(done: Any) -> None:
    """End the process as the command line of dbt does."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    # What Python and dbt do at their end and a fork leaves out: the warehouse is let go
    # (dbt_runner puts its log into the file), and the processes of fits end, for which
    # it would wait minutes.
    DuckDBConnectionManager.close_all_connections()
    threading._shutdown()
    sys.stdout.flush()
    sys.exit(0 if done.success else 1 if done.exception is None else 2)
