"""Tests of the tree of who is sent a campaign, against scikit-learn and by hand."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.tree import DecisionTreeClassifier

from retail_uplift.effects.sending_tree import fit_sending_tree

COVARIATES = ["spend", "visits"]
TREE = {"covariates": COVARIATES, "max_depth": 3, "min_leaf_units": 50, "seed": 1}


def simulated_units(n_units: int = 1_000, seed: int = 5) -> pd.DataFrame:
    """Return units of which those with more than three visits are never sent.

    Households have one to three units each, and half of them are learnt from.
    """
    rng = np.random.default_rng(seed)
    household = np.sort(rng.integers(0, n_units // 2, n_units))
    visits = rng.integers(0, 7, n_units)
    return pd.DataFrame(
        {
            "design": "trial",
            "campaign_id": np.arange(n_units),
            "household_id": household,
            "is_treated": (rng.random(n_units) < 0.4) & (visits <= 3),
            "is_fit_unit": household % 2 == 0,
            "spend": rng.gamma(2.0, 100.0, n_units),
            "visits": visits,
        }
    ).astype({"is_treated": int})


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


def test_a_trait_that_excludes_comes_back_as_the_first_leaf():
    conditions = fit_sending_tree(simulated_units(), **TREE)
    first = conditions[conditions["leaf_id"] == 1]
    assert first[["position", "covariate", "operator", "threshold"]].to_numpy(
        dtype=object
    ).tolist() == [[1, "visits", ">", 3.0]]


@pytest.mark.parametrize("seed", range(5))
def test_conditions_part_units_as_the_tree_does(seed: int):
    units = simulated_units(seed=seed)
    conditions = fit_sending_tree(units, **TREE)
    learnt = units[units["is_fit_unit"]]
    x = learnt[COVARIATES].to_numpy(dtype=float)
    tree = DecisionTreeClassifier(
        criterion="entropy", max_depth=3, min_samples_leaf=50, random_state=1
    ).fit(x, learnt["is_treated"])
    leaves = leaves_of(conditions, learnt)
    pairs = pd.DataFrame({"own": leaves, "sklearn": tree.apply(x)}).drop_duplicates()
    assert len(pairs) == tree.get_n_leaves() == conditions["leaf_id"].nunique() > 2
    shares = learnt.groupby(leaves)["is_treated"].mean()
    assert shares.is_monotonic_increasing
    assert np.bincount(leaves)[1:].min() >= 50
    # The others meet one leaf each, too.
    leaves_of(conditions, units)


def test_only_fit_units_are_learnt_from():
    units = simulated_units()
    changed = units.assign(
        is_treated=units["is_treated"].where(units["is_fit_unit"], 1),
        spend=units["spend"].where(units["is_fit_unit"], 1e6),
    )
    pd.testing.assert_frame_equal(
        fit_sending_tree(units, **TREE), fit_sending_tree(changed, **TREE)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"is_treated": 1},
        {"is_treated": 0},
        {"spend": 1.0, "visits": 2},
        # Half of a design of 75 units in each arm: no two leaves of 50.
        {"is_fit_unit": np.arange(1_000) < 75},
    ],
)
def test_what_cannot_be_parted_is_one_leaf_without_a_condition(change):
    row = fit_sending_tree(simulated_units().assign(**change), **TREE)
    assert row[["design", "leaf_id", "position"]].to_numpy(dtype=object).tolist() == [
        ["trial", 1, 1]
    ]
    assert row[["covariate", "operator", "threshold"]].isna().all(axis=None)


def test_designs_stand_alone_and_order_of_rows_changes_nothing():
    first, second = simulated_units(), simulated_units(600, 9).assign(design="second")
    both = pd.concat([first, second]).sample(frac=1, random_state=1)
    alone = [fit_sending_tree(units, **TREE) for units in (second, first)]
    pd.testing.assert_frame_equal(
        fit_sending_tree(both, **TREE), pd.concat(alone, ignore_index=True)
    )


def test_nobody_gives_a_typed_table_without_rows():
    nobody = fit_sending_tree(simulated_units().head(0), **TREE)
    assert nobody.empty
    whole = fit_sending_tree(simulated_units().assign(is_treated=1), **TREE)
    for told in (nobody, whole):
        types = duckdb.from_df(told).types
        assert set(types) <= {"VARCHAR", "BIGINT", "DOUBLE"}
        assert types[told.columns.get_loc("covariate")] == "VARCHAR"


def test_malformed_units_are_refused():
    units = simulated_units()
    with pytest.raises(ValueError, match="NULL or NaN values in"):
        fit_sending_tree(units.assign(spend=np.nan), **TREE)
    with pytest.raises(ValueError, match="repeats a row"):
        fit_sending_tree(pd.concat([units, units]), **TREE)
    with pytest.raises(ValueError, match="lacks the columns"):
        fit_sending_tree(units.drop(columns="is_fit_unit"), **TREE)
