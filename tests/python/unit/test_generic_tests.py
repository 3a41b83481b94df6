"""The project's own generic data tests find what they look for."""

import re

import duckdb
import jinja2
import pytest
from dbt_runner import REPOSITORY

COLUMNS = ["basket_id", "product_id", "is_return"]


def failures(within: str | None, rows: list[tuple]) -> list[tuple]:
    """Return what test unique_combination_of_columns finds in lines."""
    macro = REPOSITORY / "macros" / "raw_tables" / "has_repeats.sql"
    test = REPOSITORY / "tests" / "generic" / "unique_combination_of_columns.sql"
    body = re.sub("{% (end)?test.*?%}", "", test.read_text(encoding="utf-8"))
    template = jinja2.Template(macro.read_text(encoding="utf-8") + body)
    sql = template.render(model="lines", combination_of_columns=COLUMNS, within=within)
    with duckdb.connect() as connection:
        connection.execute(
            "create table lines (basket_id int, product_id int, is_return boolean)"
        )
        connection.executemany("insert into lines values (?, ?, ?)", rows)
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("within", [None, "basket_id"])
@pytest.mark.parametrize(
    ("row", "found"),
    [
        ((1, 3, False), []),
        ((1, 2, True), []),
        ((2, 1, False), []),
        ((1, 2, False), [(1, 2, False)]),
        ((None, 2, False), [(None, 2, False)]),
        ((1, None, False), [(1, None, False)]),
        ((3, 2, None), [(3, 2, None)]),
    ],
)
def test_a_key_that_repeats_or_is_null_is_found_in_groups_too(
    within: str | None, row: tuple, found: list[tuple]
):
    lines = [(1, 1, False), (1, 1, True), (1, 2, False), (2, 2, False)]

    assert failures(within, [*lines, row]) == found
