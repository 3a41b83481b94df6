"""Draws the marts of a warehouse: ``python -m retail_uplift.figures``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from retail_uplift.figures.drawing import CURRENCY
from retail_uplift.figures.pictures import (
    FigureError,
    read_currency,
    read_pictures,
    write_picture,
)
from retail_uplift.progress import progress_on_stderr
from retail_uplift.serving.published import resolve


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 2 after an argument error, otherwise 1."""
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.figures",
        description="Draw the marts, each picture as PNG and as SVG.",
    )
    parser.add_argument("warehouse", type=Path, help="published or build file")
    parser.add_argument("folder", type=Path, help="where the pictures go; made if new")
    options = parser.parse_args(arguments)
    try:
        write_all(options.warehouse, options.folder)
    except (FigureError, ValueError, OSError, duckdb.Error) as error:
        print(f"figures: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


def write_all(warehouse: Path, folder: Path) -> None:
    """Read all tables, then draw and write picture by picture."""
    with duckdb.connect(str(resolve(warehouse)), read_only=True) as connection:
        pictures = read_pictures(connection)
        currency = read_currency(connection)
    folder.mkdir(parents=True, exist_ok=True)
    show = progress_on_stderr("picture")
    of_others = CURRENCY.set(currency)
    try:
        for number, (name, draw) in enumerate(pictures.items(), start=1):
            try:
                write_picture(draw(), folder, name)
            except FigureError as error:
                print(f"{name}: not drawn, {error}", flush=True)
            show(number, len(pictures))
    finally:
        CURRENCY.reset(of_others)


if __name__ == "__main__":
    sys.exit(main())
