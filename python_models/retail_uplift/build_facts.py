"""What a build is made with: versions, code and the commit it stands on.

Function `build_facts_as_json` of the warehouse gives SQL these facts. None of them may
stop a build: a copy without git, or without a package's metadata, says NULL.
"""

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

import retail_uplift

# Another version of these may move a figure.
PACKAGES = (
    "dbt-core",
    "dbt-duckdb",
    "diff-diff",
    "duckdb",
    "econml",
    "numpy",
    "pandas",
    "pyarrow",
    "pyfixest",
    "scikit-learn",
    "scipy",
    "statsmodels",
)
# What makes the tables; seeds and vars are compared one by one.
CODE_FOLDERS = ("models", "macros", "python_models")
CODE_SUFFIXES = frozenset({".sql", ".yml", ".py"})
PROJECT_FILE = "dbt_project.yml"
SECONDS_FOR_GIT = 10


def versions() -> dict[str, str | None]:
    """Return the versions of Python, its packages and the kind of machine.

    Returns
    -------
    dict of str to str or None
        By name; None for a package that is not installed.
    """
    found: dict[str, str | None] = {
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def code_checksum(project: Path) -> str:
    """Return an md5 of the models, macros and Python code of a project.

    The package that runs counts, wherever it is installed, and dbt_project.yml without
    its vars. Neither the folder's place nor the order of files matters.

    Parameters
    ----------
    project : Path
        The folder of dbt_project.yml.
    """
    package = Path(retail_uplift.__file__).resolve().parent
    files = {
        path.relative_to(project).as_posix(): path
        for folder in CODE_FOLDERS
        for path in _files(project / folder)
        if package not in path.resolve().parents
    }
    for path in _files(package):
        files[f"{package.name}/{path.relative_to(package).as_posix()}"] = path
    digest = hashlib.md5()
    for name in sorted(files):
        digest.update(f"{name}\n".encode())
        digest.update(files[name].read_bytes())
    digest.update(_project_without_vars(project / PROJECT_FILE).encode())
    return digest.hexdigest()


def commit(project: Path) -> tuple[str | None, bool | None]:
    """Return the commit of a project, and whether its files differ from it.

    Returns
    -------
    tuple of (str or None, bool or None)
        None where there is no git, no repository, or another project's.
    """
    if _git(project, "ls-files", "--error-unmatch", PROJECT_FILE) is None:
        return None, None
    head = _git(project, "rev-parse", "HEAD")
    changed = _git(project, "status", "--porcelain", "--", ".")
    return head, None if changed is None else bool(changed)


def build_facts(project: Path) -> dict[str, Any]:
    """Return the commit, the checksum of the code and the versions of a project."""
    head, is_changed = commit(project)
    return {
        "git_commit": head,
        "has_uncommitted_changes": is_changed,
        "code_checksum": code_checksum(project),
        "versions": versions(),
    }


def build_facts_as_json() -> str:
    """Return the facts of the project in the current folder, where dbt runs."""
    return json.dumps(build_facts(Path.cwd()), sort_keys=True)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of code in a folder and those below it."""
    for path in folder.rglob("*"):
        if path.suffix in CODE_SUFFIXES and path.is_file():
            yield path


def _project_without_vars(file: Path) -> str:
    """Return the content of dbt_project.yml without vars, in a fixed form."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content.pop("vars", None)
    return json.dumps(content, sort_keys=True, default=str)


def _git(project: Path, *arguments: str) -> str | None:
    """Return what git says of a project; None if it cannot."""
    command = ["git", "--no-optional-locks", "-C", str(project), *arguments]
    try:
        said = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS_FOR_GIT, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip()
