"""A shallow tree of who is sent a campaign, in terms that can be read.

Its leaves are where to look for rules of targeting: groups that are never, or always,
sent the campaign. Whether a leaf is one must be counted on other households than those
that the tree learnt from.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier

from retail_uplift.effects._tree_rules import leaf_conditions
from retail_uplift.frames import (
    FIT_UNIT,
    TREATMENT,
    UNIT_KEYS,
    check_columns,
    numeric_matrix,
    sort_by_key,
)


def fit_sending_tree(
    units: pd.DataFrame,
    *,
    covariates: Sequence[str],
    max_depth: int,
    min_leaf_units: int,
    seed: int,
) -> pd.DataFrame:
    """Return the conditions of the leaves of each design's tree.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, with `is_treated` (0/1),
        `is_fit_unit` (boolean: the units that the tree learns from) and numeric
        covariates. May have no rows. All units weigh the same.
    covariates : sequence of str
        Known at time zero. Those that do not vary among the units learnt from are left
        out.
    max_depth : int
        Most conditions of a leaf.
    min_leaf_units : int
        Least number of units learnt from in a leaf.
    seed : int
        Settles ties between covariates that split alike.

    Returns
    -------
    DataFrame
        `design`, `leaf_id` (1 has the smallest share of units that were sent the
        campaign), `position` (1 is the root's condition), `covariate`, `operator` (`<=`
        or `>`), `threshold`; ordered by the first three. A tree without a split has one
        leaf, one row and NULL condition. A threshold is the shortest number that parts
        the units learnt from as the tree does.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated or a value not finite.

    Notes
    -----
    Splits minimise the entropy of the arms, which values a leaf with one arm alone more
    than the Gini index does.
    """
    columns = {
        "design": "str",
        "leaf_id": "int64",
        "position": "int64",
        "covariate": "str",
        "operator": "str",
        "threshold": "float64",
    }
    rows: list[tuple] = []
    for design, own in _learnt_from(units):
        x = numeric_matrix(own, covariates, "units")
        sent = numeric_matrix(own, [TREATMENT], "units")[:, 0]
        varies = np.ptp(x, axis=0) > 0
        names = [name for name, kept in zip(covariates, varies, strict=True) if kept]
        # A tree needs a column, if only one that it cannot split.
        x = x[:, varies] if names else np.zeros((len(sent), 1))
        tree = DecisionTreeClassifier(
            criterion="entropy",
            max_depth=max_depth,
            min_samples_leaf=min_leaf_units,
            random_state=seed,
        ).fit(x, sent)
        leaves = [
            (float(sent[reached].mean()), conditions)
            for _, reached, conditions in leaf_conditions(
                tree.tree_, names, x, dtype=np.float32
            )
        ]
        leaves.sort(key=lambda leaf: leaf[0])
        for leaf_id, (_, conditions) in enumerate(leaves, start=1):
            rows += [
                (design, leaf_id, position, *condition)
                for position, condition in enumerate(
                    conditions or [(None, None, np.nan)], start=1
                )
            ]
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _learnt_from(units: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return each design with the units that its tree learns from, in key order."""
    if units.empty:
        return []
    check_columns(units, [FIT_UNIT], "units")
    units = sort_by_key(units, UNIT_KEYS, "units")
    units = units[units[FIT_UNIT].astype(bool)]
    return [(str(design), own) for design, own in units.groupby("design", sort=True)]
