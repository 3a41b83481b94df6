"""Streams a simulation into the eight canonical parquet files and truth.parquet."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from retail_uplift.simulation import catalogue as shop
from retail_uplift.simulation.trials import (
    CELL_HOUSEHOLDS,
    CellTables,
    n_cells,
    simulate_cell,
)
from retail_uplift.simulation.worlds import Settings, campaign_plan

Progress = Callable[[int, int], None]

MONEY = pa.decimal128(12, 2)

SCHEMAS = {
    "transactions": pa.schema(
        {
            "household_id": pa.int64(),
            "basket_id": pa.int64(),
            "product_id": pa.int64(),
            "store_id": pa.int64(),
            "day": pa.int32(),
            "week": pa.int32(),
            "transacted_on": pa.date32(),
            "quantity": pa.int64(),
            "sales_value": MONEY,
            "retail_discount": MONEY,
            "coupon_discount": MONEY,
            "coupon_match_discount": MONEY,
        }
    ),
    "products": pa.schema(
        {
            "product_id": pa.int64(),
            "manufacturer_id": pa.int64(),
            "department": pa.string(),
            "brand": pa.string(),
            "category": pa.string(),
            "subcategory": pa.string(),
            "package_size": pa.string(),
        }
    ),
    "households": pa.schema(
        {
            "household_id": pa.int64(),
            "age": pa.string(),
            "income": pa.string(),
            "home_ownership": pa.string(),
            "marital_status": pa.string(),
            "household_size": pa.string(),
            "household_composition": pa.string(),
            "kids_count": pa.string(),
        }
    ),
    "campaigns": pa.schema(
        {
            "campaign_id": pa.int64(),
            "campaign_type": pa.string(),
            "start_day": pa.int32(),
            "end_day": pa.int32(),
        }
    ),
    "campaign_targets": pa.schema(
        {"campaign_id": pa.int64(), "household_id": pa.int64()}
    ),
    "coupons": pa.schema(
        {
            "coupon_upc": pa.int64(),
            "product_id": pa.int64(),
            "campaign_id": pa.int64(),
        }
    ),
    "coupon_redemptions": pa.schema(
        {
            "household_id": pa.int64(),
            "coupon_upc": pa.int64(),
            "campaign_id": pa.int64(),
            "day": pa.int32(),
        }
    ),
    "promotions": pa.schema(
        {
            "product_id": pa.int64(),
            "store_id": pa.int64(),
            "week": pa.int32(),
            "display": pa.string(),
            "mailer": pa.string(),
        }
    ),
    "truth": pa.schema(
        {
            "campaign_id": pa.int64(),
            "household_id": pa.int64(),
            "y0": MONEY,
            "y1": MONEY,
            "effect": MONEY,
            "propensity": pa.float64(),
            "is_sent": pa.bool_(),
            "is_worth_sending": pa.bool_(),
            "has_trait": pa.bool_(),
        }
    ),
}

# Tables that grow with the households; the others are written at once.
STREAMED = tuple(field.name for field in dataclasses.fields(CellTables))


def write_simulation(
    settings: Settings,
    folder: Path,
    *,
    block_households: int = 10 * CELL_HOUSEHOLDS,
    progress: Progress | None = None,
) -> None:
    """Simulate a retailer and write its files into a new folder.

    The files appear under their folder's name when all of them are complete; until then
    they lie in ``<folder>.partial``.

    Parameters
    ----------
    settings
        The simulation.
    folder
        A folder that does not exist or is empty.
    block_households
        Households per parquet row group, a multiple of `CELL_HOUSEHOLDS`. It decides
        how much memory is needed, and nothing about the content.
    progress
        Called with the numbers of finished and of all blocks.

    Raises
    ------
    FileExistsError
        If the folder holds files.
    ValueError
        If ``block_households`` is not a positive multiple of `CELL_HOUSEHOLDS`.
    """
    if block_households <= 0 or block_households % CELL_HOUSEHOLDS:
        raise ValueError(
            f"block of {block_households} households, "
            f"expected a multiple of {CELL_HOUSEHOLDS}"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists, expected a new or an empty folder")
    partial = folder.with_name(f"{folder.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True)
    try:
        _write_files(settings, partial, block_households // CELL_HOUSEHOLDS, progress)
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _write_files(
    settings: Settings, folder: Path, block_cells: int, progress: Progress | None
) -> None:
    # Cells have spawn keys of two numbers, so one of a single number is free.
    rng = np.random.default_rng(np.random.SeedSequence(settings.seed, spawn_key=(0,)))
    campaigns = campaign_plan(settings)
    catalogue = shop.build_catalogue(rng, settings)
    whole_tables = {
        "products": shop.product_table(rng, catalogue),
        "promotions": shop.promotion_table(rng, catalogue),
        "coupons": shop.coupon_table(rng, catalogue, campaigns),
        "campaigns": {
            name: [getattr(campaign, name) for campaign in campaigns]
            for name in SCHEMAS["campaigns"].names
        },
    }
    for name, columns in whole_tables.items():
        pq.write_table(
            _arrow_table(columns, SCHEMAS[name]),
            folder / f"{name}.parquet",
            compression="zstd",
        )
    # What the truth is the truth of.
    note = {"retail_uplift.simulation": json.dumps(dataclasses.asdict(settings))}
    starts = range(0, n_cells(settings), block_cells)
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(
                pq.ParquetWriter(
                    folder / f"{name}.parquet",
                    SCHEMAS[name].with_metadata(note if name == "truth" else None),
                    compression="zstd",
                    store_decimal_as_integer=True,
                )
            )
            for name in STREAMED
        }
        for n_done, start in enumerate(starts, start=1):
            cells = range(start, min(start + block_cells, n_cells(settings)))
            parts = [
                simulate_cell(settings, catalogue, campaigns, cell) for cell in cells
            ]
            for name, writer in writers.items():
                tables = [
                    _arrow_table(getattr(part, name), SCHEMAS[name]) for part in parts
                ]
                block = pa.concat_tables(tables).replace_schema_metadata(
                    writer.schema.metadata
                )
                # One row group per block, whatever its size.
                writer.write_table(block, row_group_size=max(len(block), 1))
            if progress is not None:
                progress(n_done, len(starts))


def _arrow_table(columns: dict[str, np.ndarray | list], schema: pa.Schema) -> pa.Table:
    arrays = [
        _decimals(columns[field.name])
        if field.type == MONEY
        else _array(columns[field.name], field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: np.ndarray | list, kind: pa.DataType) -> pa.Array:
    if pa.types.is_date32(kind):
        return pa.array(np.asarray(values, dtype=np.int32)).view(kind)
    # Numpy's text has a fixed width, which pyarrow reads as objects.
    if isinstance(values, np.ndarray) and values.dtype.kind == "U":
        values = values.astype(object)
    return pa.array(values).cast(kind) if len(values) else pa.array([], kind)


def _decimals(cents: np.ndarray) -> pa.Array:
    """Return whole cents as exact dollars.

    A decimal of 128 bits is the number of cents in two little-endian halves; the upper
    one holds the sign.
    """
    cents = np.asarray(cents, dtype=np.int64)
    halves = np.empty((len(cents), 2), dtype="<i8")
    halves[:, 0] = cents
    halves[:, 1] = cents >> 63
    return pa.Array.from_buffers(MONEY, len(cents), [None, pa.py_buffer(halves)])
