"""Public tables as files, from a warehouse of two tables."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from retail_uplift.exports import export_tables, main, unit_of


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A finished build that calls its amounts euros."""
    file = tmp_path / "retail_uplift.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            create schema marts; create schema evidence; create schema intermediate;
            create schema seeds;
            create table marts.dim_shops as
                select 1 as shop_id, 2.5::double as sales, true as is_open,
                    'a, b' as name
                union all select 2, null, false, 'ü';
            comment on table marts.dim_shops is 'Each shop. One row per shop.\n';
            comment on column marts.dim_shops.sales is 'Its sales in dollars.';
            create table evidence.fct_checks as select 3 as n_checks;
            create table intermediate.int_secret as select 1 as number;
            create table seeds.features as select 'recency' as feature, 'days' as unit;
            create table marts.run_manifest as
                select 'dollars' as currency_name, timestamp '2026-01-01' as started_at
                union all select 'euros', timestamp '2026-01-02';
            """
        )
    return file


def test_tables_are_written_twice_with_what_they_mean(
    warehouse: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "folder"
    counts = export_tables(warehouse, folder)
    assert counts == {
        "evidence.fct_checks": 1,
        "marts.dim_shops": 2,
        "marts.run_manifest": 2,
    }
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    stems = ("evidence/fct_checks", "marts/dim_shops", "marts/run_manifest")
    assert files == {
        f"{stem}.{kind}"
        for stem in (*stems, "tables", "columns")
        for kind in ("csv", "parquet")
    }
    shops = pd.read_csv(folder / "marts" / "dim_shops.csv")
    assert shops["name"].tolist() == ["a, b", "ü"]
    pd.testing.assert_frame_equal(
        shops,
        pd.read_parquet(folder / "marts" / "dim_shops.parquet"),
        check_dtype=False,
    )
    tables = pd.read_csv(folder / "tables.csv").set_index("table_name")
    assert tables["n_rows"].to_dict() == {
        "dim_shops": 2,
        "run_manifest": 2,
        "fct_checks": 1,
    }
    assert tables.loc["dim_shops", "description"] == "Each shop. One row per shop."
    columns = pd.read_csv(folder / "columns.csv", keep_default_na=False)
    own = columns[columns["table_name"] == "dim_shops"].set_index("column_name")
    assert own.index.tolist() == ["shop_id", "sales", "is_open", "name"]
    assert own["unit"].tolist() == ["", "euros", "yes or no", ""]
    assert own.loc["sales", "definition"] == "Its sales in dollars."
    assert own["position"].tolist() == [1, 2, 3, 4]


def test_tables_can_be_chosen_and_files_replaced(
    warehouse: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    (folder / "marts").mkdir(parents=True)
    (folder / "marts" / "dim_shops.csv").write_text("old")
    assert main([str(warehouse), str(folder), "dim_shops"]) == 0
    assert len(pd.read_csv(folder / "marts" / "dim_shops.csv")) == 2
    assert not (folder / "evidence").exists()
    assert pd.read_csv(folder / "tables.csv")["table_name"].tolist() == ["dim_shops"]


def test_what_cannot_be_exported_is_said(
    warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.duckdb"), str(tmp_path)]) == 2
    assert "run `make build` first" in capsys.readouterr().err
    assert main([str(warehouse), str(tmp_path), "int_secret", "dim_shops"]) == 2
    assert "no public table int_secret" in capsys.readouterr().err
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create schema runs; "
            "create table runs.unfinished_runs as select 'killed' as invocation_id"
        )
    assert main([str(warehouse), str(tmp_path)]) == 2
    assert "the last build of this file did not finish" in capsys.readouterr().err
    assert not (tmp_path / "tables.csv").exists()


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        (("recency", "INTEGER", "Days."), "days"),
        (("spend", "DOUBLE", "What was spent."), "euros a week"),
        (("started_at", "TIMESTAMP", "Start."), "time, UTC"),
        (("start_day", "INTEGER", "First day."), "number of the day"),
        (("n_units", "BIGINT", "Units."), "number"),
        (("p_value", "DOUBLE", "p-value."), "probability"),
        (("unclipped_propensity", "DOUBLE", "Propensity."), "probability"),
        (("treated_share", "DOUBLE", "Share."), "share, 0 to 1"),
        (("profit", "DOUBLE", "Dollars earned."), "euros"),
        (("margin", "DOUBLE", "Dollars of profit per dollar of sales."), None),
        (("value", "DOUBLE", "The statistic; dollars for autoc."), None),
        (("income", "VARCHAR", "Income group in dollars a year."), None),
        (("estimate", "DOUBLE", "Effect in units of the outcome."), None),
    ],
)
def test_a_unit_follows_from_name_type_and_definition(
    column: tuple[str, str, str], unit: str | None
) -> None:
    features = {"recency": "days", "spend": "dollars a week"}
    assert unit_of(*column, features, "euros") == unit
