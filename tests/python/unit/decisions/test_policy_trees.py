"""Trees that say whom to target."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from retail_uplift.decisions.policy_trees import (
    ALL_FOLDS,
    DEPTHS,
    N_CUTS,
    TreeSettings,
    exact_tree,
    fit_policy_trees,
)

COST = 10.0
SETTINGS = TreeSettings(seed=1, max_depth=2, min_leaf_share=0.05, min_propensity=0.01)
COVARIATES = ["spend", "visits", "constant"]


def targets_of(nodes, targets, x) -> np.ndarray:
    """Say for each row whether the tree targets it."""
    found = []
    for row in x:
        node = 0
        while nodes.children_left[node] >= 0:
            goes_left = row[nodes.feature[node]] <= nodes.threshold[node]
            node = (nodes.children_left if goes_left else nodes.children_right)[node]
        found.append(targets[node])
    return np.array(found)


def value_of(tree, x, profits) -> float:
    nodes, targets, _ = tree
    return float(profits[targets_of(nodes, targets, x) == 1].sum())


def best_value(x, profits, min_leaf) -> float:
    """Try every tree of two levels: an independent, slow search."""

    def splits(rows):
        for column in range(x.shape[1]):
            for cut in np.unique(x[rows, column])[:-1]:
                low = x[rows, column] <= cut
                if min(low.sum(), (~low).sum()) >= min_leaf:
                    yield rows[low], rows[~low]

    def earned(rows):
        return max(profits[rows].sum(), 0.0)

    def best_child(rows):
        pairs = [earned(low) + earned(high) for low, high in splits(rows)]
        return max([earned(rows), *pairs])

    rows = np.arange(len(x))
    pairs = [best_child(low) + best_child(high) for low, high in splits(rows)]
    return max([earned(rows), *pairs])


def test_the_exact_tree_finds_a_corner_that_no_single_split_shows():
    # Worth targeting where both are high or both are low: each split alone earns 0.
    x = np.array(list(product([0.0, 1.0], [0.0, 1.0]))).repeat(5, axis=0)
    profits = np.where(x[:, 0] == x[:, 1], 4.0, -4.0)
    tree = exact_tree(x, profits, 1)
    assert value_of(tree, x, profits) == 40.0
    nodes, targets, _ = tree
    assert targets_of(nodes, targets, x).tolist() == (profits > 0).astype(int).tolist()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("min_leaf", [1, 4])
def test_no_tree_of_two_levels_earns_more_than_the_exact_one(seed: int, min_leaf: int):
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=30), rng.integers(0, 4, size=30)])
    profits = rng.normal(size=30)
    tree = exact_tree(x, profits, min_leaf)
    assert value_of(tree, x, profits) == pytest.approx(best_value(x, profits, min_leaf))
    nodes, targets, _ = tree
    # Leaves are as large as asked for.
    assert targets.shape == (7,)
    for column, cut in [(nodes.feature[0], nodes.threshold[0])]:
        if column >= 0:
            low = (x[:, column] <= cut).sum()
            assert min(low, len(x) - low) >= min_leaf


def test_a_split_that_earns_nothing_more_is_left_out():
    x = np.arange(10.0)[:, None]
    nodes, targets, _ = exact_tree(x, np.full(10, 3.0), 1)
    assert nodes.children_left[0] == -1
    assert targets[0] == 1
    nodes, targets, _ = exact_tree(x, np.full(10, -3.0), 1)
    assert nodes.children_left[0] == -1
    assert targets[0] == 0


def test_many_values_are_cut_at_quantiles():
    x = np.arange(1_000.0)[:, None]
    profits = np.where(x[:, 0] < 500, -1.0, 1.0)
    tree = exact_tree(x, profits, 1)
    # A cut lies within a step of the best one.
    assert value_of(tree, x, profits) >= 500 - 1_000 / N_CUTS


def simulated_units(n: int = 400, seed: int = 3) -> pd.DataFrame:
    """Return units whose effect is 100 dollars where spend is above 50, else 0."""
    rng = np.random.default_rng(seed)
    spend = rng.uniform(0, 100, n).round(2)
    treated = rng.integers(0, 2, n)
    effect = np.where(spend > 50, 100.0, 0.0)
    outcome = spend + treated * effect + rng.normal(0, 10, n)
    # The doubly robust score with the true nuisances.
    mean = spend + treated * effect
    score = effect + (2 * treated - 1) * 2 * (outcome - mean)
    return pd.DataFrame(
        {
            "design": "d",
            "campaign_id": 1,
            "household_id": np.arange(n),
            "split_id": 1,
            "fold": np.arange(n) % 3 + 1,
            "is_treated": treated,
            "outcome_value": outcome,
            "dr_score": score,
            "spend": spend,
            "visits": rng.integers(0, 9, n),
            "constant": 7.0,
            "margin": 0.5,
            "cost_per_contact": COST,
        }
    )


def fit(units: pd.DataFrame, **changes) -> pd.DataFrame:
    arguments = {"covariates": COVARIATES, "settings": SETTINGS}
    return fit_policy_trees(units, **arguments | changes)


@pytest.fixture(scope="module")
def rules() -> pd.DataFrame:
    return fit(simulated_units())


def decide(rules: pd.DataFrame, units: pd.DataFrame) -> pd.Series:
    """Apply the leaves of one tree, as the SQL does."""
    decision = pd.Series(-1, index=units.index)
    for _, leaf in rules.groupby("leaf_id"):
        met = pd.Series(True, index=units.index)
        for row in leaf.dropna(subset="covariate").itertuples():
            low = units[row.covariate] <= row.threshold
            met &= low if row.operator == "<=" else ~low
        assert (decision[met] == -1).all()
        decision[met] = leaf["is_target"].iloc[0]
    assert (decision >= 0).all()
    return decision


@pytest.mark.parametrize(
    "policy", ["exact_tree", "rule_tree", "policy_tree", "dr_policy_tree"]
)
def test_every_tree_finds_who_responds(rules: pd.DataFrame, policy: str):
    units = simulated_units()
    assert set(rules["covariate"].dropna()) <= {"spend", "visits"}
    for fold in (ALL_FOLDS, 1, 2, 3):
        own = rules[(rules["policy"] == policy) & (rules["fold"] == fold)]
        agrees = decide(own, units) == (units["spend"] > 50)
        assert agrees.mean() > 0.95
        sizes = own.drop_duplicates("leaf_id")["n_units"]
        assert sizes.sum() == (units["fold"] != fold).sum()


def test_trees_of_several_depths_have_as_many_conditions(rules: pd.DataFrame):
    units = simulated_units()
    for depth in DEPTHS:
        own = rules[rules["policy"] == f"rule_tree_{depth}"]
        assert set(own["fold"]) == {ALL_FOLDS, 1, 2, 3}
        assert own["position"].max() <= depth
        whole = own[own["fold"] == ALL_FOLDS]
        assert (decide(whole, units) == (units["spend"] > 50)).mean() > 0.95
    names = ["fold", "leaf_id", "position", "threshold", "is_target"]
    two, configured = (
        rules.loc[rules["policy"] == name, names].reset_index(drop=True)
        for name in ("rule_tree_2", "rule_tree")
    )
    assert two.equals(configured)


def test_a_tree_never_learns_from_the_fold_that_it_grades(rules: pd.DataFrame):
    units = simulated_units()
    changed = units.copy()
    own = changed["fold"] == 2
    changed.loc[own, ["dr_score", "outcome_value", "spend"]] = -999.0
    keys = ["policy", "leaf_id", "position"]
    first, second = (
        frame.set_index(["fold", *keys]) for frame in (rules, fit(changed))
    )
    assert first.loc[2].equals(second.loc[2])
    assert not first.loc[1].equals(second.loc[1])


def test_where_nobody_is_worth_a_contact_nobody_is_targeted():
    units = simulated_units()
    units["outcome_value"] -= units["is_treated"] * (units["spend"] > 50) * 100.0
    units["dr_score"] -= (units["spend"] > 50) * 100.0
    rules = fit(units.assign(cost_per_contact=40.0))
    assert rules["is_target"].eq(0).all()


def test_who_costs_more_than_they_bring_is_not_targeted():
    units = simulated_units()
    # A response is worth 50 dollars to the retailer.
    is_cheap = (units["spend"] > 50) & (units["visits"] < 5)
    dear = units.assign(cost_per_contact=np.where(is_cheap, COST, 90.0))
    rules = fit(dear)
    for policy in ("exact_tree", "policy_tree", "dr_policy_tree"):
        own = rules[(rules["policy"] == policy) & (rules["fold"] == ALL_FOLDS)]
        assert (decide(own, units) == is_cheap).mean() > 0.95, policy


def test_leaves_are_ordered_by_what_a_contact_earns_there(rules: pd.DataFrame):
    for _, own in rules.groupby(["fold", "policy"]):
        profits = own.drop_duplicates("leaf_id")["mean_profit"]
        assert profits.is_monotonic_increasing


def test_units_that_are_scored_only_teach_nothing(rules: pd.DataFrame):
    units = simulated_units()
    others = simulated_units(60, seed=4).assign(
        household_id=range(10_000, 10_060), dr_score=1e6
    )
    both = pd.concat(
        [units.assign(is_fit_unit=True), others.assign(is_fit_unit=False)],
        ignore_index=True,
    )
    pd.testing.assert_frame_equal(fit(both), rules)


def test_the_rules_depend_on_neither_row_order_nor_processes(rules: pd.DataFrame):
    shuffled = simulated_units().sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(fit(shuffled, n_jobs=2), rules)


def test_without_a_covariate_that_varies_a_tree_has_one_leaf():
    rules = fit(simulated_units(), covariates=["constant"])
    assert len(rules) == 4 * (4 + len(DEPTHS))
    assert rules["covariate"].isna().all()
    assert rules["leaf_id"].eq(1).all()


def test_no_units_give_no_rules():
    rules = fit(simulated_units().iloc[:0])
    assert rules.empty
    assert rules["threshold"].dtype == "float64"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_depth": 0}, "max_depth is 0"),
        ({"min_leaf_share": 0.0}, "min_leaf_share is 0.0"),
        ({"min_leaf_share": 0.6}, "min_leaf_share is 0.6"),
    ],
)
def test_settings_out_of_range_are_errors(changes: dict, message: str):
    settings = TreeSettings(**{**vars(SETTINGS), **changes})
    with pytest.raises(ValueError, match=message):
        fit(simulated_units(), settings=settings)


def test_two_folds_are_too_few():
    units = simulated_units().assign(fold=lambda frame: frame["household_id"] % 2 + 1)
    with pytest.raises(ValueError, match=r"need 3 folds or more.*: there are 2"):
        fit(units)
