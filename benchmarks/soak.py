"""What publishing stands: `make soak` reads while it builds, kills, and fills disks.

It builds the small project of `soak_project.py` some sixty times, takes about ten
minutes, uses no network, and writes `benchmarks/soak.csv`: one row per claim, with how
often it was tried and how often it did not hold. It returns 1 if any did not hold.
"""

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from bench import ROOT, say, write_csv
from soak_project import ASSIGNMENTS, TABLES, SoakProject

from retail_uplift.serving.publish import PublishError, publish
from retail_uplift.serving.published import connect
from retail_uplift.serving.runs import Node

RESULT = ROOT / "benchmarks" / "soak.csv"
SEED = 17
READER_PROCESSES = 5
# Seconds between two reads of a reader: fifty readers leave the build a core.
PAUSE = 1.0
NOBODY = 65_534
IN_USE = "is in use by process"


@dataclass(frozen=True)
class Claim:
    """What was tried, how often, and how often it did not hold."""

    claim: str
    n_tried: int
    n_failed: int


# --- readers --------------------------------------------------------------------------


def read_once(pointer: Path) -> set[str]:
    """Return the runs that the tables of one read are from: one, if they are whole."""
    with connect(pointer) as connection:
        wings = "marts.published_wings"
        sql = " union ".join(f"select invocation_id from {t}" for t in (*TABLES, wings))
        return {run for (run,) in connection.execute(sql).fetchall()}


