"""Says what comes out of raw tables, without a build.

``python -m retail_uplift.check`` reads every row of the edition's tables into a scratch
warehouse (target/check), prints one page and saves it as target/check.txt. Exit code 0,
or 1 if a build would stop; then the last line says what to do first.
``make check EDITION=canonical RAW_DIR=folder`` runs it.
"""

import argparse
import datetime
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from retail_uplift.plain_words import in_plain_words

FOLDER = Path("target") / "check"
PAGE = Path("target") / "check.txt"
# The tests on raw tables that stop a build beside the refused rows; each says in a
# column `problem` what is wrong.
GATES = ("assert_no_file_is_read_twice", "assert_golden_counts_hold")
# Nobody can do without so many of a table's rows.
MOST = 0.5
SECTIONS = {
    1: "TABLES",
    2: "COLUMNS THAT ARE NOT READ, OR ABSENT",
    3: "ROWS THAT ARE REFUSED",
    4: "WHAT LOOKS ODD",
    5: "WHAT YOU WILL GET",
    6: "CAMPAIGNS",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 1 if a build would stop."""
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.check",
        description="Say what comes out of the raw tables, without a build.",
    )
    parser.add_argument("--vars", default="{}", help="dbt's vars, as YAML")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes")
    parser.add_argument(
        "--scratch", type=Path, default=FOLDER, help="where the rows are read to"
    )
    given = parser.parse_args(arguments)
    lines, first_thing = check(given.vars, given.scratch)
    if first_thing is None:
        lines += ["", "A build goes through."]
    else:
        lines += ["", f"A build stops. The first thing to do: {first_thing}"]
    page = "\n".join([*_head(given.vars), *lines])
    print(page)
    given.page.parent.mkdir(parents=True, exist_ok=True)
    given.page.write_text(f"{page}\n", encoding="utf-8")
    print(f"\n==> this page: {given.page}")
    return 0 if first_thing is None else 1


def check(vars: str, folder: Path) -> tuple[list[str], str | None]:
    """Return the lines of the page, and what to do first where a build would stop.

    Parameters
    ----------
    vars
        dbt's vars, as YAML.
    folder
        Where the scratch warehouse and dbt's own files go.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    warehouse = folder / "retail_uplift.duckdb"
    for leftover in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):
        leftover.unlink(missing_ok=True)
    os.environ["RETAIL_UPLIFT_WAREHOUSE"] = str(warehouse)
    os.environ["DBT_TARGET_PATH"] = str(folder)
    os.environ["DBT_LOG_PATH"] = str(folder / "logs")
    os.environ["DBT_USE_COLORS"] = "false"
    try:
        return _checked(vars, warehouse)
    finally:
        for leftover in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):
            leftover.unlink(missing_ok=True)
        shutil.rmtree(f"{warehouse}.tmp", ignore_errors=True)


def _checked(vars: str, warehouse: Path) -> tuple[list[str], str | None]:
    # Imported here: dbt reads its environment as it is imported.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from retail_uplift.warehouse_plugin import LAST_WORDS

    # The page says it.
    LAST_WORDS.is_silent = True
    told: list[str] = []

    def listen(event: Any) -> None:
        if event.info.name == "JinjaLogInfo":
            told.append(event.info.msg)

    parsed = dbtRunner().invoke(["--quiet", "parse", "--vars", vars])
    if not parsed.success:
        return [], _sentence(parsed.exception)
    runner = dbtRunner(manifest=parsed.result, callbacks=[listen])
    tables = runner.invoke(["--quiet", "run-operation", "check_raw", "--vars", vars])
    problems = [line for line in told if "PROBLEM" in line]
    if not tables.success or problems:
        # A table as a whole cannot be read: its rows cannot be either.
        reason = problems[0] if problems else _failure(tables)
        return ["", SECTIONS[1], *_indented(told)], reason.split("PROBLEM")[-1].strip()
    built = runner.invoke(
        [
            *("--quiet", "build", "--vars", vars),
            # A gate compares with the published counts.
            *("--select", "+int_check_report", "golden_counts"),
            *("--exclude-resource-type", "test", "unit_test"),
        ]
    )
    if not built.success:
        DuckDBConnectionManager.close_all_connections()
        return ["", SECTIONS[1], *_indented(told)], _failure(built)
    gates = runner.invoke(["--quiet", "test", "--vars", vars, "--select", *GATES])
    DuckDBConnectionManager.close_all_connections()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        lines, first_thing = _page(connection)
        problems = _problems(connection, gates)
    if problems:
        lines += ["", "WHAT STOPS A BUILD", *_indented(problems)]
    return lines, first_thing or (problems[0] if problems else None)


def _page(connection: duckdb.DuckDBPyConnection) -> tuple[list[str], str | None]:
    lines: list[str] = []
    report = connection.execute(
        "select section, line from intermediate.int_check_report order by section, "
        "place"
    ).fetchall()
    for section, title in SECTIONS.items():
        told = [line for number, line in report if number == section]
        if told:
            lines += ["", title, *_indented(told)]
    stopping = connection.execute(
        "select table_name, n_refused, refused_share "
        "from intermediate.int_check_tables "
        "where is_stopping order by refused_share desc"
    ).fetchone()
    if stopping is None:
        return lines, None
    name, n_refused, refused_share = stopping
    first_thing = (
        f"mend the {n_refused:,} refused rows of {name}, which are listed above with "
        "their reasons"
    )
    if refused_share < MOST:
        first_thing += "; or raise var max_rejected_share, if you can do without them"
    return lines, f"{first_thing}."


def _problems(connection: duckdb.DuckDBPyConnection, gates: Any) -> list[str]:
    """Return what the gates that failed say, three sentences each."""
    sentences: list[str] = []
    for gate in gates.result.results:
        if str(gate.status) == "fail":
            rows = connection.execute(
                f"select problem from ({gate.node.compiled_code}) order by 1 limit 3"
            ).fetchall()
            sentences += [problem for (problem,) in rows]
        elif str(gate.status) == "error":
            sentences.append(_sentence(gate.message))
    return sentences


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _failure(done: Any) -> str:
    """Return why a run of dbt stopped, in plain words."""
    results = getattr(done.result, "results", None) or []
    for result in results:
        if str(result.status) in ("error", "fail", "runtime error") and result.message:
            return _sentence(result.message)
    return _sentence(done.exception) if done.exception else "see the messages above."


def _sentence(error: object) -> str:
    return in_plain_words(str(error))


def _head(vars: str) -> list[str]:
    chosen = {
        name: os.environ.get(f"RETAIL_UPLIFT_{name.upper()}", "")
        for name in ("edition", "raw_dir")
    }
    named = ", ".join(f"{name} {value}" for name, value in chosen.items() if value)
    today = datetime.date.today().isoformat()
    return [f"CHECK OF THE RAW TABLES, {today}", f"  {named or 'default edition'}"]


if __name__ == "__main__":
    sys.exit(main())
