"""Command line of the audit: ``python -m retail_uplift.auditing.audit --help``.

Which estimator deserves trust on data like yours? The audit takes the trial units,
covariates, propensities and outcome means of the last build, imposes effects that are
known, runs the project's own estimators on many replicates and writes
``evidence.fct_estimator_audit``: bias, error, interval coverage and rejections by
design, world and estimator. Run it in the project's folder.

Replicates are kept as they finish. After an interruption the same command computes what
is missing; after a new build, other options or another version it starts afresh.
"""

import argparse
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from importlib.metadata import version
from itertools import count, product
from pathlib import Path
from typing import Any

import duckdb
from joblib import Parallel, delayed

from retail_uplift import frames as _frames
from retail_uplift.auditing import grading, replicates, store
from retail_uplift.auditing.grading import (
    Plan,
    failed_replicates,
    grade,
    plan_from_manifest,
)
from retail_uplift.auditing.replicates import (
    WORLDS,
    FitSettings,
    Population,
    Sample,
    World,
    draw_sample,
)
from retail_uplift.auditing.store import Build
from retail_uplift.effects import nuisance, projection
from retail_uplift.progress import progress_on_stderr

MART = "fct_estimator_audit"
DEFAULT_WAREHOUSE = Path("warehouse/retail_uplift.duckdb")
# One pass of the SQL grades about this many units: enough to spread its fixed cost of a
# tenth of a second, and little enough to lose when an audit is interrupted.
BATCH_UNITS = 50_000
PACKAGES = ("duckdb", "numpy", "pandas", "scikit-learn", "scipy")

Job = tuple[Population, World, int]


class AuditError(Exception):
    """What went wrong in one sentence, and the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        """Keep the sentence and the code."""
        super().__init__(sentence)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 2 after an argument error, else 1 or 130."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except AuditError as error:
        print(f"audit: {error}", file=sys.stderr)
        return error.code
    except (ValueError, duckdb.Error) as error:
        print(f"audit: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\naudit: interrupted; finished replicates are kept, and the same command "
            "computes the rest",
            file=sys.stderr,
        )
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.auditing.audit",
        description="Grade the project's estimators on twins of the last build whose "
        "effects are known.",
    )
    add = parser.add_argument
    add(
        "--replicates",
        type=_whole_number(1),
        default=200,
        help="replicates per design and world (default: 200)",
    )
    add(
        "--worlds",
        nargs="+",
        choices=WORLDS,
        default=list(WORLDS),
        metavar="WORLD",
        help=f"which effects are imposed: {', '.join(WORLDS)} (default: all)",
    )
    add("--designs", nargs="+", help="study designs (default: all of the build)")
    add(
        "--effect",
        type=_finite_number,
        help="mean effect in dollars (default: the effect at which a contact pays for "
        "itself, by the configured cost of fct_cost_models)",
    )
    add(
        "--splits",
        type=_whole_number(1),
        default=1,
        help="repetitions of the cross-fitting per replicate (default: 1). The build "
        "takes the median over var n_splits of them; as many here cost as many times "
        "the time and make the audit that of the very same procedure",
    )
    add(
        "--fast",
        action="store_true",
        help="linear nuisances with fixed penalties only: some twenty times as fast, "
        "but not the procedure of the build",
    )
    add(
        "--processes",
        type=_whole_number(1),
        help="replicates fitted at the same time; no effect on the results (default: "
        "var fit_processes)",
    )
    add("--seed", type=_whole_number(0), default=42, help="(default: 42)")
    add(
        "--warehouse",
        type=Path,
        default=os.environ.get("RETAIL_UPLIFT_WAREHOUSE", str(DEFAULT_WAREHOUSE)),
        help="(default: RETAIL_UPLIFT_WAREHOUSE or warehouse/retail_uplift.duckdb)",
    )
    add(
        "--vars",
        type=_json_object,
        default={},
        metavar="JSON",
        help="dbt vars (default: those that the last build was given)",
    )
    add("--restart", action="store_true", help="forget earlier replicates")
    add("--quiet", action="store_true", help="show no progress and no result")
    return parser


def _whole_number(least: int) -> Callable[[str], int]:
    """Return the parser of a whole number that is not below a bound."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a whole number of {least} or more"
            )
        return int(text)

    return parse


