"""Command line of the simulated retailer: ``python -m retail_uplift.simulate --help``.

Writes the eight canonical tables as parquet, plus ``truth.parquet`` with both arms of
every campaign and household. A build reads the folder with
``dbt build --vars '{edition: canonical, raw_dir: FOLDER}'``.

With ``--layout`` it writes raw files in the shape of well-known public data instead,
which a recipe of USE_YOUR_OWN_DATA.md turns into canonical tables:
``python -m retail_uplift.simulate --layout online_retail --out FOLDER``.

Time and memory on two cores: 20,000 households x 52 weeks take 12 s; 200,000 take 108 s
and 0.8 GB, and give 129 million lines in 750 MB of parquet.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from retail_uplift.progress import progress_on_stderr
from retail_uplift.simulation.layouts import LAYOUTS, write_layout
from retail_uplift.simulation.trials import CELL_HOUSEHOLDS
from retail_uplift.simulation.worlds import (
    MAX_WEEKS,
    MIN_WEEKS,
    USUAL_EFFECT,
    WORLDS,
    Settings,
)
from retail_uplift.simulation.writer import write_simulation


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 after an argument error."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if "layout" not in given:
        missing = {"world", "households", "seed"} - vars(given).keys()
        if missing:
            named = ", ".join(f"--{name}" for name in sorted(missing))
            parser.error(f"{named} missing, or give --layout")
    try:
        if "layout" in given:
            seed = {"seed": given.seed} if "seed" in given else {}
            write_layout(given.layout, given.out, **seed)
            return 0
        settings = Settings(
            world=given.world,
            n_households=given.households,
            n_weeks=given.weeks,
            seed=given.seed,
            overlap=given.overlap,
            effect=given.effect,
            hidden_strength=given.hidden_strength,
            hidden_spend=given.hidden_spend,
            n_trials=vars(given).get("trials"),
            n_products=given.products,
            n_stores=given.stores,
        )
        write_simulation(
            settings,
            given.out,
            block_households=given.block_households,
            progress=None if given.quiet else progress_on_stderr("block"),
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
    # Without a default in the namespace none is shown in the help.
    no_default = {"default": argparse.SUPPRESS}
    add(
        "--layout",
        choices=LAYOUTS,
        help="raw files in a usual shape; then only --seed and --out count",
        **no_default,
    )
    add("--world", choices=WORLDS, help="what campaigns do", **no_default)
    add("--households", type=int, help="number of households", **no_default)
    add("--weeks", type=int, default=52, help=f"{MIN_WEEKS} to {MAX_WEEKS}")
    add("--seed", type=int, help="seed of every random number", **no_default)
    add(
        "--out",
        type=Path,
        help="a new or an empty folder",
        required=True,
        **no_default,
    )
    add(
        "--overlap",
        type=float,
        default=1.0,
        help="multiplies the targeting logit: 0 random, 1 like the real year",
    )
    add(
        "--effect",
        type=float,
        default=USUAL_EFFECT,
        help="dollars per sent household; scales world heterogeneous, null has none",
    )
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
        default=argparse.SUPPRESS,
        help="TypeA campaigns with a full look-back; as many as fit when left out; 1 "
        "keeps later campaigns from choosing the controls",
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


if __name__ == "__main__":
    sys.exit(main())
