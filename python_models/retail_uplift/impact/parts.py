"""Fits of one campaign after the other, so that memory holds one of them only."""

from collections.abc import Callable

import pandas as pd
from duckdb import (
    ColumnExpression,
    ConstantExpression,
    DuckDBPyConnection,
    DuckDBPyRelation,
)


def fit_in_parts(
    session: DuckDBPyConnection,
    key: str,
    fit: Callable[..., pd.DataFrame],
    **relations: DuckDBPyRelation,
) -> DuckDBPyRelation:
    """Fit the rows of each key by themselves, and put the results in one table.

    Parameters
    ----------
    session : DuckDBPyConnection
    key : str
        A column of all relations, such as `campaign_id`. A fit sees one of its values.
    fit : callable
        Takes a DataFrame per relation, by its name; may return no rows, but always the
        same columns.
    **relations : DuckDBPyRelation
        The first one has all keys.

    Returns
    -------
    DuckDBPyRelation
        The results in the order of the keys; a temporary table of the session.
    """
    first = next(iter(relations.values()))
    keys = [row[0] for row in first.select(key).distinct().order(key).fetchall()]
    n_rows = 0
    for value in keys:
        is_own = ColumnExpression(key) == ConstantExpression(value)
        part = fit(**{name: own.filter(is_own).df() for name, own in relations.items()})
        if part.empty:
            continue
        session.register("fitted_part", part)
        session.execute(
            "insert into fitted from fitted_part"
            if n_rows
            else "create or replace temp table fitted as from fitted_part"
        )
        session.unregister("fitted_part")
        n_rows += len(part)
    if n_rows:
        return session.table("fitted")
    return session.from_df(
        fit(**{name: own.limit(0).df() for name, own in relations.items()})
    )
