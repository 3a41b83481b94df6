"""Fills analyses, their results and the grains of tables into Markdown pages.

A page names a query of the folder `analyses` in a comment, and `make readme` writes the
query, as one can paste it into DuckDB, and its result below:

    <!-- analysis: segments -->
    ```sql
    ```

    ```text
    ```

Without the `sql` block only the result is written. A query without such a comment must
read files of the repository alone: `from 'benchmarks/feature_marginals.csv'`.

A table row of the form `| [model](path) | question | grain |` gets its grain from the
model's description: what stands after "One row per".
"""

import re
import sys
from contextlib import chdir
from decimal import Decimal
from pathlib import Path

import duckdb
import yaml

from retail_uplift.serving.published import resolve

REPOSITORY = Path(__file__).resolve().parents[2]

MARKER = re.compile(r"<!-- analysis: (\w+) -->")
RESULT = re.compile(
    r"(?P<marker><!-- analysis: (?P<analysis>\w+) -->\n)?"
    r"(?P<query_block>```sql\n(?P<query>(?:(?!```).)*?)```\n\n?)?"
    r"```text\n(?:(?!```).)*?```",
    re.DOTALL,
)
TABLE_ROW = re.compile(
    r"^(?P<start>\| \[(?P<model>\w+)\]\([^)]+\) \| [^|]+ \|)[^|]*\|$", re.MULTILINE
)
CONFIG = re.compile(r"\A\{\{ config\([^}]*\) \}\}\n")
REF = re.compile(r"\{\{ ref\('(\w+)'\) \}\}")


def render(document: str, warehouse: Path, root: Path = REPOSITORY) -> str:
    """Return the page with every query, result and grain renewed.

    Parameters
    ----------
    document : str
        Markdown text.
    warehouse : Path
        The published file, or a build file; opened read-only.
    root : Path
        Folder of the analyses and models, and of a query's relative paths.

    Returns
    -------
    str
        The same text with renewed `sql` and `text` blocks and renewed table rows.

    Raises
    ------
    ValueError
        If the page has nothing to renew, if a comment that names an analysis has no
        result below it, or if an analysis cannot be read.
    FileNotFoundError
        If there is no such file.
    duckdb.Error
        If the file cannot be opened or a query fails.
    """
    # DuckDB looks for files in the current folder, wherever that may be.
    with (
        duckdb.connect(str(resolve(warehouse)), read_only=True) as built,
        duckdb.connect() as files,
        chdir(root),
    ):
        n_results = 0

        def renew_result(match: re.Match[str]) -> str:
            nonlocal n_results
            query, query_block = match["query"], match["query_block"] or ""
            if match["analysis"]:
                query = analysis_query(match["analysis"], built, root)
                query_block = query_block and f"```sql\n{query}```\n\n"
            elif query is None:
                return match[0]
            result = (built if match["analysis"] else files).sql(query)
            table = format_table(result.columns, result.fetchall())
            n_results += 1
            return f"{match['marker'] or ''}{query_block}```text\n{table}\n```"

        rendered = RESULT.sub(renew_result, document)

    shown = [match["analysis"] for match in RESULT.finditer(document)]
    lost = [name for name in MARKER.findall(document) if name not in shown]
    if lost:
        raise ValueError(f"No result stands right below the analyses {lost}.")
    rendered, n_rows = _renew_grains(rendered, root)
    if n_results + n_rows == 0:
        raise ValueError("The page has no query with a result and no table of models.")
    return rendered


def analysis_query(
    name: str, warehouse: duckdb.DuckDBPyConnection, root: Path = REPOSITORY
) -> str:
    """Return the SQL of a dbt analysis with each ref() replaced by schema.table.

    Parameters
    ----------
    name : str
        Name of the analysis: that of its file, without the folder.
    warehouse : duckdb.DuckDBPyConnection
        Knows the schema of each table.
    root : Path
        Folder that holds the folder `analyses`.

    Returns
    -------
    str
        SQL that ends with a semicolon and a line break.

    Raises
    ------
    ValueError
        If the name does not belong to one file, if the warehouse lacks a table, or if
        the file uses Jinja other than ref() and a config() at the top.
    """
    text = _analysis_text(name, root)
    schemas = dict(
        warehouse.sql(
            "select table_name, table_schema from information_schema.tables"
        ).fetchall()
    )

    def name_in_warehouse(match: re.Match[str]) -> str:
        if match[1] not in schemas:
            raise ValueError(f"{name} reads {match[1]}, which the warehouse lacks.")
        return f"{schemas[match[1]]}.{match[1]}"

    query = REF.sub(name_in_warehouse, text)
    if re.search(r"\{[{%#]", query):
        raise ValueError(f"Analysis {name} uses Jinja other than ref().")
    return f"{query.rstrip()};\n"


def tables_read(name: str, root: Path = REPOSITORY) -> set[str]:
    """Return the tables that a dbt analysis reads, without their schemas."""
    return set(REF.findall(_analysis_text(name, root)))


def _analysis_text(name: str, root: Path) -> str:
    """Return the text of an analysis without its config()."""
    paths = sorted((root / "analyses").rglob(f"{name}.sql"))
    if len(paths) != 1:
        raise ValueError(f"{len(paths)} files in analyses are named {name}.sql.")
    return CONFIG.sub("", paths[0].read_text(encoding="utf-8"))


def grains(root: Path = REPOSITORY) -> dict[str, str]:
    """Return what one row of each model is, as its description says.

    Parameters
    ----------
    root : Path
        Folder that holds the folder `models`.

    Returns
    -------
    dict of str to str
        By model, the words from "One row per" to the next full stop, colon or
        semicolon. Models without these words are left out.
    """
    found = {}
    for path in sorted((root / "models").rglob("_*__models.yml")):
        properties = yaml.safe_load(path.read_text(encoding="utf-8"))
        for model in properties.get("models", []):
            description = " ".join(model["description"].split())
            if grain := re.search(r"One row per (.+?)[.;:](?: |$)", description):
                found[model["name"]] = grain[1]
    return found


def _renew_grains(document: str, root: Path) -> tuple[str, int]:
    """Return the page with the grain of each row renewed, and the number of rows."""
    if not TABLE_ROW.search(document):
        return document, 0
    by_model = grains(root)

    def renew(match: re.Match[str]) -> str:
        if match["model"] not in by_model:
            raise ValueError(f"No description says what a row of {match['model']} is.")
        return f"{match['start']} {by_model[match['model']]} |"

    return TABLE_ROW.subn(renew, document)


def format_table(columns: list[str], rows: list[tuple]) -> str:
    """Return rows as aligned text: numbers to the right, the rest to the left.

    Parameters
    ----------
    columns : list of str, length k
        Headings.
    rows : list of tuple, each of length k
        Values; None is shown as an empty cell.

    Returns
    -------
    str
        Lines without a trailing line break.
    """
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    is_number = [all(_is_number(row[i]) for row in rows) for i in range(len(columns))]
    widths = [
        max([len(columns[i]), *(len(row[i]) for row in cells)])
        for i in range(len(columns))
    ]
    lines = [columns, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, is_number, strict=True)
        ).rstrip()
        for line in lines
    )


def _is_number(value: object) -> bool:
    """Say whether a value is a number or missing; a truth value is no number."""
    is_numeric = isinstance(value, int | float | Decimal | None)
    return is_numeric and not isinstance(value, bool)


if __name__ == "__main__":
    warehouse_file, *documents = map(Path, sys.argv[1:])
    for path in documents:
        path.write_text(
            render(path.read_text(encoding="utf-8"), warehouse_file), encoding="utf-8"
        )
