"""Public tables as files, from a warehouse of two tables."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from retail_uplift.exports import export_tables, main


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A finished build that describes the columns of one of its tables."""
    file = tmp_path / "retail_uplift.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            create schema marts; create schema evidence; create schema intermediate;
            create table marts.dim_shops as
                select 1 as shop_id, 2.5::double as sales, true as is_open,
                    'a, b' as name
                union all select 2, null, false, 'ü';
            comment on table marts.dim_shops is 'Each shop. One row per shop.\n';
            comment on column marts.dim_shops.sales is 'Its sales in dollars.';
            create table evidence.fct_checks as select 3 as n_checks;
            create table intermediate.int_secret as select 1 as number;
            create table marts.dim_columns as
                select * from (values
                    ('shop_id', 1, 'identifier', null, false, true),
                    ('sales', 2, 'euros', '"€"#,##0', true, false),
                    ('is_open', 3, 'yes or no', null, false, false),
                    ('name', 4, null, null, false, false)
                ) as described (
                    column_name, position, unit, number_format, is_additive, is_personal
                )
                cross join (select
                    'marts' as schema_name, 'dim_shops' as table_name,
                    'any' as data_type, 'What it is.' as definition
                );
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
        "marts.dim_columns": 4,
        "marts.dim_shops": 2,
    }
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    stems = ("evidence/fct_checks", "marts/dim_columns", "marts/dim_shops")
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
        "dim_columns": 4,
        "dim_shops": 2,
        "fct_checks": 1,
    }
    assert tables.loc["dim_shops", "description"] == "Each shop. One row per shop."
    columns = pd.read_csv(folder / "columns.csv", keep_default_na=False)
    own = columns[columns["table_name"] == "dim_shops"].set_index("column_name")
    assert own.index.tolist() == ["shop_id", "sales", "is_open", "name"]
    assert own["unit"].tolist() == ["identifier", "euros", "yes or no", ""]
    assert own["is_additive"].tolist() == [False, True, False, False]
    assert own["is_personal"].tolist() == [True, False, False, False]
    assert own.loc["sales", "number_format"] == '"€"#,##0'


def test_columns_of_a_partial_build_keep_type_and_comment(
    warehouse: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop table marts.dim_columns")
    export_tables(warehouse, tmp_path / "files", ["dim_shops"])
    columns = pd.read_csv(tmp_path / "files" / "columns.csv").set_index("column_name")
    assert columns.loc["sales", "definition"] == "Its sales in dollars."
    assert columns["data_type"].tolist() == ["integer", "double", "boolean", "varchar"]
    assert columns["is_additive"].isna().all()


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
