"""What the page Connect promises to readers of the public tables."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from dbt_runner import REPOSITORY, query

from retail_uplift.serving.published import POINTER

PAGE = (REPOSITORY / "models/marts/CONNECT.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
URI_SETTINGS = re.search(r'"(\?access_mode[^"]+)"', PAGE)[1]


@pytest.fixture(scope="module")
def folder(
    real_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A folder in which the real year is published."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / POINTER).parent.mkdir()
    (folder / POINTER).symlink_to(real_warehouse)
    return folder


def run_block(word: str) -> dict:
    """Run the one block of the page that holds the word; return its names."""
    (block,) = (block for block in BLOCKS if word in block)
    names: dict = {}
    exec(compile(block, "CONNECT.md", "exec"), names)
    return names


def exposures() -> list[dict]:
    text = (REPOSITORY / "models/marts/_exposures.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["exposures"]


def test_every_public_table_has_a_consumer_with_an_owner():
    public = {
        path.stem
        for schema in ("marts", "evidence")
        for path in (REPOSITORY / "models" / schema).rglob("*.sql")
    }
    consumed = {
        name: set(re.findall(r"ref\('(\w+)'\)", str(exposure["depends_on"])))
        for exposure in exposures()
        for name in [exposure["name"]]
    }
    # The files and the published file hold all of them, whoever else reads some.
    assert consumed["published_tables"] == public
    assert all(exposure["owner"]["name"] for exposure in exposures())


@pytest.mark.slow
@pytest.mark.parametrize(
    "word", ["serving.published import", "import duckdb", "retail_uplift.open"]
)
def test_a_recipe_of_the_page_runs_as_written(
    word: str, folder: Path, real_warehouse: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(folder)
    names = run_block(word)
    if "segments" in names:
        means = names["segments"]["mean_sales"]
        assert len(means) > 1
        assert means.is_monotonic_decreasing
    else:
        assert len(names["households"]) >= len(names["latest"]) > 2_000
        assert 0 < len(names["treated"]) < len(names["units"].frame)
        ((effect,),) = query(
            real_warehouse,
            "select avg(dr_score) from evidence.fct_dr_scores "
            "where design = 'campaign_trials' and outcome = 'purchase_amount'",
        )
        assert names["effect"] == pytest.approx(effect)


@pytest.mark.slow
def test_sqlalchemy_reflects_and_queries_but_cannot_write(
    folder: Path, real_warehouse: Path, monkeypatch: pytest.MonkeyPatch
):
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("duckdb_sqlalchemy", reason="make test installs it")
    monkeypatch.chdir(folder)
    ((n_households,),) = query(
        real_warehouse, "select count(*) from marts.dim_households"
    )
    names = run_block("create_engine")
    assert names["n_households"] == n_households
    engine = names["engine"]
    inspector = sqlalchemy.inspect(engine)
    tables = inspector.get_table_names(schema="marts")
    assert {"dim_columns", "fct_campaign_list", "run_manifest"} <= set(tables)
    comment = inspector.get_table_comment("dim_segments", schema="marts")["text"]
    assert "One row per segment" in comment
    columns = inspector.get_columns("dim_segments", schema="marts")
    assert columns[0]["name"] == "segment_id"
    assert all(column["comment"] for column in columns)
    everything = sqlalchemy.MetaData()
    everything.reflect(engine, schema="marts")
    assert len(everything.tables) == len(tables)
    for refused, words in (
        ("create table marts.new as select 1", "read-only"),
        ("from read_text('/etc/hostname')", "Permission Error"),
        ("set enable_external_access = true", "configuration has been locked"),
    ):
        with (
            engine.connect() as connection,
            pytest.raises(sqlalchemy.exc.DBAPIError, match=words),
        ):
            connection.execute(sqlalchemy.text(refused))
    engine.dispose()


def test_settings_of_the_recipes_are_those_of_the_project():
    assert URI_SETTINGS == (
        "?access_mode=read_only&enable_external_access=false&lock_configuration=true"
    )
    blocks = re.findall(r"```\w+\n(.*?)```", PAGE, re.DOTALL)
    for recipe in ("import duckdb", "library(DBI)", "create_engine"):
        (block,) = (block for block in blocks if recipe in block)
        assert "enable_external_access" in block, recipe
        assert "lock_configuration" in block, recipe
        assert re.search("read_only", block), recipe
