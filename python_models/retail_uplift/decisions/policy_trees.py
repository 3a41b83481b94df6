"""Shallow trees that say in words whom to target, learnt from doubly robust scores.

All maximise profit: margin times effect, less what a contact costs. A tree that grades
a household never saw its fold, and neither did any prediction that the tree learnt
from; the scores of its training units come from nuisances that may have seen it, to
which they are insensitive in first order (Athey and Wager 2021, Econometrica 89(1)).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from econml.policy import DRPolicyTree, PolicyTree
from joblib import Parallel, delayed
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.tree import DecisionTreeRegressor

from retail_uplift._one_thread import one_thread
from retail_uplift.effects._tree_rules import TreeNodes, leaf_conditions
from retail_uplift.effects.nuisance import BOOSTING
from retail_uplift.frames import (
    FIT_UNIT,
    RULE_TYPES,
    TREATMENT,
    UNIT_KEYS,
    empty_frame,
    numeric_matrix,
    sort_by_key,
)

MIN_FOLDS = 3
# The fold of the trees that learn from all units.
ALL_FOLDS = 0
# Most conditions of the trees that show what depth is worth: one tree for each.
DEPTHS = (1, 2, 3, 4, 6)
# Cut points per covariate of the exact tree: quantiles, or all values if there are few.
N_CUTS = 64


@dataclass(frozen=True)
class TreeSettings:
    """Seed and sizes of the trees (see `fit_policy_trees`)."""

    seed: int
    max_depth: int
    min_leaf_share: float
    min_propensity: float

    def min_leaf(self, n_units: int) -> int:
        """Return the least number of units in a leaf."""
        return max(1, int(np.ceil(self.min_leaf_share * n_units)))


@dataclass(frozen=True)
class Nodes:
    """A tree as arrays, as in `TreeNodes`."""

    children_left: np.ndarray
    children_right: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray


@dataclass(frozen=True)
class _Units:
    """The fit units of one design and split as arrays, in the order of their key."""

    x: np.ndarray
    names: list[str]
    folds: np.ndarray
    scores: np.ndarray
    treated: np.ndarray
    outcomes: np.ndarray
    margins: np.ndarray
    costs: np.ndarray


def fit_policy_trees(
    units: pd.DataFrame,
    *,
    covariates: Sequence[str],
    settings: TreeSettings,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Return the leaves of policy trees per design, split and fold.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, `split_id`, with `fold` (1,
        2, ...; whole households), `is_treated` (0/1), `outcome_value`, `dr_score`
        (dollars of sales), `margin` (dollars of profit per dollar of sales),
        `cost_per_contact` (dollars that a contact is expected to cost) and numeric
        covariates. Where it has `is_fit_unit` (boolean), trees learn from those units
        alone. May have no rows.
    covariates : sequence of str
        Known at time zero. Those that do not vary in a design are left out.
    settings : TreeSettings
        `max_depth` (most conditions of a leaf; the exact tree has at most two),
        `min_leaf_share` (least share of the units in a leaf, above 0 to 0.5),
        `min_propensity` (clips the propensities of `dr_policy_tree`), `seed`.
    n_jobs : int
        Folds fitted at the same time, in processes of their own.

    Returns
    -------
    DataFrame
        `design`, `split_id`, `fold` (which the tree has not seen; 0: it learnt from all
        units), `policy`, `leaf_id` (1 has the least profit), `position` (1 is the
        root's condition), `covariate`, `operator` (`<=` or `>`), `threshold`,
        `is_target` (1 if the policy targets the leaf), `n_units` and `mean_profit`
        (units learnt from and mean profit of a contact among them, in dollars); ordered
        by the first six. A tree without a split has one leaf, one row and NULL
        condition.

        `exact_tree`: best two-level tree on profits (`exact_tree`). `rule_tree`:
        regression tree of predicted profits, which targets leaves above 0; with one
        margin for all it splits as one of predicted effects.
        `rule_tree_1` and so on are the same with the depths of `DEPTHS`.
        `policy_tree`: econml's PolicyTree on predicted profits. `dr_policy_tree`:
        econml's DRPolicyTree on outcomes with the cost of the contact inside, on
        nuisances of its own. Predicted effects are boosted trees of the doubly robust
        scores, each unit's from the other training folds.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated, a value not finite, a setting out of
        range, or there are fewer than `MIN_FOLDS` folds.

    References
    ----------
    Athey and Wager (2021), Econometrica 89(1); Zhou, Athey and Wager (2023),
    Operations Research 71(1), for the exact search.
    """
    if settings.max_depth < 1:
        raise ValueError(f"max_depth is {settings.max_depth}, not 1 or more.")
    if not 0 < settings.min_leaf_share <= 0.5:
        raise ValueError(
            f"min_leaf_share is {settings.min_leaf_share}, not in (0, 0.5]."
        )
    if units.empty:
        return empty_frame(RULE_TYPES)
    units = sort_by_key(units, (*UNIT_KEYS, "split_id"), "units")
    if units["fold"].nunique() < MIN_FOLDS:
        raise ValueError(
            f"Policy trees need {MIN_FOLDS} folds or more, one to grade and two to "
            f"predict each other's effects: there are {units['fold'].nunique()}."
        )
    if FIT_UNIT in units.columns:
        units = units[units[FIT_UNIT].astype(bool)]
    tasks = [
        (design, split_id, _as_arrays(own, covariates))
        for (design, split_id), own in units.groupby(["design", "split_id"], sort=True)
    ]
    trees = Parallel(n_jobs=n_jobs)(
        delayed(_fold_rules)(own, fold, settings)
        for _, _, own in tasks
        for fold in [ALL_FOLDS, *np.unique(own.folds)]
    )
    names = [
        (design, split_id)
        for design, split_id, own in tasks
        for _ in range(1 + len(np.unique(own.folds)))
    ]
    frame = pd.concat(
        [
            rules.assign(design=design, split_id=split_id)
            for (design, split_id), rules in zip(names, trees, strict=True)
        ],
        ignore_index=True,
    )
    return (
        frame[list(RULE_TYPES)]
        .astype(RULE_TYPES)
        .sort_values(list(RULE_TYPES)[:6], ignore_index=True)
    )


