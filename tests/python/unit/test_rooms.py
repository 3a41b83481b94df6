"""The layer rule, on manifests of a few models."""

import pytest

from retail_uplift.rooms import backward_reads, crowded_folders, place_of


def manifest(**models: tuple[str, list[str]]) -> dict:
    """Return a manifest of models: path and names of what each reads."""
    return {
        "nodes": {
            name: {
                "resource_type": "model",
                "original_file_path": path,
                "depends_on": {"nodes": reads},
            }
            for name, (path, reads) in models.items()
        }
    }


def test_a_place_is_wing_and_room() -> None:
    assert place_of("models/intermediate/behaviour/trials/int_x.sql") == (0, 1)
    assert place_of("python_models/fit_effects/py_x.py") == (2, None)
    assert place_of("models/staging/stg_x.sql") is None
    assert place_of("models/marts/run_manifest.sql") is None


def test_an_unknown_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="stands in no room"):
        place_of("models/marts/customers/cellar/fct_x.sql")


@pytest.mark.parametrize(
    ("reader", "read", "is_fault"),
    [
        ("marts/customers/clv/a.sql", "marts/customers/clv/b.sql", False),
        ("marts/customers/clv/a.sql", "evidence/behaviour/trials/b.sql", False),
        ("intermediate/customers/segments/a.sql", "marts/customers/clv/b.sql", True),
        ("intermediate/behaviour/trials/a.sql", "marts/customers/clv/b.sql", True),
        ("staging/a.sql", "marts/customers/clv/b.sql", False),
    ],
)
def test_a_model_reads_earlier_rooms_only(
    reader: str, read: str, is_fault: bool
) -> None:
    faults = backward_reads(
        manifest(a=(f"models/{reader}", ["b"]), b=(f"models/{read}", []))
    )
    assert (list(faults) != []) is is_fault


def test_a_fit_belongs_to_its_wing_as_a_whole() -> None:
    segments = "models/intermediate/customers/segments/int_a.sql"
    fit = "python_models/fit_customers/py_b.py"
    assert not list(backward_reads(manifest(a=(segments, ["b"]), b=(fit, ["a"]))))
    units = "models/intermediate/effects/units/int_a.sql"
    assert list(backward_reads(manifest(a=(units, []), b=(fit, ["a"]))))


def test_a_crowded_folder_is_named(tmp_path) -> None:
    folder = tmp_path / "models" / "marts"
    folder.mkdir(parents=True)
    for number in range(17):
        (folder / f"fct_{number}.sql").touch()
    assert list(crowded_folders(tmp_path)) == ["models/marts holds 17 files."]
