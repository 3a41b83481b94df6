"""The folder of what is published: builds, the pointer to one of them, old ones.

::

    published/retail_uplift.duckdb -> builds/<build>/retail_uplift.duckdb
    published/parquet              -> builds/<build>/parquet
    published/builds/

A build's name begins with its time, so that names sort as builds do. Its file has the
same name in every build: DuckDB names the database by the file that a link leads to,
and tools remember that name. Where links cannot be made, the path of the file stands in
``retail_uplift.duckdb.pointer``, and ``parquet`` is a folder whose files are replaced
one by one.
"""

import errno
import os
import shutil
import time
from pathlib import Path

PARQUET = "parquet"
PARTIAL = ".partial"
# What file systems without links say; a user of Windows without the right to make them
# gets an error of its own.
NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP})
WINDOWS_FORBIDS_LINKS = 1314
# A publication takes seconds: what is older was left by a build that was killed.
SECONDS_OF_A_LEFTOVER = 3600.0


def point(pointer: Path, build: Path) -> None:
    """Let the pointer name another build, in one step.

    Parameters
    ----------
    pointer : Path
        ``published/retail_uplift.duckdb``.
    build : Path
        A file below the pointer's folder.
    """
    target = build.relative_to(pointer.parent)
    named = pointer.with_name(f"{pointer.name}.pointer")
    if _link(target, pointer):
        named.unlink(missing_ok=True)
        return
    new = named.with_name(f"{named.name}{PARTIAL}")
    new.write_text(f"{target.as_posix()}\n", encoding="utf-8")
    os.replace(new, named)
    pointer.unlink(missing_ok=True)


def point_folder(shown: Path, build: Path) -> None:
    """Let a folder's link name another build's folder, or copy its files there."""
    if not _link(build.relative_to(shown.parent), shown):
        if shown.is_symlink():
            shown.unlink()
        _copy_files(build, shown)


def forget_old_builds(builds: Path, kept: set[str]) -> None:
    """Delete builds that are older than the newest of the kept ones.

    On Windows a file in use cannot be deleted; it stays until the next time.

    Parameters
    ----------
    builds : Path
        Folder of the builds.
    kept : set of str
        Names of builds.
    """
    for path in sorted(builds.iterdir()):
        build = path.name.removesuffix(PARTIAL)
        is_partial = path.name.endswith(PARTIAL)
        is_leftover = time.time() - path.stat().st_mtime > SECONDS_OF_A_LEFTOVER
        is_old = is_leftover if is_partial else build < max(kept)
        if build not in kept and is_old:
            remove(path)


def remove(path: Path) -> None:
    """Delete a file or folder if it is there and nobody on Windows holds it."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.is_symlink() or path.exists():
            path.unlink()
    except PermissionError:
        if os.name != "nt":
            raise


def _link(target: Path, link: Path) -> bool:
    """Point a symbolic link elsewhere in one step; say whether links can be made."""
    new = link.with_name(f"{link.name}{PARTIAL}")
    new.unlink(missing_ok=True)
    try:
        new.symlink_to(target)
    except OSError as error:
        if getattr(error, "winerror", None) == WINDOWS_FORBIDS_LINKS:
            return False
        if error.errno in NO_LINKS:
            return False
        raise
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    os.replace(new, link)
    return True


def _copy_files(source: Path, target: Path) -> None:
    """Make a folder the copy of another, each file in one step."""
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            new = copy.with_name(f"{copy.name}{PARTIAL}")
            shutil.copyfile(path, new)
            os.replace(new, copy)
    for path in sorted(target.rglob("*"), reverse=True):
        if not (source / path.relative_to(target)).exists():
            remove(path)