def _as_arrays(own: pd.DataFrame, covariates: Sequence[str]) -> _Units:
    """Return the units of a design and split as arrays."""
    x = numeric_matrix(own, covariates, "units")
    money = ["dr_score", "outcome_value", "margin", "cost_per_contact"]
    scores, outcomes, margins, costs = numeric_matrix(own, money, "units").T
    treated, folds = numeric_matrix(own, [TREATMENT, "fold"], "units").T
    varies = np.ptp(x, axis=0) > 0
    names = [name for name, kept in zip(covariates, varies, strict=True) if kept]
    return _Units(
        x[:, varies],
        names,
        folds.astype(int),
        scores,
        treated == 1,
        outcomes,
        margins,
        costs,
    )


def _fold_rules(units: _Units, fold: int, settings: TreeSettings) -> pd.DataFrame:
    """Fit the trees on the units outside a fold."""
    rows = np.flatnonzero(units.folds != fold)
    x = units.x[rows]
    margins, costs = units.margins[rows], units.costs[rows]
    profits = margins * units.scores[rows] - costs
    if not units.names:
        # A tree needs a column, if only one that it cannot split.
        x = np.zeros((len(rows), 1))
    with one_thread():
        effects = _cross_fit_effects(
            x, units.scores[rows], units.folds[rows], settings.seed
        )
        predicted = margins * effects - costs
        trees = {
            "exact_tree": exact_tree(x, profits, settings.min_leaf(len(rows))),
            "rule_tree": _rule_tree(x, predicted, settings, settings.max_depth),
            **{
                f"rule_tree_{depth}": _rule_tree(x, predicted, settings, depth)
                for depth in DEPTHS
            },
            "policy_tree": _policy_tree(x, predicted, settings),
            "dr_policy_tree": _dr_policy_tree(
                x,
                margins * units.outcomes[rows] - costs * units.treated[rows],
                units.treated[rows],
                units.folds[rows],
                settings,
            ),
        }
    frames = []
    for policy, (nodes, targets, dtype) in trees.items():
        leaves = [
            (float(profits[reached].mean()), len(reached), targets[node], conditions)
            for node, reached, conditions in leaf_conditions(
                nodes, units.names, x, dtype=dtype
            )
        ]
        leaves.sort(key=lambda leaf: leaf[0])
        frames.append(
            pd.DataFrame(
                [
                    (policy, leaf_id, position, *condition, target, n_units, profit)
                    for leaf_id, (profit, n_units, target, conditions) in enumerate(
                        leaves, start=1
                    )
                    for position, condition in enumerate(
                        conditions or [(None, None, np.nan)], start=1
                    )
                ],
                columns=list(RULE_TYPES)[3:],
            )
        )
    return pd.concat(frames, ignore_index=True).assign(fold=fold)


