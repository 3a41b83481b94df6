"""Which tables of a build file are good, and what unfinished runs leave behind."""

from pathlib import Path

import duckdb
import pytest

from retail_uplift.serving.histories import put_back
from retail_uplift.serving.publish import good_wings
from retail_uplift.serving.runs import Node, begin, faulty_nodes, finish


def node(schema: str, wing: str, name: str, *parents: str) -> Node:
    path = f"models/{schema}/{wing}/{ROOMS[wing]}/{name}.sql"
    return Node(schema, name, path, parents=parents)


ROOMS = {"customers": "segments", "effects": "estimates", "decisions": "verdicts"}
NODES = {
    "seed.x.words": Node("seeds", "words", "seeds/words.csv"),
    "model.x.a": node("intermediate", "customers", "a", "seed.x.words"),
    "model.x.b": node("marts", "customers", "b", "model.x.a"),
    "model.x.c": node("evidence", "effects", "c", "model.x.a"),
    "model.x.d": node("marts", "decisions", "d", "model.x.b", "model.x.c"),
}


def one_test(*parents: str, is_selected: bool = True) -> dict:
    return {"test.x": {"parents": parents, "is_selected": is_selected}}


def test_a_test_of_two_wings_blames_the_later_one():
    tests = one_test("seed.x.words", "model.x.b", "model.x.c")
    assert faulty_nodes({"test.x": "pass"}, [], tests, NODES) == set()
    assert faulty_nodes({"test.x": "warn"}, [], tests, NODES) == set()
    assert faulty_nodes({"test.x": "fail"}, [], tests, NODES) == {"model.x.c"}
    both = one_test("model.x.a", "model.x.b")
    assert faulty_nodes({"test.x": "error"}, [], both, NODES) == {
        "model.x.a",
        "model.x.b",
    }


def test_a_test_that_was_left_out_blames_what_was_built_without_it():
    left_out = one_test("model.x.a", "model.x.b", is_selected=False)
    assert faulty_nodes({}, ["model.x.a"], left_out, NODES) == set()
    assert faulty_nodes({}, ["model.x.a", "model.x.b"], left_out, NODES) == {
        "model.x.a",
        "model.x.b",
    }


@pytest.fixture
def build(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A build file with all tables, and with a list of a run that finished."""
    connection = duckdb.connect(str(tmp_path / "build.duckdb"))
    for schema in ("seeds", "intermediate", "marts", "evidence", "history"):
        connection.execute(f"create schema {schema}")
    for each in NODES.values():
        connection.execute(f"create table {each.name} (i integer)")
    connection.execute(
        "create table history.lists as select 1 as campaign_id, 'good' as invocation_id"
    )
    return connection


def run(build: duckdb.DuckDBPyConnection, name: str, **statuses: str) -> None:
    """Let a run build all tables and add a list; those of `statuses` fail."""
    begin(build, name, "2026-01-02 03:04:05", list(NODES))
    build.execute("insert into history.lists values (2, $1)", [name])
    outcome = dict.fromkeys(NODES, "success")
    outcome |= {f"model.x.{letter}": status for letter, status in statuses.items()}
    finish(build, name, "build", outcome, list(NODES), {}, NODES)


def test_wings_are_good_if_all_they_are_made_of_is(build: duckdb.DuckDBPyConnection):
    run(build, "one")
    fresh, reasons = good_wings(build, NODES)
    assert list(fresh) == ["customers", "effects", "decisions"]
    assert {wing.invocation_id for wing in fresh.values()} == {"one"}
    assert reasons == {}

    run(build, "two", c="error")
    fresh, reasons = good_wings(build, NODES)
    assert list(fresh) == ["customers"]
    assert reasons == dict.fromkeys(
        ("effects", "decisions"), "a table failed a test or was not built, evidence.c"
    )
    build.execute("drop table intermediate.a")
    assert good_wings(build, NODES)[0] == {}


def test_rows_of_runs_that_did_not_finish_are_taken_back(
    build: duckdb.DuckDBPyConnection,
):
    lists = "select invocation_id from history.lists order by all"
    run(build, "failed", c="fail")
    assert build.execute(lists).fetchall() == [("good",)]
    # Killed: its end was never reached.
    begin(build, "killed", "2026-01-02 03:04:05", ["model.x.a"])
    build.execute("insert into history.lists values (3, 'killed')")
    run(build, "next")
    assert build.execute(lists).fetchall() == [("good",), ("next",)]
    assert build.execute("from runs.unfinished_runs").fetchall() == []


def test_rows_that_only_the_published_file_has_are_put_back(
    build: duckdb.DuckDBPyConnection, tmp_path: Path
):
    published = tmp_path / "published.duckdb"
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "create schema history; create schema marts; "
            "create table history.lists as "
            "select 1 as campaign_id, 'good' as invocation_id, true as is_new "
            "union all select 7, 'lost', true; "
            "create table marts.run_manifest (invocation_id varchar not null); "
            "comment on table marts.run_manifest is 'Builds.'; "
            "insert into marts.run_manifest values ('lost');"
        )
    assert put_back(build, published) == {"history.lists": 1, "marts.run_manifest": 1}
    rows = build.execute("from history.lists order by all").fetchall()
    assert rows == [(1, "good"), (7, "lost")]
    comment = "select comment from duckdb_tables() where table_name = 'run_manifest'"
    assert build.execute(comment).fetchall() == [("Builds.",)]
    assert put_back(build, published) == {}
