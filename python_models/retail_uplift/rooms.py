"""Checks the house's layer rule on dbt's manifest: no model reads from a later room.

A model's wing and room are its folders: ``models/<layer>/<wing>/<room>``. Python models
stand in ``python_models/fit_<wing>`` and belong to the wing as a whole. dbt itself
refuses private models of another wing (``models/_groups.yml``). This check adds the
order, so that a public table is never read by an earlier wing or room.

    python -m retail_uplift.rooms target/manifest.json
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# Wings and their rooms, in the order in which data pass through them.
WINGS: dict[str, tuple[str, ...]] = {
    "behaviour": (
        "purchases",
        "trials",
        "features",
        "descriptions",
        "costs",
        "check",
    ),
    "customers": ("value_tiers", "clusters", "segments", "needs", "clv", "profiles"),
    "effects": (
        "units",
        "holdouts",
        "nuisances",
        "populations",
        "learners",
        "matching",
        "groups",
        "validation",
        "explanations",
        "estimates",
        "sensitivity",
        "credibility",
        "refutations",
        "gates",
        "assumptions",
    ),
    "impact": (
        "panel",
        "averages",
        "time_course",
        "regressions",
        "uplift",
        "robustness",
        "coupons",
        "discounts",
        "campaigns",
    ),
    "decisions": (
        "household_costs",
        "policies",
        "scenarios",
        "power",
        "campaign_list",
        "experiments",
        "rollout",
        "verdicts",
        "source_figures",
        "builds",
    ),
}
LAYERS = ("intermediate", "marts", "evidence")
MAX_FILES = 16  # in a folder of models, counted without its subfolders

Place = tuple[int, int | None]  # wing and room by number; None = the wing as a whole


def place_of(path: str) -> Place | None:
    """Return the wing and room that a model's file stands in.

    Parameters
    ----------
    path : str
        Path in the project, with slashes.

    Returns
    -------
    tuple or None
        Their numbers in `WINGS`; None outside the wings (staging, seeds, manifest).

    Raises
    ------
    ValueError
        If the file stands in a wing or room that `WINGS` does not name.
    """
    folders = path.split("/")
    wings = list(WINGS)
    if folders[0] == "python_models":
        wing, room = folders[1].removeprefix("fit_"), None
    elif len(folders) > 3 and folders[1] in LAYERS:
        wing, room = folders[2], folders[3]
    else:
        return None
    if wing not in WINGS or (room is not None and room not in WINGS[wing]):
        raise ValueError(f"{path} stands in no room: {', '.join(WINGS)} have rooms.")
    return wings.index(wing), None if room is None else WINGS[wing].index(room)


def backward_reads(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for every model that reads one of a later wing or room.

    Parameters
    ----------
    manifest : mapping
        dbt's ``manifest.json``.

    Yields
    ------
    str
        Reader, what it reads, and where both stand.
    """
    paths = {
        key: node["original_file_path"]
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }
    for key, path in sorted(paths.items()):
        reader = place_of(path)
        for parent in sorted(manifest["nodes"][key]["depends_on"]["nodes"]):
            read = place_of(paths[parent]) if parent in paths else None
            if reader is not None and read is not None and _is_later(read, reader):
                yield f"{path} reads {paths[parent]}, which stands in a later room."


def crowded_folders(root: Path) -> Iterator[str]:
    """Yield a sentence for every folder of models with more than `MAX_FILES` files."""
    for top in ("models", "python_models"):
        for folder in sorted({path.parent for path in (root / top).rglob("*.*")}):
            n_files = sum(
                path.is_file() and path.suffix != ".pyc" for path in folder.iterdir()
            )
            if n_files > MAX_FILES:
                yield f"{folder.relative_to(root)} holds {n_files} files."


def _is_later(read: Place, reader: Place) -> bool:
    """Say whether a place comes after another; a wing as a whole has no room."""
    if read[0] != reader[0] or None in (read[1], reader[1]):
        return read[0] > reader[0]
    return read[1] > reader[1]


def main(arguments: Sequence[str]) -> int:
    """Print what breaks the rule; return 1 if anything does."""
    manifest_file = Path(arguments[0])
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    faults = [*backward_reads(manifest), *crowded_folders(Path.cwd())]
    print("\n".join(faults) or "rooms: every model reads from its own or earlier rooms")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