def _cross_fit_effects(
    x: np.ndarray, scores: np.ndarray, folds: np.ndarray, seed: int
) -> np.ndarray:
    """Predict each unit's effect from the scores of the other folds: the DR-learner.

    Source: Kennedy (2023), Electronic Journal of Statistics 17(2).
    """
    effects = np.empty(len(x))
    for fold in np.unique(folds):
        own = folds == fold
        model = HistGradientBoostingRegressor(**BOOSTING, random_state=seed)
        effects[own] = model.fit(x[~own], scores[~own]).predict(x[own])
    return effects


Tree = tuple[TreeNodes, np.ndarray, type]


def _rule_tree(
    x: np.ndarray, predicted: np.ndarray, settings: TreeSettings, max_depth: int
) -> Tree:
    """Return a regression tree of predicted profits; leaves above 0 are targets."""
    tree = DecisionTreeRegressor(
        max_depth=max_depth,
        min_samples_leaf=settings.min_leaf(len(x)),
        random_state=settings.seed,
    ).fit(x, predicted)
    return tree.tree_, (tree.tree_.value[:, 0, 0] > 0).astype(int), np.float32


def _policy_tree(x: np.ndarray, predicted: np.ndarray, settings: TreeSettings) -> Tree:
    """Return econml's tree on the predicted profits of nothing and of a contact."""
    tree = PolicyTree(
        max_depth=settings.max_depth,
        min_samples_leaf=settings.min_leaf(len(x)),
        random_state=settings.seed,
    ).fit(x, np.column_stack([np.zeros(len(x)), predicted]))
    return tree.tree_, _best_arms(tree), np.float64


def _dr_policy_tree(
    x: np.ndarray,
    profits: np.ndarray,
    treated: np.ndarray,
    folds: np.ndarray,
    settings: TreeSettings,
) -> Tree:
    """Return econml's tree on doubly robust profits of its own."""
    tree = DRPolicyTree(
        model_regression=HistGradientBoostingRegressor(
            **BOOSTING, random_state=settings.seed
        ),
        model_propensity=HistGradientBoostingClassifier(
            **BOOSTING, random_state=settings.seed
        ),
        min_propensity=settings.min_propensity,
        cv=[
            (np.flatnonzero(folds != fold), np.flatnonzero(folds == fold))
            for fold in np.unique(folds)
        ],
        max_depth=settings.max_depth,
        min_samples_leaf=settings.min_leaf(len(x)),
        random_state=settings.seed,
    ).fit(profits, treated.astype(int), X=x)
    return tree.policy_model_.tree_, _best_arms(tree.policy_model_), np.float64


def _best_arms(tree: PolicyTree) -> np.ndarray:
    """Return the arm of most value in each node: 1 to contact, 0 not to; ties to 0."""
    values = tree.tree_.value.reshape(tree.tree_.node_count, -1)
    return np.argmax(values, axis=1)


def exact_tree(x: np.ndarray, profits: np.ndarray, min_leaf: int) -> Tree:
    """Return the best tree of at most two levels for targeting units with a profit.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    profits : ndarray, shape (n,)
        Profit of targeting a unit; not targeting it earns 0.
    min_leaf : int
        Least number of units in a leaf.

    Returns
    -------
    nodes : Nodes
    targets : ndarray of int
        1 for the nodes whose units earn more than 0 together.
    dtype : type
        What the tree compares.

    Notes
    -----
    No tree of `x <= cut` conditions earns more on these units, for cuts between
    neighbouring values of a column or, where it has more than `N_CUTS` of those, its
    quantiles. A split that earns nothing more is left out.
    """
    cuts = [_cut_points(column) for column in x.T]
    codes = [
        np.searchsorted(own, column, side="left")
        for own, column in zip(cuts, x.T, strict=True)
    ]
    # Sums of the same profits in another order differ by less: of trees as good as each
    # other the smaller wins, then the first.
    rounding = 1e-9 * np.abs(profits).sum()
    best_value, splits = max(profits.sum(), 0.0), {}
    for root in range(len(cuts)):
        left, right = _best_sides(codes, cuts, root, profits, min_leaf, rounding)
        values = left.value + right.value
        for cut in np.flatnonzero(values > best_value + rounding):
            if values[cut] > best_value + rounding:
                best_value = values[cut]
                splits = {0: (root, cuts[root][cut])}
                for node, side in ((1, left), (2, right)):
                    column = side.column[cut]
                    if column >= 0:
                        splits[node] = (column, cuts[column][side.cut[cut]])
    return _as_tree(x, profits, splits)


