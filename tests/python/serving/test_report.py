"""The report says what the marts say, in one file that needs nothing else."""

import re
from html import unescape
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from published_files import write_copy

from retail_uplift.serving import markup, published, report
from retail_uplift.serving.questions import Money

whole = markup.whole(Money())


@pytest.fixture(scope="module")
def html(real_warehouse: Path, scratch_folder: Path) -> str:
    file = scratch_folder / "reports" / "report.html"
    assert report.main([str(real_warehouse), str(file)]) == 0
    assert file.stat().st_size < 6_000_000
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def said(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def rows(real_warehouse: Path, sql: str) -> pd.DataFrame:
    with published.connect(real_warehouse) as connection:
        return connection.sql(sql).df()


def test_answers_and_what_is_not_known(real_warehouse, html, said):
    verdicts = rows(real_warehouse, "from marts.fct_verdicts where is_primary_design")
    for verdict in verdicts["verdict"]:
        assert markup.readable(verdict) in said
    unknown = said.split("These answers are hints")[1]
    assert "Did the campaigns raise spend?" in unknown
    assert "Which coupons work?" not in unknown
    place = html.index
    assert place('id="answer"') < place('id="evidence"') < place('id="unknown"')


def test_tables(real_warehouse, said):
    summary = rows(real_warehouse, "from marts.fct_list_summary")
    policies = rows(
        real_warehouse,
        "from marts.fct_policy_values where is_decisive and design in "
        "(select design from marts.fct_verdicts where is_primary_design)",
    )
    for _, row in summary.iterrows():
        cells = row["decision"], markup.count(row["n_households"])
        assert " ".join(cells) in said
    for _, row in policies.iterrows():
        cells = row["label"], markup.share(row["share_targeted"]), whole(row["profit"])
        assert " ".join(cells) in said
    manifest = rows(real_warehouse, "from marts.run_manifest").iloc[0]
    assert said.count(manifest["invocation_id"]) == 2
    assert "duckdb 1." in said


def test_file_needs_nothing_else(html):
    assert re.findall(r'(?:src|href)="(?!data:|#)', html) == []
    assert "@import" not in html
    assert "<script" not in html
    assert html.count("<img") == len(report.PICTURES)
    for alt in re.findall(r'<img [^>]*alt="([^"]*)"', html):
        assert len(alt) > 40


def test_same_build_same_report(real_warehouse, html):
    with published.connect(real_warehouse) as connection:
        assert report.rendered(connection) == html


def test_nothing_to_report(real_warehouse, scratch_folder):
    file = write_copy(real_warehouse, scratch_folder / "bare.duckdb", is_empty=True)
    with published.connect(file) as connection:
        text = report.rendered(connection)
    assert "The build has no campaign to ask about" in text
    assert "There is no list" in text
    with duckdb.connect(str(file)) as connection:
        connection.sql("delete from marts.run_manifest")
    with (
        published.connect(file) as connection,
        pytest.raises(ValueError, match="no row in run_manifest"),
    ):
        report.rendered(connection)


def test_nothing_is_published(scratch_folder, capsys):
    assert report.main([str(scratch_folder / "nowhere.duckdb")]) == 1
    assert "run `make build` first" in capsys.readouterr().err