def _finite_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return number


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f"{text!r} is not a JSON object")
    return value


def _run(options: argparse.Namespace) -> None:
    """Audit the build of the warehouse."""
    warehouse = options.warehouse
    if not Path("dbt_project.yml").is_file():
        raise AuditError("no dbt_project.yml here: run it in the project's folder")
    if not warehouse.is_file():
        raise AuditError(f"no warehouse {warehouse}: run `dbt build` first")
    tell = _ignore if options.quiet else _tell
    dbt = Dbt(warehouse, store.read_vars(warehouse) | options.vars)
    tell("compiling the project's estimators")
    plan = plan_from_manifest(dbt.compile_estimators())
    build = store.read_build(warehouse, plan)
    audit = Audit(
        warehouse=warehouse,
        plan=plan,
        build=build,
        populations=_choose(build.populations, options.designs),
        effect=(
            store.read_break_even(warehouse)
            if options.effect is None
            else options.effect
        ),
        seed=options.seed,
        settings=_fit_settings(plan, build, options),
    )
    if options.restart:
        store.drop_replicates(warehouse, list(audit.keys))
    jobs = audit.missing_jobs(options.worlds, options.replicates, tell)
    tick = _ignore if options.quiet else _tick_on_stderr(len(jobs))
    processes = options.processes or int(plan.meta[MART]["processes"])
    failures = audit.run(jobs, processes, tick)
    if failures:
        tell(f"{len(failures)} replicates could not be fitted, such as: {failures[0]}")
    tell(f"building marts.{MART}")
    # A build: it tests the tables, and publishes their wing.
    models = ("stg_replicate_estimates", MART)
    dbt.run("build", "--exclude-resource-type", "unit_test", "--select", *models)
    if not options.quiet:
        print(store.read_summary(warehouse).to_string(index=False))


