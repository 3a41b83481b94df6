"""Tests of the surrogates of predicted effects, against scikit-learn and by hand."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.tree import DecisionTreeRegressor

from retail_uplift.effects.surrogate import fit_effect_line, fit_effect_tree

COVARIATES = ["spend", "visits"]
TREE = {"covariates": COVARIATES, "max_depth": 3, "min_leaf_share": 0.05, "seed": 1}


def simulated_units(n_units: int = 400, seed: int = 5) -> pd.DataFrame:
    """Return units whose predicted effect is a step in spend and a slope in visits."""
    rng = np.random.default_rng(seed)
    spend = rng.gamma(2.0, 100.0, n_units)
    visits = rng.poisson(6.0, n_units)
    return pd.DataFrame(
        {
            "design": "trial",
            "campaign_id": 1,
            "household_id": np.arange(n_units),
            "outcome": "amount",
            "spend": spend,
            "visits": visits,
            "predicted_effect": 20.0 * (spend > 150)
            + 2.0 * visits
            + rng.normal(size=n_units),
        }
    )


def leaves_of(conditions: pd.DataFrame, units: pd.DataFrame) -> np.ndarray:
    """Return the leaf whose conditions each unit meets; every unit meets one."""
    met = {}
    for leaf, rows in conditions.groupby("leaf_id"):
        meets = np.ones(len(units), dtype=bool)
        for row in rows.dropna(subset=["covariate"]).itertuples():
            is_below = (units[row.covariate] <= row.threshold).to_numpy()
            meets &= is_below if row.operator == "<=" else ~is_below
        met[leaf] = meets
    table = pd.DataFrame(met)
    assert (table.sum(axis=1) == 1).all()
    return table.idxmax(axis=1).to_numpy()


def test_conditions_part_units_as_the_tree_does():
    units = simulated_units()
    conditions = fit_effect_tree(units, **TREE)
    tree = DecisionTreeRegressor(max_depth=3, min_samples_leaf=20, random_state=1)
    x = units[COVARIATES].to_numpy()
    applied = tree.fit(x, units["predicted_effect"]).apply(x)
    leaves = leaves_of(conditions, units)
    pairs = pd.DataFrame({"own": leaves, "sklearn": applied}).drop_duplicates()
    assert len(pairs) == tree.get_n_leaves() == conditions["leaf_id"].nunique() > 4
    means = units.groupby(leaves)["predicted_effect"].mean()
    told = conditions.groupby("leaf_id")["leaf_effect"].first()
    np.testing.assert_allclose(means, told)
    assert told.is_monotonic_increasing
    assert conditions.groupby("leaf_id")["position"].max().max() <= 3


def test_a_threshold_is_the_shortest_number_between_the_values_either_side():
    spend = np.array([101.37, 110.07, 110.31, 240.5] * 10)
    units = simulated_units(40).assign(
        spend=spend, visits=3, predicted_effect=(spend > 110.2) * 7.0
    )
    conditions = fit_effect_tree(units, **TREE | {"max_depth": 1})
    assert conditions["covariate"].tolist() == ["spend", "spend"]
    assert conditions["operator"].tolist() == ["<=", ">"]
    assert conditions["threshold"].tolist() == [110.2, 110.2]
    assert conditions["leaf_effect"].tolist() == [0.0, 7.0]


def test_counts_are_parted_at_a_count():
    visits = np.array([3, 4] * 20)
    units = simulated_units(40).assign(visits=visits, predicted_effect=visits * 1.0)
    conditions = fit_effect_tree(units, **TREE | {"max_depth": 1})
    assert conditions["threshold"].tolist() == [3.0, 3.0]


def test_values_that_differ_beyond_single_precision_keep_their_side():
    # scikit-learn sees single precision, to which the first two values are one.
    spend = np.array([1e6, 1e6 + 1e-3, 1e6 + 1] * 14)
    units = simulated_units(42).assign(
        spend=spend, visits=3, predicted_effect=spend - 1e6
    )
    conditions = fit_effect_tree(units, **TREE | {"max_depth": 1})
    assert 1e6 + 1e-3 <= conditions["threshold"][0] < 1e6 + 1
    assert set(leaves_of(conditions, units)[spend == 1e6 + 1]) == {2}


@pytest.mark.parametrize(
    "change", [{"predicted_effect": 4.0}, {"spend": 1.0, "visits": 2}]
)
def test_what_cannot_be_parted_is_one_leaf_without_a_condition(change):
    units = simulated_units().assign(**change)
    row = fit_effect_tree(units, **TREE)
    assert len(row) == 1
    assert row[["covariate", "operator", "threshold"]].isna().all(axis=None)
    assert row["leaf_effect"][0] == pytest.approx(units["predicted_effect"].mean())


def test_no_leaf_is_smaller_than_its_least_share():
    units = simulated_units()
    conditions = fit_effect_tree(units, **TREE | {"min_leaf_share": 0.2})
    assert np.bincount(leaves_of(conditions, units))[1:].min() >= 80
    assert len(fit_effect_tree(units.head(1), **TREE)) == 1


def test_slopes_are_those_of_the_ridge_equations():
    units = simulated_units()
    line = fit_effect_line(units.assign(still=1.0), covariates=[*COVARIATES, "still"])
    assert line["covariate"].tolist() == COVARIATES
    x = units[COVARIATES].to_numpy()
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    effects = units["predicted_effect"].to_numpy()
    n = len(units)
    slopes = np.linalg.solve(
        z.T @ z + 0.1 * n * np.eye(2), z.T @ (effects - effects.mean())
    )
    np.testing.assert_allclose(line["coefficient"], slopes)
    np.testing.assert_allclose(line["covariate_mean"], x.mean(axis=0))
    np.testing.assert_allclose(line["covariate_std_dev"], x.std(axis=0))
    np.testing.assert_allclose(line["intercept"], effects.mean())


@pytest.mark.parametrize("fit", ["tree", "line"])
def test_designs_stand_alone_and_order_of_rows_changes_nothing(fit):
    def surrogate(units):
        if fit == "tree":
            return fit_effect_tree(units, **TREE)
        return fit_effect_line(units, covariates=COVARIATES)

    first, second = simulated_units(), simulated_units(300, 9).assign(design="second")
    both = pd.concat([first, second]).sample(frac=1, random_state=1)
    alone = pd.concat([surrogate(second), surrogate(first)], ignore_index=True)
    pd.testing.assert_frame_equal(surrogate(both), alone)


@pytest.mark.parametrize("fit", ["tree", "line"])
def test_only_fit_units_are_learnt_from(fit):
    units = simulated_units().assign(is_fit_unit=True)
    strangers = simulated_units(50, 11).assign(
        household_id=range(1000, 1050), predicted_effect=1e4, is_fit_unit=False
    )
    both = pd.concat([units, strangers])
    if fit == "tree":
        own, all_units = (fit_effect_tree(u, **TREE) for u in (units, both))
    else:
        own, all_units = (
            fit_effect_line(u, covariates=COVARIATES) for u in (units, both)
        )
    pd.testing.assert_frame_equal(own, all_units)


def test_nobody_gives_typed_tables_without_rows():
    nobody = simulated_units().head(0)
    tree = fit_effect_tree(nobody, **TREE)
    line = fit_effect_line(nobody, covariates=COVARIATES)
    assert tree.empty
    assert line.empty
    for told in (tree, line, fit_effect_tree(simulated_units(1), **TREE)):
        types = duckdb.from_df(told).types
        assert set(types) <= {"VARCHAR", "BIGINT", "DOUBLE"}
        assert types[told.columns.get_loc("covariate")] == "VARCHAR"


def test_malformed_units_are_refused():
    units = simulated_units()
    with pytest.raises(ValueError, match="NULL or NaN values in"):
        fit_effect_tree(units.assign(predicted_effect=np.nan), **TREE)
    with pytest.raises(ValueError, match="repeats a row"):
        fit_effect_line(pd.concat([units, units]), covariates=COVARIATES)
    with pytest.raises(ValueError, match="lacks the columns"):
        fit_effect_line(units, covariates=["absent"])
