"""What each node of a run of dbt takes: its times, memory and CPU seconds."""

import json
import os
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple


class Sample(NamedTuple):
    """What a process has used at a moment: seconds since 1970, GB, CPU seconds."""

    at: float
    gb: float
    cpu_seconds: float


class Usage:
    """Memory and CPU time of this process's child, looked at all the time."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.is_over = threading.Event()

    def __enter__(self) -> "Usage":
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.thread.join()

    def _watch(self) -> None:
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
        page, tick = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
        while not self.is_over.wait(0.05):
            for child in children.read_text().split():
                stat = Path(f"/proc/{child}/stat")
                # A child that has just ended has no file.
                if not stat.exists():
                    continue
                # Behind the name, which may have spaces, from the third field on.
                fields = stat.read_text().rpartition(")")[2].split()
                self.samples.append(
                    Sample(
                        time.time(),
                        int(fields[21]) * page / 1e9,
                        (int(fields[11]) + int(fields[12])) / tick,
                    )
                )

    def between(self, start: float, end: float) -> tuple[float, float]:
        """Return CPU seconds and the largest memory in GB between two times."""
        used = [sample for sample in self.samples if start <= sample.at <= end]
        if not used:
            return 0.0, 0.0
        cpu_seconds = used[-1].cpu_seconds - used[0].cpu_seconds
        return cpu_seconds, max(sample.gb for sample in used)


class Node(NamedTuple):
    """One model or test of a build, with the times of its start and end."""

    unique_id: str
    path: str
    start: float
    end: float


def read_nodes(target: Path) -> list[Node]:
    """Return the models, seeds and tests that dbt's last run has executed."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    manifest = json.loads((target / "manifest.json").read_text())["nodes"]
    return [
        Node(result["unique_id"], manifest[result["unique_id"]]["path"], *times)
        for result in results
        if result["unique_id"] in manifest
        for times in [
            [
                datetime.fromisoformat(part[name]).timestamp()
                for name in ("started_at", "completed_at")
            ]
            for part in result["timing"]
            if part["name"] == "execute"
        ]
    ]