@dataclass(frozen=True)
class Dbt:
    """dbt on a warehouse with given vars, in a target folder of the audit's own."""

    warehouse: Path
    variables: dict[str, Any]

    @property
    def target(self) -> Path:
        """Folder of the manifest: a build that runs meanwhile keeps its own."""
        return Path(os.environ.get("DBT_TARGET_PATH", "target")).absolute() / "audit"

    def compile_estimators(self) -> dict[str, Any]:
        """Return the manifest with the compiled SQL of the estimators."""
        models = [f"{name}+,+{grading.TARGET}" for name in grading.REPLACED]
        self.run("compile", "--select", *models)
        return json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))

    def run(self, *arguments: str) -> None:
        """Run dbt; show its log only if it fails."""
        command = [sys.executable, "-m", "dbt.cli.main", *arguments]
        if self.variables:
            command += ["--vars", json.dumps(self.variables)]
        environment = os.environ | {
            "RETAIL_UPLIFT_WAREHOUSE": str(self.warehouse),
            "DBT_TARGET_PATH": str(self.target),
        }
        if self.warehouse == DEFAULT_WAREHOUSE:
            # Without the variable profiles.yml takes the same file, and publishes it.
            del environment["RETAIL_UPLIFT_WAREHOUSE"]
        finished = subprocess.run(
            command,
            env=environment,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if finished.returncode != 0:
            print(finished.stdout, file=sys.stderr)
            raise AuditError(f"`dbt {' '.join(arguments)}` failed; its log is above")


@dataclass(frozen=True)
class Audit:
    """One audit: what is drawn from what, and where it is kept.

    Attributes
    ----------
    warehouse : Path
    plan : Plan
        The estimators.
    build : Build
    populations : list of Population
        The designs that are audited.
    effect : float
        Mean effect in dollars of the worlds that have one.
    seed : int
    settings : FitSettings
    """

    warehouse: Path
    plan: Plan
    build: Build
    populations: list[Population]
    effect: float
    seed: int
    settings: FitSettings

    @cached_property
    def keys(self) -> dict[str, str]:
        """By design, what replicates that may stand side by side have in common."""
        options = {
            "effect": self.effect,
            "seed": self.seed,
            "settings": asdict(self.settings),
            "packages": {name: version(name) for name in PACKAGES},
        }
        modules = (_frames, nuisance, projection, replicates)
        sources = [Path(module.__file__) for module in modules]
        return {
            population.design: store.audit_key(population, self.plan, options, sources)
            for population in self.populations
        }

    def missing_jobs(
        self, worlds: Sequence[World], n_replicates: int, tell: Callable[[str], None]
    ) -> list[Job]:
        """List what is not in the warehouse yet, and tell what is."""
        finished = {}
        for design, key in self.keys.items():
            finished[design], n_others = store.finished_replicates(
                self.warehouse, design, key
            )
            if finished[design]:
                tell(f"{design}: {len(finished[design])} replicates are there already")
            if n_others:
                tell(
                    f"{design}: {n_others} replicates of another build, version or "
                    "choice of options make room for new ones"
                )
        # Worlds in turn, so that an interrupted audit has as many of each.
        return [
            (population, world, replicate)
            for replicate, population, world in product(
                range(1, n_replicates + 1), self.populations, worlds
            )
            if (world, replicate) not in finished[population.design]
        ]

    def run(
        self, jobs: Sequence[Job], processes: int, tick: Callable[[], None]
    ) -> list[str]:
        """Draw, fit, grade and keep the replicates; return why some were not fitted."""
        failures = []
        draw = partial(
            draw_sample, effect=self.effect, seed=self.seed, settings=self.settings
        )
        with Parallel(n_jobs=processes, return_as="generator") as parallel:
            for batch in _batches(jobs, processes):
                samples = []
                for sample in parallel(delayed(draw)(*job) for job in batch):
                    samples.append(sample)
                    tick()
                self._keep(samples)
                failures += [s.failure for s in samples if s.failure is not None]
        return failures

    def _keep(self, samples: Sequence[Sample]) -> None:
        """Grade a batch and append it to the warehouse."""
        fitted = [sample for sample in samples if sample.failure is None]
        failed = [sample for sample in samples if sample.failure is not None]
        frames = [failed_replicates(failed)]
        if fitted:
            frames.append(grade(self.plan, self.build.context, fitted))
        store.append_replicates(
            self.warehouse,
            [
                frame.assign(
                    n_splits=self.settings.n_splits,
                    is_fast=self.settings.fast,
                    finished_at=datetime.now(UTC).replace(tzinfo=None),
                )
                for frame in frames
            ],
            self.keys,
            [population.design for population in self.build.populations],
        )


def _choose(
    populations: Sequence[Population], designs: Sequence[str] | None
) -> list[Population]:
    """Return the populations of the designs that were asked for."""
    known = [population.design for population in populations]
    unknown = sorted(set(designs or known) - set(known))
    if unknown:
        raise AuditError(
            f"the build has no design {', '.join(unknown)}; it has {', '.join(known)}",
            code=2,
        )
    return [p for p in populations if p.design in (designs or known)]


def _fit_settings(
    plan: Plan, build: store.Build, options: argparse.Namespace
) -> FitSettings:
    """Take from the build's own fits what they were told."""
    propensity = plan.meta[grading.PROPENSITIES]
    outcome = plan.meta[grading.OUTCOME_MEANS]
    return FitSettings(
        n_folds=build.n_folds,
        n_splits=options.splits,
        covariates=build.covariates,
        propensity_seed=int(propensity["seed"]),
        outcome_seed=int(outcome["seed"]),
        fast=options.fast,
    )


def _batches(jobs: Sequence[Job], processes: int) -> Iterator[Sequence[Job]]:
    """Cut the jobs into batches of some `BATCH_UNITS`, with work for every process."""
    most = max((len(population.units) for population, _, _ in jobs), default=1)
    size = max(processes, BATCH_UNITS // most)
    for start in range(0, len(jobs), size):
        yield jobs[start : start + size]


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _ignore(*_: object) -> None:
    """Tell nothing."""


def _tick_on_stderr(n_all: int) -> Callable[[], None]:
    """Return a function that counts a replicate and shows the time left."""
    counter, show = count(1), progress_on_stderr("replicate")
    return lambda: show(next(counter), n_all)


if __name__ == "__main__":
    sys.exit(main())
