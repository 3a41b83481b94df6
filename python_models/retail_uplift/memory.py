"""How much memory DuckDB may use before it writes steps to the disk."""

import os
from pathlib import Path

VARIABLE = "RETAIL_UPLIFT_MEMORY"
# A quarter of the machine: the fits in Python, which may hold as much again, and other
# programs live on the rest.
SHARE = 0.25
LEAST_BYTES = 2 * 10**9
# What a container may use, in bytes or "max".
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")


def memory_limit() -> str:
    """Return DuckDB's limit: that of the environment, or a quarter of the machine.

    Returns
    -------
    str
        As DuckDB's setting `memory_limit` takes it, such as ``4GB``.
    """
    named = os.environ.get(VARIABLE, "").strip()
    return named or f"{default_bytes(machine_bytes()) // 10**6}MB"


def default_bytes(available: int) -> int:
    """Return the limit of a machine with so many bytes: a quarter, at least 2 GB."""
    return max(LEAST_BYTES, int(available * SHARE))


def machine_bytes(container_limit: Path = CONTAINER_LIMIT) -> int:
    """Return the bytes of the machine, or of the container if it has fewer."""
    if not hasattr(os, "sysconf"):
        return 0  # Windows does not say: the least limit holds.
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if not container_limit.exists():
        return machine
    limit = container_limit.read_text().strip()
    return min(machine, int(limit)) if limit.isdigit() else machine
