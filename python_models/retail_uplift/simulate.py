"""Command line of the simulated retailer: ``python -m retail_uplift.simulate --help``.

Writes the eight canonical tables as parquet, plus ``truth.parquet`` with both arms of
every campaign and household. A build reads the folder with
``dbt build --vars '{edition: canonical, raw_dir: FOLDER}'``.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from retail_uplift.simulation.trials import CELL_HOUSEHOLDS
from retail_uplift.simulation.worlds import MAX_WEEKS, MIN_WEEKS, WORLDS, Settings
from retail_uplift.simulation.writer import Progress, write_simulation


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 after an argument error."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = Settings(
            world=given.world,
            n_households=given.households,
            n_weeks=given.weeks,
            seed=given.seed,
            overlap=given.overlap,
            effect=given.effect,
            hidden_strength=given.hidden_strength,
            hidden_spend=given.hidden_spend,
            n_trials=given.trials,
            n_products=given.products,
            n_stores=given.stores,
        )
        write_simulation(
            settings,
            given.out,
            block_households=given.block_households,
            progress=None if given.quiet else _progress_on_stderr(),
        )
    except (ValueError, FileExistsError) as error:
        print(f"simulate: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.simulate",
        description="Write a simulated retailer whose campaign effects are known.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--world", required=True, choices=WORLDS, help="what campaigns do")
    add("--households", type=int, required=True, help="number of households")
    add("--weeks", type=int, default=52, help=f"{MIN_WEEKS} to {MAX_WEEKS}")
    add("--seed", type=int, required=True, help="seed of every random number")
    add("--out", type=Path, required=True, help="a new or an empty folder")
    add(
        "--overlap",
        type=float,
        default=1.0,
        help="multiplies the targeting logit: 0 random, 1 realistic, more is worse",
    )
    add("--effect", type=float, default=60.0, help="dollars per sent household")
    add(
        "--hidden-strength",
        type=float,
        default=1.5,
        help="log odds ratio of being sent, by the hidden trait",
    )
    add(
        "--hidden-spend",
        type=float,
        default=80.0,
        help="dollars per outcome window, by the hidden trait",
    )
    add(
        "--trials",
        type=int,
        help="TypeA campaigns with a full look-back; as many as fit when left out",
    )
    add("--products", type=int, default=20_000, help="products in the catalogue")
    add("--stores", type=int, default=40, help="number of stores")
    add(
        "--block-households",
        type=int,
        default=10 * CELL_HOUSEHOLDS,
        help="households in memory at a time; no effect on the content",
    )
    add("--quiet", action="store_true", help="show no progress")
    return parser


def _progress_on_stderr() -> Progress:
    """Return a function that shows blocks done, time elapsed and time left."""
    start = time.monotonic()

    def show(n_done: int, n_all: int) -> None:
        elapsed = time.monotonic() - start
        left = elapsed / n_done * (n_all - n_done)
        end = "\n" if n_done == n_all else ""
        text = f"block {n_done} of {n_all}, {elapsed:.0f} s elapsed, {left:.0f} s left"
        print(f"\r{text:<60}", end=end, file=sys.stderr, flush=True)

    return show


if __name__ == "__main__":
    sys.exit(main())
