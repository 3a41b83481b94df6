"""Small models that repeat predicted effects in terms that can be read.

A shallow tree gives rules, a straight line what each covariate adds. Both are fitted on
the predictions of another model and so describe that model, not what causes effects.
Campaigns are not among the covariates.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.tree import DecisionTreeRegressor

from retail_uplift._one_thread import one_thread
from retail_uplift.effects._tree_rules import leaf_conditions
from retail_uplift.frames import FIT_UNIT, UNIT_KEYS, numeric_matrix, sort_by_key

PREDICTION = "predicted_effect"
KEYS = (*UNIT_KEYS, "outcome")
# Times the number of units: correlated covariates share a slope instead of taking
# opposite ones that nearly cancel.
RIDGE_SHARE = 0.1


def fit_effect_tree(
    units: pd.DataFrame,
    *,
    covariates: Sequence[str],
    max_depth: int,
    min_leaf_share: float,
    seed: int,
) -> pd.DataFrame:
    """Return the conditions of a tree's leaves, by design and outcome.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, `outcome`, with
        `predicted_effect` and numeric covariates. Where it has `is_fit_unit` (boolean),
        the tree learns from those units alone. May have no rows.
    covariates : sequence of str
    max_depth : int
        Most conditions of a leaf.
    min_leaf_share : float
        Least share of the units in a leaf, above 0 to 0.5.
    seed : int

    Returns
    -------
    DataFrame
        `design`, `outcome`, `leaf_id` (1 has the least predicted effect), `position` (1
        is the root's condition), `covariate`, `operator` (`<=` or `>`), `threshold`,
        `leaf_effect` (mean prediction of the leaf, in units of the outcome); ordered by
        the first four. A tree without a split has one leaf, one row and NULL condition.
        A threshold is the shortest number that parts the units as the tree does.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated or a value not finite.
    """
    columns = {
        "design": "str",
        "outcome": "str",
        "leaf_id": "int64",
        "position": "int64",
        "covariate": "str",
        "operator": "str",
        "threshold": "float64",
        "leaf_effect": "float64",
    }
    rows: list[tuple] = []
    for design, outcome, names, varying, effects in _targets(units, covariates):
        # A tree needs a column, if only one that it cannot split.
        x = varying if names else np.zeros((len(effects), 1))
        tree = DecisionTreeRegressor(
            max_depth=max_depth,
            min_samples_leaf=max(1, int(np.ceil(min_leaf_share * len(x)))),
            random_state=seed,
        ).fit(x, effects)
        leaves = sorted(
            (
                (float(tree.tree_.value[node, 0, 0]), conditions)
                for node, _, conditions in leaf_conditions(
                    tree.tree_, names, x, dtype=np.float32
                )
            ),
            key=lambda leaf: leaf[0],
        )
        for leaf_id, (effect, conditions) in enumerate(leaves, start=1):
            rows += [
                (design, outcome, leaf_id, position, *condition, effect)
                for position, condition in enumerate(
                    conditions or [(None, None, np.nan)], start=1
                )
            ]
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def fit_effect_line(units: pd.DataFrame, *, covariates: Sequence[str]) -> pd.DataFrame:
    """Return what a standard deviation of each covariate adds to the predicted effect.

    Parameters
    ----------
    units, covariates
        As in `fit_effect_tree`.

    Returns
    -------
    DataFrame
        `design`, `outcome`, `covariate`, `coefficient` (units of the outcome per
        standard deviation, others given), `covariate_mean`, `covariate_std_dev` (of the
        units learnt from), `intercept` (mean prediction of these); ordered by the first
        three. From a ridge regression with penalty `RIDGE_SHARE` times the units. A
        covariate that does not vary in the design has no row.

    Raises
    ------
    ValueError
        As in `fit_effect_tree`.
    """
    columns = {
        "design": "str",
        "outcome": "str",
        "covariate": "str",
        "coefficient": "float64",
        "covariate_mean": "float64",
        "covariate_std_dev": "float64",
        "intercept": "float64",
    }
    rows: list[tuple] = []
    with one_thread():
        for design, outcome, names, x, effects in _targets(units, covariates):
            if not names:
                continue
            means, spreads = x.mean(axis=0), x.std(axis=0)
            fit = Ridge(alpha=RIDGE_SHARE * len(x), solver="cholesky").fit(
                (x - means) / spreads, effects
            )
            rows += [
                (design, outcome, *row, fit.intercept_)
                for row in zip(names, fit.coef_, means, spreads, strict=True)
            ]
    frame = pd.DataFrame(rows, columns=list(columns)).astype(columns)
    return frame.sort_values(["design", "outcome", "covariate"], ignore_index=True)


def _targets(
    units: pd.DataFrame, covariates: Sequence[str]
) -> list[tuple[str, str, list[str], np.ndarray, np.ndarray]]:
    """Return design, outcome, varying covariates, their matrix and the predictions."""
    if units.empty:
        return []
    units = sort_by_key(units, KEYS, "units")
    if FIT_UNIT in units.columns:
        units = units[units[FIT_UNIT].astype(bool)]
    targets = []
    for (design, outcome), own in units.groupby(["design", "outcome"], sort=True):
        x = numeric_matrix(own, covariates, "units")
        varies = np.ptp(x, axis=0) > 0
        names = [name for name, kept in zip(covariates, varies, strict=True) if kept]
        effects = numeric_matrix(own, [PREDICTION], "units")[:, 0]
        targets.append((design, outcome, names, x[:, varies], effects))
    return targets
