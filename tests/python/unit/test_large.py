"""What large builds take is added up by step."""

from pathlib import Path

import large
import pytest
from large import kept_rows, step_of, summarise
from node_usage import Node, Sample, Usage


def node(kind: str, path: str, start: float, end: float) -> Node:
    return Node(f"{kind}.retail_uplift.{Path(path).stem}", path, start, end)


@pytest.mark.parametrize(
    ("kind", "path", "step"),
    [
        ("model", "staging/checked/base_transactions.sql", "staging"),
        ("test", "one_line_per_basket.sql", "checks"),
        ("seed", "behaviour/departments.csv", "windows"),
        ("model", "intermediate/behaviour/trials/int_trial_units.sql", "windows"),
        ("model", "intermediate/behaviour/purchases/int_baskets.sql", "features"),
        (
            "model",
            "intermediate/behaviour/features/int_window_features.sql",
            "features",
        ),
    ],
)
def test_each_node_belongs_to_a_step(kind: str, path: str, step: str):
    assert step_of(node(kind, path, 0, 1)) == step


def test_steps_add_up_seconds_and_keep_the_largest_memory():
    usage = Usage()
    usage.samples = [
        Sample(at, gb, cpu)
        for at, gb, cpu in [
            (0, 1, 0),
            (10, 4, 15),
            (11, 2, 16),
            (20, 3, 30),
            (29, 9, 31),
        ]
    ]
    base = "staging/checked/base_transactions.sql"
    nodes = [node("model", base, 0, 10), node("test", "key.sql", 11, 20)]

    rows = {row["step"]: row for row in summarise(nodes, usage)}

    assert list(rows) == list(large.STEPS)
    assert rows["staging"] == {
        "step": "staging",
        "seconds": 10,
        "cpu_seconds": 15,
        "peak_gb": 4,
    }
    assert rows["checks"] == {
        "step": "checks",
        "seconds": 9,
        "cpu_seconds": 14,
        "peak_gb": 3,
    }
    assert rows["features"]["seconds"] == 0
    assert rows["all"] == {
        "step": "all",
        "seconds": 19,
        "cpu_seconds": 29,
        "peak_gb": 4,
    }


def test_a_size_that_is_measured_again_replaces_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(large, "RESULTS", tmp_path / "large_builds.csv")
    assert kept_rows({10}) == []
    large.RESULTS.write_text("n_lines,step\n10,all\n100,all\n", encoding="utf-8")

    assert kept_rows({10}) == [{"n_lines": "100", "step": "all"}]
