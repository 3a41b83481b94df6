"""Tests of the marginals side by side, with households few enough to count."""

from pathlib import Path

import duckdb
import pytest
from bench import MeasurementError
from known_truth import audit_rows, feature_marginals

Values = dict[str, list[float | None]]


def warehouse_of(path: Path, features: Values, window: str = "full") -> Path:
    """Write a warehouse with the given features, one value per household."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema seeds")
        connection.execute("create schema marts")
        connection.execute(
            "create table seeds.features (feature varchar, position integer)"
        )
        # Stored in the reverse of their order.
        connection.executemany(
            "insert into seeds.features values (?, ?)",
            [(name, k) for k, name in reversed(list(enumerate(features)))],
        )
        columns = "".join(f", {name} decimal(12, 4)" for name in features)
        connection.execute(
            f"create table marts.fct_household_features (window_id varchar{columns})"
        )
        rows = zip(*features.values(), strict=True)
        marks = ", ".join("?" for _ in range(1 + len(features)))
        connection.executemany(
            f"insert into marts.fct_household_features values ({marks})",
            [(window, *row) for row in rows],
        )
    return path


def test_quantiles_interpolate_between_households(tmp_path: Path) -> None:
    real = warehouse_of(tmp_path / "real", {"recency": [0, 10]})
    simulated = warehouse_of(tmp_path / "simulated", {"recency": [5, 5]})
    assert feature_marginals(real, simulated) == [
        {
            "feature": "recency",
            "real_p10": 1.0,
            "real_median": 5.0,
            "real_p90": 9.0,
            "simulated_p10": 5.0,
            "simulated_median": 5.0,
            "simulated_p90": 5.0,
            "median_rank": 0.5,
        }
    ]


@pytest.mark.parametrize(
    ("simulated_value", "rank"), [(0, 0.0), (1, 0.5), (2, 0.75), (3, 0.75), (4, 1.0)]
)
def test_of_the_ranks_of_a_shared_value_the_one_nearest_to_the_middle_counts(
    tmp_path: Path, simulated_value: float, rank: float
) -> None:
    real = warehouse_of(tmp_path / "real", {"recency": [1, 1, 1, 3]})
    simulated = warehouse_of(tmp_path / "simulated", {"recency": [simulated_value]})
    (row,) = feature_marginals(real, simulated)
    assert row["median_rank"] == rank


def test_features_stand_in_the_order_of_the_seed_with_three_digits(
    tmp_path: Path,
) -> None:
    values: Values = {"sales": [12_345.67], "recency": [0.012344], "frequency": [-0.0]}
    real = warehouse_of(tmp_path / "real", values)
    simulated = warehouse_of(tmp_path / "simulated", values)
    rows = feature_marginals(real, simulated)
    assert [row["feature"] for row in rows] == ["sales", "recency", "frequency"]
    assert [str(row["real_median"]) for row in rows] == ["12300.0", "0.0123", "0.0"]


def test_missing_values_and_other_windows_do_not_count(tmp_path: Path) -> None:
    real = warehouse_of(tmp_path / "real", {"recency": [7, None, None]})
    simulated = warehouse_of(tmp_path / "simulated", {"recency": [7]})
    with duckdb.connect(str(real)) as connection:
        connection.execute(
            "insert into marts.fct_household_features values ('lookback_1', 1000)"
        )
    (row,) = feature_marginals(real, simulated)
    assert (row["real_p90"], row["median_rank"]) == (7.0, 0.5)


def test_a_quote_in_a_path_is_no_problem(tmp_path: Path) -> None:
    real = warehouse_of(tmp_path / "the year's", {"recency": [7]})
    assert feature_marginals(real, real)[0]["median_rank"] == 0.5


def test_a_missing_warehouse_is_named(tmp_path: Path) -> None:
    real = warehouse_of(tmp_path / "real", {"recency": [7]})
    with pytest.raises(MeasurementError, match=r"simulated year has no .*none"):
        feature_marginals(real, tmp_path / "none")


def test_an_unfinished_warehouse_is_named(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "empty")).close()
    simulated = warehouse_of(tmp_path / "simulated", {"recency": [7]})
    with pytest.raises(MeasurementError, match="the real year has no finished"):
        feature_marginals(tmp_path / "empty", simulated)


def test_a_feature_without_any_value_is_named(tmp_path: Path) -> None:
    real = warehouse_of(tmp_path / "real", {"recency": [7]})
    simulated = warehouse_of(tmp_path / "simulated", {"recency": [None]})
    with pytest.raises(MeasurementError, match="simulated year has no value of recen"):
        feature_marginals(real, simulated)


def test_audit_rows_are_rounded_and_need_an_audit(tmp_path: Path) -> None:
    warehouse = tmp_path / "audited.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema evidence")
        connection.execute(
            "create table evidence.fct_estimator_audit as select 'd' as design, "
            "'null' as world, 'ATE' as estimand, 'AIPW' as estimator, "
            "200 as n_replicates, -0.001::double as bias, 12.345::double as rmse, "
            "0.9449::double as coverage, true as is_fast, now() as finished_at"
        )
    (row,) = audit_rows(warehouse)
    assert row == {
        "design": "d",
        "world": "null",
        "estimand": "ATE",
        "estimator": "AIPW",
        "n_replicates": 200,
        "bias": 0.0,
        "rmse": 12.34,
        "coverage": 0.945,
        "is_fast": True,
    }
    assert not str(row["bias"]).startswith("-")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from evidence.fct_estimator_audit")
    with pytest.raises(MeasurementError, match="run `make audit` first"):
        audit_rows(warehouse)
    with pytest.raises(MeasurementError, match="there is no warehouse"):
        audit_rows(tmp_path / "nowhere.duckdb")
