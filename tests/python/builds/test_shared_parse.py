"""Runs of dbt with other vars may share a parse: each would have made the same one."""

import pickle
from pathlib import Path
from typing import Any

import dbt_process
import pytest
import yaml
from dbt_process import REPOSITORY, shared_parse, vars_of_metas, vars_of_parse
from dbt_runner import dbt_environment
from tiny_canonical import SMALL_FITS

PARTS = ("nodes", "sources", "macros", "exposures", "unit_tests", "disabled")


def contents(parsed: Path) -> dict[str, Any]:
    """Return what was parsed by part and name, without the time."""
    state = pickle.loads(parsed.read_bytes())
    found = {}
    for part in PARTS:
        for name, nodes in state[part].items():
            for number, node in enumerate(
                nodes if isinstance(nodes, list) else [nodes]
            ):
                content = node.to_dict()
                content.pop("created_at", None)
                found[f"{part} {name} {number}"] = content
    return found


def another(value: Any) -> Any:
    """Return another value of a var, of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"another {value}"
    return 7 if value is None else value


def test_a_shared_parse_is_the_one_that_the_vars_would_have(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())["vars"]
    edition = {"edition": "canonical", "raw_dir": str(tiny_folder)} | SMALL_FITS
    environment = dbt_environment(tmp_path / "retail_uplift.duckdb")
    changed = {
        name: another(project[name]) for name in project.keys() - vars_of_parse()
    }
    # No other words are the name of a day and that of a profile.
    changed |= {"week_starts_on": "sunday", "refutation_profile": "thorough"}
    changed |= {"cost_basis": "household"}
    assert {"list_salt", "max_contacts", "assign_campaign", "n_segments"} <= set(
        changed
    )
    assert {"forest_trees", "segment_bootstraps"} <= changed.keys() & vars_of_metas()
    shared = contents(shared_parse(edition | changed, environment))
    assert len(shared) > 1_500
    monkeypatch.setattr(dbt_process, "vars_of_parse", lambda: frozenset(project))
    monkeypatch.setattr(dbt_process, "vars_of_metas", frozenset)
    own = contents(shared_parse(edition | changed, environment))
    assert own.keys() == shared.keys()
    assert [name for name in own if own[name] != shared[name]] == []
