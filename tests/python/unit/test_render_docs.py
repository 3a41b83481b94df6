"""Tests of what is filled into pages, with tables small enough to type."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from retail_uplift.render_docs import analysis_query, format_table, grains, render

STALE = """# Sales

<!-- analysis: sales_by_name -->
```sql
select 'stale';
```

```text
stale
```

The end.
"""

FRESH = """# Sales

<!-- analysis: sales_by_name -->
```sql
select name, amount
from marts.sales
order by amount;
```

```text
name    amount
------  ------
pears      2.5
apples    10.0
```

The end.
"""

ANALYSIS = """select name, amount
from {{ ref('sales') }}
order by amount
"""

FILE_QUERY = "```sql\nselect 2 as a\n```\n\n```text\nold\n\nlines\n```\n"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one table."""
    path = tmp_path_factory.mktemp("docs") / "sales.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema marts; "
            "create table marts.sales (name varchar, amount double); "
            "insert into marts.sales values ('apples', 10), ('pears', 2.5)"
        )
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one analysis and one described model."""
    write(tmp_path / "analyses/fruit/sales_by_name.sql", ANALYSIS)
    write(
        tmp_path / "models/marts/fruit/_fruit__models.yml",
        "models:\n"
        "  - name: sales\n"
        "    description: >\n"
        "      What was sold. One row per\n"
        "      fruit and bin of 0.5 days; rotten ones too.\n"
        "  - name: no_grain\n"
        "    description: What was lost.\n",
    )
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


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


def test_a_stale_query_and_its_result_are_renewed_and_the_rest_is_kept(
    warehouse: Path, root: Path
) -> None:
    assert render(STALE, warehouse, root) == FRESH


def test_a_fresh_page_does_not_change(warehouse: Path, root: Path) -> None:
    assert render(FRESH, warehouse, root) == FRESH


def test_an_analysis_may_show_its_result_alone(warehouse: Path, root: Path) -> None:
    def without_query(page: str) -> str:
        before, rest = page.split("```sql")
        return before + rest.split("```\n\n", 1)[1]

    assert render(without_query(STALE), warehouse, root) == without_query(FRESH)


def test_every_result_is_renewed_from_its_own_query(
    warehouse: Path, root: Path
) -> None:
    first = "```sql\nselect 1 as a\n```\n```text\n```\n"
    assert render(first + STALE + FILE_QUERY, warehouse, root) == (
        "```sql\nselect 1 as a\n```\n```text\na\n-\n1\n```\n"
        + FRESH
        + "```sql\nselect 2 as a\n```\n\n```text\na\n-\n2\n```\n"
    )


def test_a_page_may_have_a_query_on_files_alone(
    warehouse: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = root / "elsewhere"
    write(root / "values.csv", "a\nright\n")
    write(elsewhere / "values.csv", "a\nwrong\n")
    monkeypatch.chdir(elsewhere)
    # The warehouse's own path starts from where the caller is.
    (elsewhere / "sales.duckdb").write_bytes(warehouse.read_bytes())
    document = "```sql\nfrom 'values.csv'\n```\n\n```text\n```\n"
    assert "right" in render(document, Path("sales.duckdb"), root)
    assert Path.cwd() == elsewhere


def test_a_query_on_a_table_must_be_an_analysis(warehouse: Path, root: Path) -> None:
    document = FRESH.replace("<!-- analysis: sales_by_name -->\n", "")
    with pytest.raises(duckdb.Error, match="sales"):
        render(document, warehouse, root)


def test_an_analysis_without_a_result_below_it_is_an_error(
    warehouse: Path, root: Path
) -> None:
    document = STALE.replace(" -->\n```sql", " -->\n\n```sql")
    with pytest.raises(ValueError, match="right below the analyses"):
        render(document.replace("select 'stale';", "select 1"), warehouse, root)


def test_a_page_that_names_no_analysis_of_the_folder_is_an_error(
    warehouse: Path, root: Path
) -> None:
    with pytest.raises(ValueError, match=r"0 files .* named prices\.sql"):
        render(STALE.replace("sales_by_name", "prices"), warehouse, root)


def test_backslashes_in_a_result_are_kept(warehouse: Path, root: Path) -> None:
    document = "```sql\nselect '\\1\\g<query>' as a\n```\n\n```text\n```\n"
    assert "\n\\1\\g<query>\n```\n" in render(document, warehouse, root)


@pytest.mark.parametrize("other", ["sh", "python"])
def test_blocks_without_a_query_are_left_alone(
    warehouse: Path, root: Path, other: str
) -> None:
    block = f"```{other}\nmake build\n```\n\n```text\ndone\n```\n\n"
    assert render(block + STALE, warehouse, root) == block + FRESH


def test_a_query_without_a_result_is_left_alone(warehouse: Path, root: Path) -> None:
    lone = "```sql\nselect 1 as a;\n```\n\nAs you like.\n\n"
    assert render(lone + STALE, warehouse, root) == lone + FRESH


def test_a_page_with_nothing_to_renew_is_an_error(warehouse: Path, root: Path) -> None:
    with pytest.raises(ValueError, match="no query with a result and no table"):
        render("```sql\nselect 1\n```\n", warehouse, root)


def test_a_query_cannot_write(warehouse: Path, root: Path) -> None:
    write(root / "analyses/fruit/sales_by_name.sql", "delete from {{ ref('sales') }}")
    with pytest.raises(duckdb.Error, match="read-only"):
        render(STALE, warehouse, root)


def test_a_missing_warehouse_is_an_error_and_is_not_made(root: Path) -> None:
    missing = root / "missing.duckdb"
    with pytest.raises(FileNotFoundError, match="nothing is published at"):
        render(STALE, missing, root)
    assert not missing.exists()


def test_a_config_at_the_top_is_left_out_of_the_query(
    warehouse: Path, root: Path
) -> None:
    path = root / "analyses/fruit/sales_by_name.sql"
    write(path, "{{ config(group='fruit') }}\n" + ANALYSIS)
    assert render(STALE, warehouse, root) == FRESH


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("from {{ ref('prices') }}", "reads prices, which the warehouse lacks"),
        ("select {{ var('margin') }}", "Jinja other than ref"),
        ("{% if true %} select 1 {% endif %}", "Jinja other than ref"),
    ],
)
def test_an_analysis_that_cannot_be_pasted_is_an_error(
    warehouse: Path, root: Path, sql: str, message: str
) -> None:
    write(root / "analyses/fruit/bad.sql", sql)
    with (
        duckdb.connect(str(warehouse), read_only=True) as connection,
        pytest.raises(ValueError, match=message),
    ):
        analysis_query("bad", connection, root)


def test_a_grain_is_read_from_the_description(root: Path) -> None:
    assert grains(root) == {"sales": "fruit and bin of 0.5 days"}


def test_rows_that_link_a_model_get_its_grain(warehouse: Path, root: Path) -> None:
    head = "| table | question | one row per |\n|---|---|---|\n"
    start = "| [sales](fruit/sales.sql) | What was sold? |"
    rendered = render(f"{head}{start} |\n", warehouse, root)
    assert rendered == f"{head}{start} fruit and bin of 0.5 days |\n"
    assert render(rendered, warehouse, root) == rendered


def test_a_listed_model_without_a_grain_is_an_error(
    warehouse: Path, root: Path
) -> None:
    row = "| [no_grain](fruit/no_grain.sql) | What was lost? | day |\n"
    with pytest.raises(ValueError, match="what a row of no_grain is"):
        render(row, warehouse, root)


def test_the_module_rewrites_the_pages_that_it_is_given(
    warehouse: Path, tmp_path: Path
) -> None:
    pages = [tmp_path / "one.md", tmp_path / "two.md"]
    for page in pages:
        page.write_text(FILE_QUERY, encoding="utf-8")
    command = [sys.executable, "-m", "retail_uplift.render_docs", str(warehouse)]
    subprocess.run([*command, *map(str, pages)], check=True)
    for page in pages:
        assert "\na\n-\n2\n" in page.read_text(encoding="utf-8")