def read_until(pointer: Path, stop: Path, n_threads: int) -> dict[str, int]:
    """Read in threads until a file appears; count reads, errors and mixed builds."""
    counts = {"reads": 0, "errors": 0, "mixed": 0}
    lock = threading.Lock()

    def loop() -> None:
        while not stop.exists():
            try:
                what = "reads" if len(read_once(pointer)) == 1 else "mixed"
            except (OSError, duckdb.Error) as error:
                print(error, file=sys.stderr)
                what = "errors"
            with lock:
                counts[what] += 1
            time.sleep(PAUSE)

    threads = [threading.Thread(target=loop) for _ in range(n_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts


def read_while_building(
    project: SoakProject, n_readers: int, n_builds: int
) -> list[Claim]:
    """Build again and again under the eyes of readers."""
    code, said = project.run()
    assert code == 0, said
    stop = project.folder / "stop"
    n_processes = min(READER_PROCESSES, n_readers)
    of_each = [str(project.pointer), str(stop), str(n_readers // n_processes)]
    readers = [
        subprocess.Popen(
            [sys.executable, __file__, "--read", *of_each],
            env=project.environment(),
            text=True,
            stdout=subprocess.PIPE,
        )
        for _ in range(n_processes)
    ]
    n_failed = sum(project.run()[0] != 0 for _ in range(n_builds))
    stop.touch()
    counts = [json.loads(reader.communicate()[0]) for reader in readers]
    stop.unlink()
    errors, mixed, reads = (
        sum(count[what] for count in counts) for what in ("errors", "mixed", "reads")
    )
    n_reads = reads + mixed + errors
    return [
        Claim("a build succeeds while readers read", n_builds, n_failed),
        Claim("a reader gets no error during builds", n_reads, errors),
        Claim("a reader sees one build, whole", n_reads, mixed),
    ]


# --- kills ----------------------------------------------------------------------------


def contents(file: Path) -> dict[str, str]:
    """Return a checksum of each public table, without the column that names the run."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return {
            table: connection.execute(
                "select md5(string_agg(t::varchar, '|' order by t::varchar)) "
                f"from (select * exclude (invocation_id) from {table}) as t"
            ).fetchall()[0][0]
            for table in TABLES
        }


def campaigns(file: Path) -> dict[int, int]:
    """Return the number of households that each campaign was assigned to."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return dict(
            connection.execute(
                f"select campaign_id, count(*) from {ASSIGNMENTS} group by all"
            ).fetchall()
        )


def kill(project: SoakProject, after: float, campaign_id: int) -> None:
    """Start a build that assigns a campaign; kill it after some seconds."""
    process = project.start(SOAK_CAMPAIGN=str(campaign_id), SOAK_DAYS="60")
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def kill_builds(project: SoakProject, n_kills: int, seed: int = SEED) -> list[Claim]:
    """Kill builds at random moments, half of them first builds; then build again."""
    rng = random.Random(seed)
    project.forget()
    started = time.monotonic()
    code, said = project.run()
    assert code == 0, said
    seconds = time.monotonic() - started
    undisturbed = contents(project.pointer.resolve())
    n_sent = 0
    n_not_repeated = n_changed = n_lost = 0
    finished: dict[int, int] = {}
    for campaign_id in range(1, n_kills + 1):
        if campaign_id % 2:
            project.forget()
            finished = {}
        kill(project, rng.uniform(0.2, 1.0) * seconds, campaign_id)
        code, _ = project.run(SOAK_CAMPAIGN=str(1000 + campaign_id))
        n_not_repeated += code != 0
        now = campaigns(project.pointer.resolve())
        n_sent = n_sent or now.get(1000 + campaign_id, 0)
        n_changed += contents(project.pointer.resolve()) != undisturbed
        # The killed build's own list is there as a whole, if it had finished, or not.
        own = now.pop(campaign_id, 0)
        finished[1000 + campaign_id] = n_sent
        n_lost += now != finished or own not in (0, 15)
        if own:
            finished[campaign_id] = own
        say(f"kill {campaign_id} of {n_kills}: exit {code}, lists {now}")
    return [
        Claim("a killed build can be repeated", n_kills, n_not_repeated),
        Claim("it then gives the tables of an undisturbed build", n_kills, n_changed),
        Claim("lists of finished builds stay, others do not count", n_kills, n_lost),
    ]


# --- faults ---------------------------------------------------------------------------


def refused(
    project: SoakProject, words: str, run: Callable[[], tuple[int, str]]
) -> int:
    """Return 1 if a run did not stop with these words and all as it was, else 0."""
    before = project.pointer.resolve(), campaigns(project.pointer.resolve())
    code, said = run()
    after = project.pointer.resolve(), campaigns(project.pointer.resolve())
    is_refused = code != 0 and words in " ".join(said.split()) and before == after
    if not is_refused:
        say(said)
    return int(not is_refused)


def hold_build_file(project: SoakProject) -> Claim:
    """Build while a reader has the build file open."""
    code = f"import duckdb; c = duckdb.connect({str(project.warehouse)!r}, True)"
    reader = subprocess.Popen(
        [sys.executable, "-c", f"{code}; print(1, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    reader.stdout.readline()
    n_failed = refused(project, f"{IN_USE} {reader.pid}", project.run)
    reader.communicate("\n")
    return Claim("a reader of the build file is named, nothing is lost", 1, n_failed)


def build_twice_at_once(project: SoakProject) -> Claim:
    """Start a second build when the first has begun, and hold that until it ends."""
    first = project.start()
    assert first.stdout is not None
    for line in first.stdout:
        if "START" in line:
            os.killpg(first.pid, signal.SIGSTOP)
            break
    code, said = project.run()
    os.killpg(first.pid, signal.SIGCONT)
    rest, _ = first.communicate()
    is_right = first.returncode == 0 and code != 0 and IN_USE in said
    if not is_right:
        say(f"{rest}\n{said}")
    return Claim(
        "of two builds at once, the second names the first", 1, int(not is_right)
    )


def publish_again(
    project: SoakProject, fault: AbstractContextManager[None] | None = None
) -> str:
    """Publish what the build file has; return the sentence of an error, if any."""
    manifest = json.loads((project.folder / "target/manifest.json").read_text("utf-8"))
    nodes = {
        unique_id: Node(
            schema_name=node["schema"],
            table_name=node["alias"],
            path=node["original_file_path"],
            parents=tuple(node["depends_on"].get("nodes", ())),
        )
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    with (
        duckdb.connect(str(project.warehouse)) as connection,
        fault or nullcontext(),
    ):
        try:
            publish(connection, project.pointer, "by hand", nodes, is_by_hand=True)
        except PublishError as error:
            return str(error)
    return ""


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond 300 kB."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder read-only; to root, who may write anywhere, by being nobody."""
    is_root = os.geteuid() == 0
    modes = {path: path.stat().st_mode for path in (folder, folder / "builds")}
    for path in modes:
        path.chmod(0o555)
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)


def fail_to_publish(
    project: SoakProject, name: str, words: str, fault: AbstractContextManager[None]
) -> Claim:
    """Publish under a fault, then without it."""
    folder = project.pointer.parent

    def files() -> list[str]:
        return sorted(str(path) for path in folder.rglob("*"))

    before = files(), project.pointer.resolve()
    said = publish_again(project, fault)
    is_as_before = before == (files(), project.pointer.resolve())
    is_right = is_as_before and words in said and publish_again(project) == ""
    if not is_right:
        say(f"{name}: {said}")
    return Claim(f"{name} is said, and what was published stays", 1, int(not is_right))


def same_with_threads(project: SoakProject) -> Claim:
    """Build with one thread and with four."""
    found = []
    for n_threads in ("1", "4"):
        code, said = project.run(RETAIL_UPLIFT_THREADS=n_threads)
        assert code == 0, said
        found.append(contents(project.pointer.resolve()))
    return Claim(
        "one thread and four give the same tables", 1, int(found[0] != found[1])
    )


# --- all of it ------------------------------------------------------------------------


def soak(folder: Path, n_readers: int, n_builds: int, n_kills: int) -> list[Claim]:
    """Try everything; return the claims in order."""
    project = SoakProject(folder)
    claims = read_while_building(project, n_readers, n_builds)
    claims += kill_builds(project, n_kills)
    claims.append(
        fail_to_publish(project, "a full disk", "File too large", full_disk())
    )
    read_only_folder = read_only(project.pointer.parent)
    claims.append(
        fail_to_publish(
            project, "a read-only folder", "Permission denied", read_only_folder
        )
    )
    claims.append(hold_build_file(project))
    claims.append(build_twice_at_once(project))
    claims.append(same_with_threads(project))
    return claims


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--builds", type=int, default=10)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--read", nargs=3, help="(for the processes of readers)")
    given = parser.parse_args()
    if given.read:
        pointer, stop, n_threads = given.read
        counts = read_until(Path(pointer), Path(stop), int(n_threads))
        print(json.dumps(counts))
        return 0
    with tempfile.TemporaryDirectory(prefix="retail_uplift_soak_") as folder:
        claims = soak(Path(folder), given.readers, given.builds, given.kills)
    write_csv([asdict(claim) for claim in claims], RESULT)
    for claim in claims:
        say(f"{claim.n_failed} of {claim.n_tried} failed: {claim.claim}")
    return int(any(claim.n_failed for claim in claims))


if __name__ == "__main__":
    sys.exit(main())
