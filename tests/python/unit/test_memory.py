"""The memory that DuckDB may use."""

from pathlib import Path

import pytest

from retail_uplift.memory import VARIABLE, default_bytes, machine_bytes, memory_limit


@pytest.mark.parametrize(
    ("machine", "limit"),
    [(24_000_000_000, 6_000_000_000), (4_000_000_000, 2_000_000_000)],
)
def test_it_is_a_quarter_of_the_machine_and_2_gb_at_least(machine: int, limit: int):
    assert default_bytes(machine) == limit


@pytest.mark.parametrize(
    ("text", "is_limited"), [("3000000000\n", True), ("max\n", False)]
)
def test_a_container_may_have_less(tmp_path: Path, text: str, is_limited: bool):
    file = tmp_path / "memory.max"
    file.write_text(text)
    machine = machine_bytes(tmp_path / "no such file")
    expected = min(machine, 3_000_000_000) if is_limited else machine
    assert machine_bytes(file) == expected


def test_the_environment_names_another_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VARIABLE, "3GB")
    assert memory_limit() == "3GB"
    monkeypatch.delenv(VARIABLE)
    assert memory_limit() == f"{default_bytes(machine_bytes()) // 10**6}MB"
