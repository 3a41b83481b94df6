"""Databases attached as raw tables, without an extension and without a server."""

from pathlib import Path

import duckdb
import pytest

from retail_uplift.attached import attach


@pytest.mark.parametrize("kind", ["", "duckdb:"])
def test_a_duckdb_file_is_attached_for_reading_only(tmp_path: Path, kind: str):
    file = tmp_path / "the shop's.duckdb"
    with duckdb.connect(str(file)) as shop:
        shop.execute("create table transactions as select 'a' as household_id")
    connection = duckdb.connect()
    attach(connection, f"{kind}{file}")
    lines = connection.execute("from raw.main.transactions").fetchall()
    assert lines == [("a",)]
    with pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("drop table raw.main.transactions")


@pytest.mark.parametrize("named", ["oracle:x", "sqlite:"])
def test_an_unknown_kind_is_refused(named: str):
    with pytest.raises(ValueError, match="expected sqlite:FILE"):
        attach(duckdb.connect(), named)


def test_a_password_is_not_shown(tmp_path: Path):
    where = f"{tmp_path}/none.duckdb?password=secret"
    with pytest.raises(ValueError, match="cannot open the database") as raised:
        attach(duckdb.connect(), f"duckdb:{where}")
    assert "secret" not in str(raised.value)


def test_an_absent_extension_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr("retail_uplift.attached.find_spec", lambda name: None)
    connection = duckdb.connect(
        config={
            "extension_directory": str(tmp_path),
            "autoinstall_known_extensions": False,
        }
    )
    with pytest.raises(
        ValueError, match="pip install duckdb-extension-sqlite-scanner=="
    ):
        attach(connection, f"sqlite:{tmp_path / 'shop.db'}")
