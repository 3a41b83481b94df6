"""Builds are published whole or not at all, wing by wing, and lists are never lost."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from dbt_runner import query
from soak import (
    build_twice_at_once,
    campaigns,
    contents,
    fail_to_publish,
    full_disk,
    hold_build_file,
    kill_builds,
    publish_again,
    read_once,
    read_only,
    read_while_building,
)
from soak_project import ASSIGNMENTS, SoakProject

WINGS = "select wing, is_current from marts.published_wings"
HOUSEHOLDS = "select sum(n_households) from marts.dim_segments"
N_SENT = 10


@pytest.fixture(scope="module")
def module_project(tmp_path_factory: pytest.TempPathFactory) -> SoakProject:
    """A project that has built once, and whose list went to campaign 1."""
    project = SoakProject(tmp_path_factory.mktemp("publishing"))
    code, said = project.run(SOAK_CAMPAIGN="1")
    assert code == 0, said
    assert said.strip().endswith(f"Published in {project.pointer}: all wings.")
    return project


@pytest.fixture
def project(module_project: SoakProject, tmp_path: Path) -> Iterator[SoakProject]:
    """The project as it was after its first build, for each test anew."""
    folders = (module_project.warehouse.parent, module_project.pointer.parent)
    for folder in folders:
        shutil.copytree(folder, tmp_path / folder.name, symlinks=True)
    yield module_project
    for folder in folders:
        shutil.rmtree(folder)
        shutil.move(tmp_path / folder.name, folder)


def published(project: SoakProject, sql: str) -> list[tuple]:
    return query(project.pointer, sql)


# --- what is published ----------------------------------------------------------------


def test_a_published_file_has_the_tables_with_what_is_said_of_them(
    project: SoakProject,
):
    assert len(read_once(project.pointer)) == 1
    schemas = "select distinct schema_name from duckdb_tables() order by all"
    assert published(project, schemas) == [
        (name,) for name in ("evidence", "history", "marts", "seeds")
    ]
    comments = "select comment from duckdb_{}() where {}_name = '{}'"
    table = published(project, comments.format("tables", "table", "dim_segments"))
    assert table == [("Segments. One row per segment.",)]
    column = published(project, comments.format("columns", "column", "segment_id"))
    assert column[0] == ("Number of the segment.",)
    wings = ["behaviour", "customers", "effects", "decisions"]
    assert published(project, WINGS) == [(wing, True) for wing in wings]
    assert campaigns(project.pointer) == {1: N_SENT}
    # Nobody writes into it.
    with pytest.raises(duckdb.Error, match="read-only"):
        query(project.pointer, "delete from marts.dim_segments")


def test_parquet_files_hold_the_same_rows(project: SoakProject):
    folder = project.pointer.parent / "parquet"
    tables = query(
        project.pointer,
        "select schema_name || '/' || table_name from duckdb_tables() order by all",
    )
    files = sorted(
        path.relative_to(folder).with_suffix("").as_posix()
        for path in folder.rglob("*/*.parquet")
    )
    assert files == [name for (name,) in tables]
    with duckdb.connect(str(project.pointer), read_only=True) as connection:
        for name in files:
            ours = f"from {name.replace('/', '.')}"
            theirs = f"from '{folder / name}.parquet'"
            for one, other in ((ours, theirs), (theirs, ours)):
                assert connection.sql(f"{one} except all {other}").fetchall() == []
    explained = f"select distinct table_name from '{folder / 'columns.parquet'}'"
    assert len(query(project.pointer, explained)) == len(files)


def test_views_work_in_a_copy_of_another_name(project: SoakProject, tmp_path: Path):
    copy = Path(shutil.copy(project.warehouse, tmp_path / "other.duckdb"))
    assert query(copy, "select count(*) from staging.stg_days") == [(40,)]


def test_two_builds_are_kept_and_an_old_reader_reads_on(project: SoakProject):
    first = project.pointer.resolve()
    with duckdb.connect(str(project.pointer), read_only=True) as reader:
        for _ in range(2):
            assert publish_again(project) == ""
        rows = reader.execute("select count(*) from marts.fct_days").fetchall()
    assert rows == [(40,)]
    builds = sorted((project.pointer.parent / "builds").iterdir())
    assert len(builds) == 2
    assert first.parent not in builds
    assert project.pointer.resolve() == builds[1] / "retail_uplift.duckdb"


def test_the_database_has_the_same_name_in_every_build(project: SoakProject):
    names = []
    for _ in range(2):
        assert publish_again(project) == ""
        names += published(project, "select current_database()")
    assert names == [("retail_uplift",)] * 2


def test_what_identifies_households_can_stay_unpublished(project: SoakProject):
    settings = {"publish_personal_data": False}
    code, said = project.run("run-operation", "publish_build", vars=settings)
    assert code == 0, said
    columns = published(
        project,
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts' and table_name like 'fct_list_sizes' "
        "or table_name = 'fct_campaign_list'",
    )
    assert {column for _, column in columns} == {"is_sent", "invocation_id"}
    assert {table for table, _ in columns} == {"fct_list_sizes"}


def test_where_links_cannot_be_made_a_text_file_points(
    project: SoakProject, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    assert publish_again(project) == ""
    assert not project.pointer.exists()
    named = project.pointer.with_name("retail_uplift.duckdb.pointer").read_text()
    newest = max((project.pointer.parent / "builds").iterdir())
    assert named == f"builds/{newest.name}/retail_uplift.duckdb\n"
    assert len(read_once(project.pointer)) == 1
    parquet = project.pointer.parent / "parquet"
    assert not parquet.is_symlink()
    assert (parquet / "marts" / "dim_segments.parquet").is_file()


# --- failures -------------------------------------------------------------------------


def test_a_failed_wing_and_what_is_made_of_it_stay_as_they_were(project: SoakProject):
    before = contents(project.pointer)
    code, said = project.run(SOAK_BROKEN="1", SOAK_DAYS="60", SOAK_CAMPAIGN="2")
    assert code == 1
    assert f"Published in {project.pointer}: wings behaviour, customers." in said
    assert "Wing effects stays as it was: a table failed a test or was not built, " in (
        said
    )
    assert published(project, HOUSEHOLDS) == [(60,)]
    assert published(project, WINGS) == [
        *((wing, True) for wing in ("behaviour", "customers")),
        *((wing, False) for wing in ("effects", "decisions")),
    ]
    after = contents(project.pointer)
    for table in ("evidence.fct_effects", "marts.fct_campaign_list"):
        assert after[table] == before[table]
    # A list of a build that failed was never sent.
    assert campaigns(project.pointer) == campaigns(project.warehouse) == {1: N_SENT}

    # The repaired part is all that must be built again.
    code, said = project.run("build", "--select", "fct_effects+", SOAK_DAYS="60")
    assert code == 0, said
    assert published(project, f"{WINGS} where is_current") == [
        ("effects", True),
        ("decisions", True),
    ]


def test_a_part_publishes_the_wings_that_are_whole(project: SoakProject):
    project.forget()
    code, said = project.run("build", "--select", "+dim_segments")
    assert code == 0, said
    wings = [("behaviour", True), ("customers", True)]
    assert published(project, WINGS) == wings
    # What was not tested is not published.
    before = project.pointer.resolve()
    code, said = project.run(
        "build", "--exclude-resource-type", "test", "--select", "dim_segments"
    )
    assert code == 0, said
    assert f"Nothing new is published: {project.pointer} is as it was." in said
    assert project.pointer.resolve() == before


def test_lists_outlive_the_build_file(project: SoakProject):
    builds = "select count(*) from marts.run_manifest"
    project.warehouse.write_bytes(b"no database")
    code, said = project.run(SOAK_CAMPAIGN="2")
    assert code != 0
    assert f"The file {project.warehouse} is no warehouse" in " ".join(said.split())
    project.warehouse.unlink()
    code, said = project.run(SOAK_CAMPAIGN="2")
    assert code == 0, said
    assert f"{ASSIGNMENTS}: {N_SENT} rows put back from {project.pointer}." in said
    assert campaigns(project.pointer) == {1: N_SENT, 2: N_SENT}
    assert published(project, builds) == [(2,)]


def test_a_failure_to_publish_is_dbts_exit_code(project: SoakProject):
    folder = project.pointer.parent
    shutil.rmtree(folder)
    folder.write_text("in the way")
    code, said = project.run(SOAK_CAMPAIGN="2")
    assert code == 1
    last_words = said.strip().splitlines()[-1]
    assert f"nothing new was published in {folder}: " in last_words
    assert last_words.endswith("then run dbt run-operation publish_build.")
    folder.unlink()
    code, said = project.run("run-operation", "publish_build")
    assert code == 0, said
    assert campaigns(project.pointer) == {1: N_SENT, 2: N_SENT}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("File too large", lambda folder: full_disk()),
        ("Permission denied", read_only),
    ],
)
def test_what_cannot_be_written_leaves_what_was_published(
    project: SoakProject, words: str, fault: Callable
):
    claim = fail_to_publish(project, words, words, fault(project.pointer.parent))
    assert claim.n_failed == 0


# --- the soak, in short ---------------------------------------------------------------


def test_readers_see_whole_builds_while_others_are_made(project: SoakProject):
    for claim in read_while_building(project, n_readers=10, n_builds=2):
        assert (claim.n_failed, claim.n_tried > 1) == (0, True), claim


def test_killed_builds_can_be_repeated(project: SoakProject):
    for claim in kill_builds(project, n_kills=2):
        assert claim.n_failed == 0, claim


@pytest.mark.parametrize("meet", [hold_build_file, build_twice_at_once])
def test_two_of_the_build_file_do_not_meet(project: SoakProject, meet: Callable):
    assert meet(project).n_failed == 0
