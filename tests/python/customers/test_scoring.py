"""Households that appear for the first time are scored by the fitted tables alone."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from dbt_runner import query, run_dbt_or_fail
from scipy.optimize import nnls
from tiny_canonical import SMALL_FITS, tiny_tables, write_tables

# As QUESTIONS.md has it.
SCORING = [
    "build",
    *("--select", "+path:models/marts/customers", "+fct_household_factors"),
    *("--exclude", "tag:segmentation_fit"),
    *("--exclude-resource-type", "unit_test"),
]
FITTED = (
    "intermediate.int_feature_scaler",
    "fitted.py_nmf_loadings",
    "fitted.py_segment_model",
    "fitted.py_need_models",
    "intermediate.int_value_weights",
    "intermediate.int_value_cuts",
    "intermediate.int_segment_numbers",
    "intermediate.int_segment_names",
    "intermediate.int_need_types",
)
# Both shop from the start to the end of the tiny year.
KNOWN, OTHER = 1_003, 1_004
TWIN, BLEND = 90_001, 90_002
LABELS = "segment_id, segment_name, value_tier, need_type"


@dataclass(frozen=True)
class Scored:
    before: Path
    after: Path


@pytest.fixture(scope="module")
def scored(tiny_warehouse: Path, scratch_folder: Path) -> Scored:
    """The tiny retailer with two households more, scored without a refit."""
    tables = tiny_tables()
    lines = tables["transactions"]
    last_basket = lines["basket_id"].max()

    def copied(household_id: int, as_household: int, offset: int) -> pd.DataFrame:
        own = lines[lines["household_id"] == household_id]
        return own.assign(
            household_id=as_household, basket_id=own["basket_id"] + offset
        )

    tables["transactions"] = pd.concat(
        [
            lines,
            copied(KNOWN, TWIN, last_basket),
            copied(KNOWN, BLEND, 2 * last_basket),
            copied(OTHER, BLEND, 3 * last_basket),
        ],
        ignore_index=True,
    )
    folder = write_tables(tables, scratch_folder / "scored_raw")
    warehouse = scratch_folder / "scored" / "retail_uplift.duckdb"
    warehouse.parent.mkdir()
    shutil.copy(tiny_warehouse, warehouse)
    edition = {"edition": "canonical", "raw_dir": str(folder)}
    run_dbt_or_fail(SCORING, warehouse, vars=edition | SMALL_FITS)
    return Scored(tiny_warehouse, warehouse)


@pytest.mark.parametrize("table", FITTED)
def test_no_fitted_table_changes(scored: Scored, table: str) -> None:
    rows = f"select * from {table} order by all"
    assert query(scored.before, rows)
    assert query(scored.after, rows) == query(scored.before, rows)


def test_a_new_household_gets_what_its_twin_has(scored: Scored) -> None:
    labels = f"select {LABELS} from marts.dim_households where household_id = "
    (known,) = query(scored.after, labels + str(KNOWN))
    assert None not in known
    assert query(scored.after, labels + str(TWIN)) == [known]
    assert query(scored.before, labels + str(KNOWN)) == [known]
    factors = (
        "select * exclude (household_id) from evidence.fct_household_factors "
        "where window_id = 'full' and household_id = "
    )
    assert query(scored.after, factors + str(TWIN)) == query(
        scored.before, factors + str(KNOWN)
    )


def test_old_households_keep_what_they_have(scored: Scored) -> None:
    labels = (
        f"select household_id, {LABELS} from marts.dim_households "
        f"where household_id < {TWIN} order by household_id"
    )
    before = query(scored.before, labels)
    assert len(before) > 300
    assert query(scored.after, labels) == before


def test_a_household_unlike_all_others_is_placed_by_the_tables(scored: Scored) -> None:
    """Factors, segment and value tier worked out again from the fitted tables."""
    with duckdb.connect(str(scored.after), read_only=True) as connection:
        values = connection.sql(
            f"""
            select feature, filled_value
            from intermediate.int_scaled_features
            where household_id = {BLEND} and window_id = 'full'
            """
        ).df()
        scaler = connection.sql("from intermediate.int_feature_scaler").df()
        loadings = connection.sql("from fitted.py_nmf_loadings").df()
        model = connection.sql("from fitted.py_segment_model").df()
        numbers = connection.sql("from intermediate.int_segment_numbers").df()
        weights = connection.sql("from intermediate.int_value_weights").df()
        cuts = connection.sql("from intermediate.int_value_cuts").df()
        given = connection.sql(
            f"""
            select segment_id, value_tier, factors.*
            from marts.dim_households
            inner join evidence.fct_household_factors as factors using (household_id)
            where household_id = {BLEND} and window_id = 'full'
            """
        ).df()
    ends = scaler.set_index("feature")
    value = values.set_index("feature")["filled_value"]
    width = (ends["range_high"] - ends["range_low"]).replace(0, np.inf)
    scaled = ((value - ends["range_low"]) / width).clip(0, 1)

    h = loadings.pivot(index="factor", columns="feature", values="loading")
    score, _ = nnls(h.to_numpy().T, scaled[h.columns].to_numpy())
    columns = [f"factor_{factor}" for factor in h.index]
    np.testing.assert_allclose(given[columns].iloc[0].astype(float), score, atol=1e-9)

    away = score[model["axis"] - 1] - model["centroid"]
    other = score[model["other_axis"] - 1] - model["other_centroid"]
    terms = model.assign(term=away * other * model["precision"]).groupby("cluster")
    cost = terms["term"].sum() - 2 * terms["log_weight"].first()
    segment = numbers.set_index("cluster")["segment_id"][cost.idxmin()]
    assert given["segment_id"].item() == segment

    weight = weights.set_index("feature")
    standard = (scaled[weight.index] - weight["mean_value"]) / weight["std_dev"]
    value_score = (weight["weight"] * standard.fillna(0)).sum()
    tier = (
        "High"
        if value_score >= cuts["high_cut"].item()
        else "Medium"
        if value_score >= cuts["medium_cut"].item()
        else "Low"
    )
    assert given["value_tier"].item() == tier


def test_the_new_households_count_in_their_segments(scored: Scored) -> None:
    total = "select sum(n_households) from marts.dim_segments"
    ((before,),), ((after,),) = (
        query(path, total) for path in (scored.before, scored.after)
    )
    assert after == before + 2
