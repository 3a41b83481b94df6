"""Fits of one campaign after the other give what one fit of all gives."""

import duckdb
import pandas as pd

from retail_uplift.frames import empty_frame
from retail_uplift.impact.parts import fit_in_parts

TYPES = {"campaign_id": "int64", "name": "str", "total": "float64"}


def sum_of_large_campaigns(units: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Return a row for a campaign with at least two units, and none for others."""
    if len(units) < 2:
        return empty_frame(TYPES)
    assert units["campaign_id"].nunique() == 1
    return pd.DataFrame(
        {
            "campaign_id": units["campaign_id"].iloc[:1],
            "name": "sum",
            "total": [units["value"].sum() + more["value"].sum()],
        }
    )


def fit(values: str) -> list[tuple]:
    with duckdb.connect() as session:
        units = session.sql(f"from (values {values}) as units(campaign_id, value)")
        more = session.sql("select 7 as campaign_id, 100.0 as value")
        fitted = fit_in_parts(
            session, "campaign_id", sum_of_large_campaigns, units=units, more=more
        )
        assert fitted.columns == list(TYPES)
        return fitted.fetchall()


def test_each_campaign_sees_its_own_rows_in_the_order_of_ids():
    rows = fit("(9, 1.0), (7, 2.0), (9, 3.0), (7, 4.0), (3, 5.0)")
    assert rows == [(7, "sum", 106.0), (9, "sum", 4.0)]


def test_no_campaign_leaves_columns_without_rows():
    assert fit("(3, 5.0)") == []
