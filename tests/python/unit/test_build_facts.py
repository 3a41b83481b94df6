"""What a build is made with, in projects of a few files."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from retail_uplift.build_facts import build_facts, code_checksum, commit, versions

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


def write_project(folder: Path, margin: float = 0.3) -> Path:
    """Write a project of one model and one macro."""
    (folder / "models").mkdir(parents=True)
    (folder / "macros").mkdir()
    (folder / "models" / "one.sql").write_text("select 1")
    (folder / "macros" / "two.sql").write_text("{% macro two() %}2{% endmacro %}")
    (folder / "dbt_project.yml").write_text(
        f"name: shop\nvars:\n  margin: {margin}  # of sales\nmodels: {{}}\n"
    )
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody, whoever runs the tests."""
    somebody = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    command = ["git", "-C", str(folder), *somebody, *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit_all(folder: Path) -> str:
    """Make a repository of a folder and return its commit."""
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "Start")
    return git(folder, "rev-parse", "HEAD")


@needs_git
def test_a_commit_is_told_with_whether_files_differ_from_it(project: Path) -> None:
    head = commit_all(project)
    assert commit(project) == (head, False)
    (project / "models" / "new.sql").write_text("select 2")
    assert commit(project) == (head, True)


@needs_git
def test_the_repository_of_another_project_is_none(tmp_path: Path) -> None:
    (tmp_path / "readme").write_text("notes")
    commit_all(tmp_path)
    assert commit(write_project(tmp_path / "unpacked")) == (None, None)


def test_a_copy_without_git_has_no_commit(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    facts = build_facts(project)
    assert facts["git_commit"] is None
    assert facts["has_uncommitted_changes"] is None
    assert len(facts["code_checksum"]) == 32
    assert json.loads(json.dumps(facts)) == facts


def test_the_checksum_is_of_code_and_not_of_its_place_or_vars(
    project: Path, tmp_path: Path
) -> None:
    first = code_checksum(project)
    elsewhere = write_project(tmp_path / "elsewhere", margin=0.25)
    (elsewhere / "models" / "notes.md").write_text("no code")
    assert code_checksum(elsewhere) == first


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("models/one.sql", "select 2"),
        ("models/new.sql", ""),
        ("macros/two.sql", ""),
        ("dbt_project.yml", "name: shop\nmodels: {shop: {+enabled: false}}"),
    ],
)
def test_another_line_of_code_gives_another_checksum(
    project: Path, file: str, text: str
) -> None:
    first = code_checksum(project)
    (project / file).write_text(text)
    assert code_checksum(project) != first


def test_a_package_that_is_not_installed_has_no_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("retail_uplift.build_facts.PACKAGES", ("pytest", "no-such"))
    found = versions()
    assert found["pytest"] == pytest.__version__
    assert found["no-such"] is None
    assert found.keys() == {"machine", "python", "pytest", "no-such"}
