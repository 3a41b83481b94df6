"""The causal graph and the designs agree on what is adjusted for, and what is not."""

import csv
from itertools import combinations

import pytest
from dbt_process import REPOSITORY

SEEDS = REPOSITORY / "seeds" / "effects"
SENT, PURCHASES = "sent the campaign", "purchases after"


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KINDS = {row["node"]: row["kind"] for row in rows("causal_nodes")}
EDGES = {(row["cause"], row["effect"]): row["handling"] for row in rows("causal_edges")}
BEFORE = {row["node"] for row in rows("causal_nodes") if row["layer"] == "2"}


def ancestors(nodes: set[str], edges: set[tuple[str, str]]) -> set[str]:
    """The nodes and whatever acts on them."""
    found = set(nodes)
    while more := {a for a, b in edges if b in found} - found:
        found |= more
    return found


def is_separated(given: set[str], edges: set[tuple[str, str]]) -> bool:
    """Whether treatment and outcome are d-separated (Lauritzen et al. 1990)."""
    kept = ancestors({SENT, PURCHASES} | given, edges)
    kept_edges = {(a, b) for a, b in edges if {a, b} <= kept}
    links = {frozenset(edge) for edge in kept_edges}
    for node in kept:  # parents of one child are married
        parents = sorted(a for a, b in kept_edges if b == node)
        links |= {frozenset(pair) for pair in combinations(parents, 2)}
    reached = {SENT}
    while more := {
        node for link in links if link & reached for node in link - reached - given
    }:
        reached |= more
    return PURCHASES not in reached


def without(hidden: set[str]) -> set[tuple[str, str]]:
    """The arrows of back doors alone: none leaves the treatment, none a hidden node."""
    return {(a, b) for a, b in EDGES if a != SENT and a not in hidden}


def test_the_graph_has_no_circle_and_no_idle_node():
    used = {node for edge in EDGES for node in edge}
    assert used == set(KINDS)
    for node in KINDS:
        causes = {a for a, b in EDGES if b == node}
        assert node not in ancestors(causes, set(EDGES))


def test_the_covariates_close_every_back_door_but_those_of_hidden_confounders():
    hidden = {
        node
        for node, kind in KINDS.items()
        if kind == "unmeasured" and {(node, SENT), (node, PURCHASES)} <= set(EDGES)
    }
    assert hidden == {"the store's own strategy", "e-mail and other channels"}
    assert is_separated(BEFORE, without(hidden))
    for node in hidden:
        assert not is_separated(BEFORE, without(hidden - {node}))


@pytest.mark.parametrize("node", ["visits before", "campaigns before", "spend before"])
def test_a_covariate_less_opens_a_back_door(node):
    hidden = {name for name, kind in KINDS.items() if kind == "unmeasured"}
    assert not is_separated(BEFORE - {node}, without(hidden))


def test_what_is_not_measured_is_never_said_to_be_adjusted_for():
    for (cause, _), handling in EDGES.items():
        if KINDS[cause] == "unmeasured":
            assert handling.startswith(("cannot be adjusted for", "seen through"))
        else:
            assert "cannot" not in handling


def test_every_group_of_covariates_stands_in_the_graph():
    groups = {row["covariate_group"] for row in rows("covariates")}
    assert {row["covariate_group"] for row in rows("causal_nodes")} - {""} == groups
