"""What the pages and dbt_project.yml say is true of the project."""

import csv
import difflib
import re
from pathlib import Path

import duckdb
import numpy as np
import pytest
import yaml
from dbt_runner import REPOSITORY, query
from known_truth import MARGINALS, feature_marginals
from matplotlib.image import imread

from retail_uplift.figures.pictures import read_pictures, write_picture
from retail_uplift.render_docs import render
from retail_uplift.rooms import WINGS

DOCUMENTS = {
    name: (REPOSITORY / name).read_text(encoding="utf-8")
    for name in (
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "DECISIONS.md",
        "analyses/source_study.md",
        "benchmarks/KNOWN_TRUTH.md",
        "benchmarks/SEGMENTATION.md",
        "models/marts/CONNECT.md",
        "models/marts/ORCHESTRATION.md",
        "models/marts/TABLES.md",
        "models/marts/DASHBOARD.md",
        "models/marts/PUBLISHED.md",
        "models/marts/behaviour/DATA.md",
        "models/marts/behaviour/SHOPPING.md",
        "models/marts/customers/QUESTIONS.md",
        "models/marts/effects/LEARNERS.md",
        "models/marts/impact/CAMPAIGNS.md",
        "models/marts/decisions/NEXT_CAMPAIGN.md",
        "models/staging/canonical/USE_YOUR_OWN_DATA.md",
    )
}
README = DOCUMENTS["README.md"]
EVERY_DOCUMENT = "\n".join(DOCUMENTS.values())

# Past that it is a manual, and nobody reads it.
MAX_README_LINES = 130

# Share of the pixels of a picture that may differ from the committed one: a fourth of
# what differs in the README's largest picture if one digit of one cell does.
MAX_DIFFERENT_PIXELS = 1e-5


