"""Tests of the query results in documents, with tables small enough to type."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from retail_uplift.render_docs import format_table, render

STALE = """# Sales

```sql
select name, amount from sales order by amount;
```

```text
stale
```

The end.
"""

FRESH = """# Sales

```sql
select name, amount from sales order by amount;
```

```text
name    amount
------  ------
pears      2.5
apples    10.0
```

The end.
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one table."""
    path = tmp_path_factory.mktemp("docs") / "sales.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table sales (name varchar, amount double)")
        connection.execute("insert into sales values ('apples', 10), ('pears', 2.5)")
    return path


def test_numbers_stand_to_the_right_and_the_rest_to_the_left() -> None:
    table = format_table(
        ["name", "n", "share", "money"],
        [("pears", 5, 0.25, Decimal("1.10")), ("figs", 12, 10.0, Decimal("22.00"))],
    )
    assert table.split("\n") == [
        "name    n  share  money",
        "-----  --  -----  -----",
        "pears   5   0.25   1.10",
        "figs   12   10.0  22.00",
    ]


def test_a_column_is_as_wide_as_its_widest_cell_or_its_heading() -> None:
    assert format_table(["a", "heading"], [("long cell", "b")]).split("\n") == [
        "a          heading",
        "---------  -------",
        "long cell  b",
    ]


def test_null_is_an_empty_cell_and_leaves_a_number_column_to_the_right() -> None:
    assert format_table(["n", "name"], [(None, "a"), (100, None)]).split("\n") == [
        "  n  name",
        "---  ----",
        "     a",
        "100",
    ]


def test_no_rows_leave_the_headings() -> None:
    assert format_table(["a", "bc"], []) == "a  bc\n-  --"


def test_a_stale_result_is_renewed_and_the_rest_is_kept(warehouse: Path) -> None:
    assert render(STALE, warehouse) == FRESH


def test_a_fresh_document_does_not_change(warehouse: Path) -> None:
    assert render(FRESH, warehouse) == FRESH


def test_every_result_is_renewed_from_its_own_query(warehouse: Path) -> None:
    document = (
        "```sql\nselect 1 as a\n```\n```text\n```\n"
        "between\n"
        "```sql\nselect 2 as a\n```\n\n```text\nold\n\nlines\n```\n"
    )
    assert render(document, warehouse) == (
        "```sql\nselect 1 as a\n```\n```text\na\n-\n1\n```\n"
        "between\n"
        "```sql\nselect 2 as a\n```\n\n```text\na\n-\n2\n```\n"
    )


def test_files_are_found_by_their_path_in_the_given_folder(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    for folder, value in ((root, "right"), (elsewhere, "wrong")):
        folder.mkdir()
        (folder / "values.csv").write_text(f"a\n{value}\n", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    # The warehouse's own path starts from where the caller is.
    (elsewhere / "sales.duckdb").write_bytes(warehouse.read_bytes())
    document = "```sql\nfrom 'values.csv'\n```\n\n```text\n```\n"
    assert "right" in render(document, Path("sales.duckdb"), root)
    assert Path.cwd() == elsewhere


def test_backslashes_in_a_result_are_kept(warehouse: Path) -> None:
    document = "```sql\nselect '\\1\\g<query>' as a\n```\n\n```text\n```\n"
    assert "\n\\1\\g<query>\n```\n" in render(document, warehouse)


@pytest.mark.parametrize("other", ["sh", "python"])
def test_blocks_without_a_query_are_left_alone(warehouse: Path, other: str) -> None:
    block = f"```{other}\nmake build\n```\n\n```text\ndone\n```\n\n"
    assert render(block + STALE, warehouse) == block + FRESH


def test_a_query_without_a_result_is_left_alone(warehouse: Path) -> None:
    lone = "```sql\nselect 1 as a;\n```\n\nAs you like.\n\n"
    assert render(lone + STALE, warehouse) == lone + FRESH


def test_a_document_without_a_result_is_an_error(warehouse: Path) -> None:
    with pytest.raises(ValueError, match="no sql block followed by a text block"):
        render("```sql\nselect 1\n```\n", warehouse)


def test_a_query_that_fails_is_an_error(warehouse: Path) -> None:
    with pytest.raises(duckdb.Error, match="missing_table"):
        render(STALE.replace("from sales", "from missing_table"), warehouse)


def test_a_query_cannot_write(warehouse: Path) -> None:
    document = STALE.replace("select name, amount from sales", "delete from sales")
    with pytest.raises(duckdb.Error, match="read-only"):
        render(document.replace(" order by amount", ""), warehouse)


def test_a_missing_warehouse_is_an_error_and_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "missing.duckdb"
    with pytest.raises(duckdb.Error, match="does not exist"):
        render(STALE, missing)
    assert not missing.exists()


def test_the_module_rewrites_the_documents_that_it_is_given(
    warehouse: Path, tmp_path: Path
) -> None:
    documents = [tmp_path / "one.md", tmp_path / "two.md"]
    for document in documents:
        document.write_text(STALE, encoding="utf-8")
    command = [sys.executable, "-m", "retail_uplift.render_docs", str(warehouse)]
    subprocess.run([*command, *map(str, documents)], check=True)
    for document in documents:
        assert document.read_text(encoding="utf-8") == FRESH
