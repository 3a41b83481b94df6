"""Conditions of the leaves of binary decision trees, in numbers that can be read."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

Condition = tuple[str, str, float]


class TreeNodes(Protocol):
    """The arrays in which scikit-learn and econml keep a tree, one entry per node.

    Attributes
    ----------
    children_left, children_right : ndarray of int
        The node's children; the same number, -1, in a leaf.
    feature : ndarray of int
        Column that the node splits.
    threshold : ndarray of float
        Rows at most this go left.
    """

    children_left: np.ndarray
    children_right: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray


def leaf_conditions(
    nodes: TreeNodes, names: Sequence[str], x: np.ndarray, *, dtype: type = np.float64
) -> list[tuple[int, np.ndarray, list[Condition]]]:
    """List the leaves of a tree with the rows that reach them and what leads there.

    Parameters
    ----------
    nodes : TreeNodes
    names : sequence of str, length p
        Name of each column.
    x : ndarray, shape (n, p)
        Rows that reach every leaf. A threshold becomes the shortest number that parts
        them as the tree does.
    dtype : type
        What the tree compares: scikit-learn rounds rows to single precision.

    Returns
    -------
    list of (int, ndarray of int, list of (str, str, float))
        Number of the leaf's node, its rows in `x`, and its conditions from the root:
        column, operator (`<=` or `>`) and threshold.
    """
    leaves = []
    waiting: list[tuple[int, np.ndarray, list[Condition]]] = [
        (0, np.arange(len(x)), [])
    ]
    while waiting:
        node, rows, conditions = waiting.pop()
        left, right = nodes.children_left[node], nodes.children_right[node]
        if left == right:
            leaves.append((node, rows, conditions))
            continue
        name = names[nodes.feature[node]]
        values = x[rows, nodes.feature[node]]
        goes_left = values.astype(dtype) <= nodes.threshold[node]
        threshold = shortest_between(
            values[goes_left].max(), values[~goes_left].min(), nodes.threshold[node]
        )
        waiting.append((left, rows[goes_left], [*conditions, (name, "<=", threshold)]))
        waiting.append((right, rows[~goes_left], [*conditions, (name, ">", threshold)]))
    return leaves


def shortest_between(low: float, high: float, middle: float) -> float:
    """Return the number of fewest decimals in [low, high), nearest to `middle`."""
    for decimals in range(-3, 16):
        scale = 10.0**decimals
        for number in (round(middle, decimals), np.floor(middle * scale) / scale):
            if low <= number < high:
                return float(number)
    return float(low)
