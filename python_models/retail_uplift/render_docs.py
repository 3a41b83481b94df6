"""Fills the query results in a Markdown document from a warehouse.

A result is a fenced `text` block right after a fenced `sql` block. Figures in documents
are never typed: `make readme` renders them, and a test fails when they are stale.
A query may also read the files of the repository, by their path in it:
`from 'benchmarks/feature_marginals.csv'`.
"""

import re
import sys
from contextlib import chdir
from decimal import Decimal
from pathlib import Path

import duckdb

REPOSITORY = Path(__file__).resolve().parents[2]

QUERY_AND_RESULT = re.compile(
    r"(?P<query_fence>```sql\n(?P<query>(?:(?!```).)*?)```\n\n?)```text\n.*?```",
    re.DOTALL,
)


def render(document: str, warehouse: Path, root: Path = REPOSITORY) -> str:
    """Return the document with every query's result renewed.

    Parameters
    ----------
    document : str
        Markdown text.
    warehouse : Path
        DuckDB file of a finished build; opened read-only.
    root : Path
        Folder that a query's relative paths start from.

    Returns
    -------
    str
        The same text, each `text` block after a `sql` block holding the query's result.

    Raises
    ------
    ValueError
        If the document has no query with a result.
    duckdb.Error
        If the file cannot be opened or a query fails.
    """
    if not QUERY_AND_RESULT.search(document):
        raise ValueError("The document has no sql block followed by a text block.")
    # DuckDB looks for files in the current folder, wherever that may be.
    with (
        duckdb.connect(str(warehouse.resolve()), read_only=True) as connection,
        chdir(root),
    ):

        def renew(match: re.Match[str]) -> str:
            result = connection.sql(match["query"])
            table = format_table(result.columns, result.fetchall())
            return f"{match['query_fence']}```text\n{table}\n```"

        return QUERY_AND_RESULT.sub(renew, document)


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