def _project() -> dict:
    text = (REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def _project_texts() -> dict[Path, str]:
    """Return the SQL, YAML and CSV of the folders that dbt reads."""
    return {
        path: path.read_text(encoding="utf-8")
        for folder in ("models", "python_models", "macros", "tests", "analyses")
        for path in sorted((REPOSITORY / folder).rglob("*"))
        if path.suffix in (".sql", ".yml")
    }


def _rendered_documents() -> list[str]:
    """Return the pages that `make readme` renews."""
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    names = re.search(r"^DOCUMENTS := ((?:.*\\\n)*.*)$", makefile, re.MULTILINE)[1]
    return names.replace("\\\n", " ").split()


@pytest.mark.slow
@pytest.mark.parametrize("name", _rendered_documents())
def test_document_holds_the_results_of_its_queries(name: str, real_warehouse: Path):
    written = DOCUMENTS[name]
    rendered = render(written, real_warehouse)
    difference = difflib.unified_diff(
        written.splitlines(True), rendered.splitlines(True), "written", "rendered", n=0
    )
    stale = "".join(difference)
    assert not stale, f"{name} is stale, run `make readme`:\n{stale}"


def test_every_page_with_results_is_rendered():
    with_results = {name for name, text in DOCUMENTS.items() if "```text" in text}
    assert with_results | {"models/marts/TABLES.md"} == set(_rendered_documents())


def test_every_analysis_is_shown_on_a_page():
    analyses = {path.stem for path in (REPOSITORY / "analyses").rglob("*.sql")}
    pattern = r"<!-- analysis: (\w+) -->|dbt show --select (\w+)"
    shown = {a or b for a, b in re.findall(pattern, EVERY_DOCUMENT)}
    assert {"segments_in_short", "compare_with_truth"} <= shown
    assert analyses == shown


def test_every_analysis_is_described():
    for folder in {path.parent for path in (REPOSITORY / "analyses").rglob("*.sql")}:
        text = (folder / f"_{folder.name}__analyses.yml").read_text(encoding="utf-8")
        described = [analysis["name"] for analysis in yaml.safe_load(text)["analyses"]]
        assert sorted(described) == sorted(path.stem for path in folder.glob("*.sql"))


@pytest.mark.parametrize("schema", ["marts", "evidence"])
def test_every_public_table_is_listed_once_under_its_schema(schema: str):
    page = "models/marts/TABLES.md"
    section = DOCUMENTS[page].split(f"## Schema {schema}")[1].split("\n## ")[0]
    links = re.findall(r"^\| \[(\w+)\]\(([^)]+)\) \|", section, re.MULTILINE)
    listed = [((REPOSITORY / page).parent / link).resolve() for _, link in links]
    assert [path.stem for path in listed] == [name for name, _ in links]
    assert sorted(listed) == sorted((REPOSITORY / "models" / schema).rglob("*.sql"))


@pytest.mark.slow
def test_pictures_of_the_pages_are_those_of_the_real_year(
    real_warehouse: Path, tmp_path: Path
):
    pattern = r"!\[[^\]]*\]\((?:\.\./)*(analyses/figures/(\w+)\.png)\)"
    shown = re.findall(pattern, EVERY_DOCUMENT)
    assert {name for _, name in shown} >= {"campaign_brackets", "shopping_times"}
    with duckdb.connect(str(real_warehouse), read_only=True) as connection:
        pictures = read_pictures(connection)
    for path, name in shown:
        write_picture(pictures[name](), tmp_path, name)
        committed = imread(REPOSITORY / path)
        drawn = imread(tmp_path / f"{name}.png")
        stale = f"{path} is stale, run `make figures`"
        assert committed.shape == drawn.shape, stale
        differs = np.abs(committed - drawn).max(axis=2) > 0.1
        assert differs.mean() < MAX_DIFFERENT_PIXELS, stale


@pytest.mark.slow
def test_written_marginals_are_those_of_the_real_year(real_warehouse: Path):
    with MARGINALS.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    real = [name for name in written[0] if name.startswith("real_")]
    assert len(real) == 3
    renewed = feature_marginals(real_warehouse, real_warehouse)
    assert [
        (row["feature"], *(float(row[name]) for name in real)) for row in written
    ] == [(row["feature"], *(row[name] for name in real)) for row in renewed], (
        "feature_marginals.csv is stale, run `make marginals readme`"
    )


@pytest.mark.slow
def test_tables_named_in_the_documents_exist(real_warehouse: Path):
    tables = {
        name
        for row in query(
            real_warehouse,
            "select table_name, table_schema || '.' || table_name "
            "from information_schema.tables",
        )
        for name in row
    }
    pattern = r"\b(?:(?:marts|evidence|staging)\.)?(?:dim|fct|int|stg|py)_[a-z_]+\b"
    named = set(re.findall(pattern, EVERY_DOCUMENT))
    assert {"fct_trial_exclusions", "marts.dim_segments"} <= named
    assert sorted(named - tables) == []


def test_every_folder_of_the_map_exists_and_none_is_missing():
    table = README.split("| folder |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert named, "the map has no rows"
    assert sorted(name for name in named if not (REPOSITORY / name).is_dir()) == []
    models = {f"models/{path.name}" for path in (REPOSITORY / "models").glob("*/")}
    assert sorted(models - named) == []


def test_the_map_has_the_wings_and_rooms_in_their_order():
    table = README.split("| wing |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \|[^|]+\| ([^|]+) \|$", table, re.MULTILINE)
    assert [(wing, tuple(rooms.split(", "))) for wing, rooms in rows] == [
        *WINGS.items()
    ]


def test_every_path_and_file_of_the_documents_exists():
    folders = "models|macros|seeds|tests|analyses|benchmarks"
    quoted = re.findall(rf"`((?:{folders})/[^`*<]+)`", EVERY_DOCUMENT)
    assert "analyses/effects/compare_with_truth.sql" in quoted
    paths = [REPOSITORY / name for name in quoted]
    for name, text in DOCUMENTS.items():
        links = re.findall(r"\]\(([^):#]+)(?:#[^)]*)?\)", text)
        paths += [(REPOSITORY / name).parent / link for link in links]
    assert [str(path) for path in paths if not path.exists()] == []


def test_readme_is_short():
    assert len(README.splitlines()) <= MAX_README_LINES


@pytest.mark.parametrize("name", _project()["vars"])
def test_every_var_is_used(name: str):
    call = re.compile(rf"""\b(?:var|edition_value|setting)\(\s*["']{name}["']\s*[,)]""")
    texts = _project_texts().values()
    assert any(call.search(text) for text in texts), f"var {name} is read nowhere"


def test_every_var_that_is_read_is_declared():
    declared = set(_project()["vars"])
    call = re.compile(r"""\b(?:var|edition_value|setting)\(\s*["'](\w+)["']""")
    undeclared = {
        f"{path.relative_to(REPOSITORY)}: {name}"
        for path, text in _project_texts().items()
        for name in call.findall(text)
        if name not in declared
    }
    assert sorted(undeclared) == []


def test_vars_named_in_the_documents_are_declared():
    declared = set(_project()["vars"])
    named = set(re.findall(r"var `(\w+)`", EVERY_DOCUMENT))
    named |= {
        name
        for group in re.findall(r"\(vars ((?:`\w+`,?\s*)+)\)", EVERY_DOCUMENT)
        for name in re.findall(r"\w+", group)
    }
    for group in re.findall(r"--vars '\{([^}]+)\}'", EVERY_DOCUMENT):
        named |= set(re.findall(r"(\w+):", group))
    assert {"min_overlap_share", "n_segments"} <= named
    assert sorted(named - declared) == []


def test_every_make_target_of_the_documents_exists():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    # A command stands at the start of a line or of a code span.
    pattern = r"(?:^|`)make ([a-z][a-z-]*)"
    named = set(re.findall(pattern, EVERY_DOCUMENT, re.MULTILINE))
    assert {"build", "test", "marginals"} <= named
    assert sorted(named - targets) == []
