"""What the warehouse says of the columns of its public tables is complete and true."""

import duckdb
import pytest

pytestmark = pytest.mark.slow


def test_every_public_table_and_column_has_a_comment(
    real: duckdb.DuckDBPyConnection,
):
    silent = real.sql(
        "select schema_name || '.' || table_name || '.' || column_name "
        "from duckdb_columns() where schema_name in ('marts', 'evidence') "
        "and coalesce(trim(comment), '') = '' union all "
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where schema_name in ('marts', 'evidence') "
        "and coalesce(trim(comment), '') = ''"
    ).fetchall()
    assert silent == []


def test_every_public_column_is_described_with_its_type(
    real: duckdb.DuckDBPyConnection,
):
    differing = real.sql(
        """
        with built as (
            select
                schema_name, table_name, column_name, column_index as position,
                replace(lower(data_type), ' ', '') as data_type
            from duckdb_columns()
            where schema_name in ('marts', 'evidence')
        ),
        described as (
            select
                schema_name, table_name, column_name, position,
                replace(data_type, ' ', '') as data_type
            from marts.dim_columns
            where schema_name in ('marts', 'evidence')
        )
        (from built except from described) union all
        (from described except from built)
        """
    ).fetchall()
    assert differing == []


def test_columns_with_household_ids_are_personal(real: duckdb.DuckDBPyConnection):
    personal = real.sql(
        "select distinct column_name from marts.dim_columns where is_personal"
    ).fetchall()
    assert {name for (name,) in personal} == {
        "examples",  # raw rows
        "household_id",
        "most_influential_id",
        "source_household_id",
    }
    missed = real.sql(
        "select table_name, column_name from marts.dim_columns "
        "where regexp_matches(column_name, '(^|_)household_id$') and not is_personal"
    ).fetchall()
    assert missed == []


def test_additive_columns_of_different_tables_add_up_to_the_same(
    real: duckdb.DuckDBPyConnection,
):
    additive = real.sql(
        "select schema_name, table_name, column_name from marts.dim_columns "
        "where is_additive"
    ).fetchall()
    totals = {
        (table, column): float(
            real.sql(f'select sum("{column}") from {schema}."{table}"').fetchone()[0]
        )
        for schema, table, column in additive
    }
    for (table, column), total in totals.items():
        if "share" in column:
            assert total == pytest.approx(1), (table, column)
    ((n_households, n_baskets, sales, quantity),) = real.sql(
        "select count(distinct household_id), count(distinct basket_id), "
        "sum(sales_value), sum(quantity) from staging.stg_transactions"
    ).fetchall()
    for table, column, total in (
        ("dim_segments", "n_households", n_households),
        ("fct_store_profiles", "n_main_households", n_households),
        ("fct_store_profiles", "n_visits", n_baskets),
        ("fct_shopping_times", "n_visits", n_baskets),
        ("dim_households", "frequency", n_baskets),
        ("dim_households", "monetary_sales", float(sales)),
        ("fct_store_profiles", "sales", float(sales)),
        ("dim_products", "quantity", float(quantity)),
        ("fct_product_profiles", "sales", totals["dim_products", "sales"]),
        ("fct_category_profiles", "sales", totals["dim_products", "sales"]),
        ("dim_households", "n_campaigns", totals["fct_campaign_profiles", "n_sent"]),
        ("fct_campaign_verdicts", "n_sent", totals["fct_campaign_profiles", "n_sent"]),
    ):
        assert totals[table, column] == pytest.approx(total), (table, column)