def _cut_points(column: np.ndarray) -> np.ndarray:
    """Return where a column may be split: the values at which the left side ends."""
    values = np.unique(column)
    if len(values) <= N_CUTS + 1:
        return values[:-1]
    shares = np.arange(1, N_CUTS + 1) / (N_CUTS + 1)
    cuts = np.unique(np.quantile(column, shares, method="lower"))
    return cuts[cuts < values[-1]]


@dataclass
class _Side:
    """The best child of one side of each cut of a root: one entry per cut.

    Attributes
    ----------
    value : ndarray of float
        Profit of targeting its leaves that earn something; -inf if a leaf is too small.
    column : ndarray of int
        Column that splits the side; -1 for none.
    cut : ndarray of int
        Number of the column's cut point.
    """

    value: np.ndarray
    column: np.ndarray
    cut: np.ndarray


def _best_sides(
    codes: list[np.ndarray],
    cuts: list[np.ndarray],
    root: int,
    profits: np.ndarray,
    min_leaf: int,
    rounding: float,
) -> tuple[_Side, _Side]:
    """Return the best left and right side of every cut of a root column.

    Sums over the cells of two columns, run up along both, hold the profit of every pair
    of cuts.
    """
    n_cuts = len(cuts[root])
    sides = tuple(
        _Side(np.empty(n_cuts), np.full(n_cuts, -1), np.zeros(n_cuts, dtype=int))
        for _ in range(2)
    )
    for column in [-1, *(j for j, own in enumerate(cuts) if len(own))]:
        # Column -1 leaves the side whole.
        own = np.zeros(len(profits), dtype=int) if column < 0 else codes[column]
        width = 1 if column < 0 else len(cuts[column]) + 1
        cells = codes[root] * width + own
        n_cells = (n_cuts + 1) * width
        sums, counts = (
            np.bincount(cells, weights=weights, minlength=n_cells)
            .reshape(n_cuts + 1, width)
            .cumsum(axis=0)
            .cumsum(axis=1)
            for weights in (profits, None)
        )
        tops = (sums[:-1], counts[:-1])
        bottoms = (sums[-1] - sums[:-1], counts[-1] - counts[:-1])
        for side, (sum_to, count_to) in zip(sides, (tops, bottoms), strict=True):
            total, count = sum_to[:, -1:], count_to[:, -1:]
            if column < 0:
                side.value[:] = np.where(
                    count[:, 0] >= min_leaf, np.maximum(total[:, 0], 0), -np.inf
                )
                continue
            low, n_low = sum_to[:, :-1], count_to[:, :-1]
            values = np.maximum(low, 0) + np.maximum(total - low, 0)
            values[(n_low < min_leaf) | (count - n_low < min_leaf)] = -np.inf
            cut = values.argmax(axis=1)
            value = np.take_along_axis(values, cut[:, None], axis=1)[:, 0]
            better = value > side.value + rounding
            side.value[better] = value[better]
            side.column[better] = column
            side.cut[better] = cut[better]
    return sides


def _as_tree(
    x: np.ndarray, profits: np.ndarray, splits: dict[int, tuple[int, float]]
) -> Tree:
    """Lay a tree out as arrays: nodes 0, its children 1 and 2, theirs 3 to 6."""
    left, right, feature = (np.full(7, -1) for _ in range(3))
    threshold = np.full(7, np.nan)
    targets = np.zeros(7, dtype=int)
    rows = {0: np.arange(len(x))}
    for node in range(7):
        if node not in rows:
            continue
        targets[node] = profits[rows[node]].sum() > 0
        if node in splits:
            feature[node], threshold[node] = splits[node]
            left[node], right[node] = 2 * node + 1, 2 * node + 2
            goes_left = x[rows[node], feature[node]] <= threshold[node]
            rows[left[node]] = rows[node][goes_left]
            rows[right[node]] = rows[node][~goes_left]
    return Nodes(left, right, feature, threshold), targets, np.float64
