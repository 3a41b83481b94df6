"""Grades replicates with the project's own compiled SQL, many in one pass.

The estimators under audit are the dbt models between the trial units and
`int_effect_medians`, or other targets. Their list and order come from dbt's manifest,
so an estimator that is added to them is audited, too. They run in a scratch database in
which the units, folds and fits are those of the replicates: column `design` carries
design, world and replicate, and every model treats designs apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from retail_uplift.auditing.replicates import OUTCOME, Sample
from retail_uplift.effects.stacking import WEIGHT_TYPES
from retail_uplift.frames import RULE_TYPES, UNIT_KEYS, empty_frame

TARGET = "int_effect_medians"
UNITS = "int_estimation_units"
FOLDS = "int_folds"
PROPENSITIES = "py_propensity"
OUTCOME_MEANS = "py_outcome_means"
RESIDUALS = "py_linear_residuals"
EFFECTS = "py_causal_forest"
LEARNERS = "py_cate_learners"
STACK = "py_stack_weights"
TREES = "py_policy_trees"
EXCLUDED = "int_excluded_units"
MATCHES = "int_expected_matches"
# The tables that a replicate replaces. Its arms are drawn, so no rule excludes anybody.
REPLACED = (UNITS, FOLDS, PROPENSITIES, OUTCOME_MEANS, RESIDUALS, EXCLUDED)
GATES = "int_gate_verdicts"
# Where the target grades predicted effects, too. Arms that are drawn pass the gates.
REPLACED_WITH_EFFECTS = (*REPLACED, EFFECTS, LEARNERS, STACK, TREES, MATCHES, GATES)
# Why a design has no comparison is said of the build's own households: replicates read
# this table as the build left it.
KEPT = ("int_design_obstacles",)

EXPECTED_MATCH_TYPES = {
    "design": "str",
    "split_id": "int64",
    "campaign_id": "int64",
    "household_id": "int64",
    "common_cost": "float64",
    "coupon_match": "float64",
    "expected_match": "float64",
}
ESTIMATE_COLUMNS = (
    "estimand",
    "estimator",
    "estimate",
    "std_error",
    "ci_lower",
    "ci_upper",
    "p_value",
    "is_headline",
)


@dataclass(frozen=True)
class Step:
    """One dbt model: the quoted name of its table and its compiled SQL."""

    name: str
    relation: str
    sql: str


@dataclass(frozen=True)
class Plan:
    """What has to run to get from replicates to estimates.

    Attributes
    ----------
    database : str
        Name of the database in the compiled SQL.
    replaced : dict of str to str
        Quoted table by the name of what replicates replace.
    context : dict of str to str
        Quoted table by the name of the other models that the steps read.
    steps : tuple of Step
        In an order in which each finds its inputs.
    meta : dict of str to dict
        `config: meta:` of each model of the project, by name.
    """

    database: str
    replaced: dict[str, str]
    context: dict[str, str]
    steps: tuple[Step, ...]
    meta: dict[str, dict[str, Any]]

    @property
    def outcomes(self) -> list[str]:
        """Outcomes of the build."""
        return self.meta[OUTCOME_MEANS]["outcomes"]


def plan_from_manifest(
    manifest: Mapping[str, Any],
    *,
    targets: Sequence[str] = (TARGET,),
    replaced: Sequence[str] = REPLACED,
) -> Plan:
    """List the models between the replaced tables and the targets.

    Parameters
    ----------
    manifest : mapping
        dbt's manifest.json, with the compiled SQL of those models.
    targets : sequence of str
        Names of the models that are wanted.
    replaced : sequence of str
        `REPLACED` or `REPLACED_WITH_EFFECTS`.

    Raises
    ------
    ValueError
        If a model is missing, not compiled, or a Python model that cannot be replayed.
    """
    nodes = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    keys = {node["name"]: key for key, node in nodes.items()}
    missing = [name for name in (*replaced, *targets) if name not in keys]
    if missing:
        raise ValueError(f"The project has no model {', '.join(missing)}.")
    parents = {
        key: {
            parent
            for parent in node.get("depends_on", {}).get("nodes", [])
            if parent in nodes
        }
        for key, node in nodes.items()
    }
    order = list(TopologicalSorter(parents).static_order())
    replaced_keys = {keys[name] for name in replaced}
    downstream = set(replaced_keys)
    kept_keys = {keys[name] for name in KEPT if name in keys}
    for key in order:
        if key not in kept_keys and parents[key] & downstream:
            downstream.add(key)
    upstream = {keys[name] for name in targets}
    for key in reversed(order):
        if key in upstream - replaced_keys - kept_keys:
            upstream |= parents[key]
    inner = [key for key in order if key in (upstream & downstream) - replaced_keys]
    context = {parent for key in inner for parent in parents[key]} - downstream
    return Plan(
        database=nodes[keys[targets[0]]]["database"],
        replaced={name: nodes[keys[name]]["relation_name"] for name in replaced},
        context={nodes[k]["name"]: nodes[k]["relation_name"] for k in sorted(context)},
        steps=tuple(
            _step(nodes[key])
            for key in inner
            # It stands as a CTE in the SQL of the models that read it.
            if nodes[key]["config"].get("materialized") != "ephemeral"
        ),
        meta={node["name"]: node["config"].get("meta", {}) for node in nodes.values()},
    )


def _step(node: Mapping[str, Any]) -> Step:
    """Return the step of one model."""
    if node["language"] != "sql":
        raise ValueError(f"{node['name']} is not SQL: it cannot be audited.")
    if not node.get("compiled_code"):
        raise ValueError(f"{node['name']} is not compiled.")
    return Step(node["name"], node["relation_name"], node["compiled_code"])


def check_context(context: Mapping[str, pd.DataFrame]) -> None:
    """Check that the tables that no replicate replaces say nothing of its households.

    Parameters
    ----------
    context : mapping of str to DataFrame
        Content of the tables of `Plan.context`.

    Raises
    ------
    ValueError
        If one of them has a household: those of a replicate are new.
    """
    for name, frame in context.items():
        if "household_id" in frame.columns:
            raise ValueError(
                f"An estimator reads households from {name} and not from {UNITS}: "
                "it cannot be audited."
            )


def grade(
    plan: Plan, context: Mapping[str, pd.DataFrame], samples: Sequence[Sample]
) -> pd.DataFrame:
    """Estimate the effects in each sample with the project's SQL.

    Parameters
    ----------
    plan : Plan
    context : mapping of str to DataFrame
        Content of the tables of `plan.context`. Where it has a design, each replicate
        of the design finds its rows.
    samples : sequence of Sample, at least one
        Fitted samples; the estimates of one do not depend on the others.

    Returns
    -------
    DataFrame
        `design`, `world`, `replicate`, the columns of the estimate, `truth` (true
        effect on the population), `n_units`; one row per sample and estimate.

    Raises
    ------
    ValueError
        If the truth of an estimand is not known.
    """
    truths = pd.DataFrame(
        [
            {"sample": _label(sample), "estimand": estimand, "truth": truth}
            for sample in samples
            for estimand, truth in sample.truths.items()
        ]
    )
    (estimates,) = run_plan(plan, context, samples, [TARGET])
    estimates = estimates[estimates["outcome"] == OUTCOME]
    graded = estimates.merge(truths, on=["sample", "estimand"], how="left")
    unknown = graded.loc[graded["truth"].isna(), "estimand"].unique()
    if len(unknown):
        raise ValueError(
            f"The true effect of estimand {', '.join(sorted(unknown))} is not known: "
            "add it to true_effects in retail_uplift.auditing.replicates."
        )
    position = {_label(sample): k for k, sample in enumerate(samples)}
    graded = graded.sort_values(
        ["sample", "estimand", "estimator"],
        key=lambda column: column.map(position) if column.name == "sample" else column,
        ignore_index=True,
    )
    columns = ["design", "world", "replicate", *ESTIMATE_COLUMNS, "truth", "n_units"]
    return graded[columns]


def run_plan(
    plan: Plan,
    context: Mapping[str, pd.DataFrame],
    samples: Sequence[Sample],
    wanted: Sequence[str],
) -> list[pd.DataFrame]:
    """Run the project's SQL on samples.

    Parameters
    ----------
    plan, context, samples
        As in `grade`.
    wanted : sequence of str
        Names of steps of the plan that have a column `design`.

    Returns
    -------
    list of DataFrame
        The table of each wanted step, with `design`, `world`, `replicate` and `n_units`
        of its sample, and with `sample`, which names the sample.

    Raises
    ------
    ValueError
        If the plan replaces a table that a sample does not have.
    """
    keys = pd.DataFrame(
        {
            "sample": [_label(sample) for sample in samples],
            "design": [sample.design for sample in samples],
            "world": [sample.world for sample in samples],
            "replicate": [sample.replicate for sample in samples],
            "n_units": [len(sample.units) for sample in samples],
        }
    )
    tables = _replicate_tables(plan, context, samples)
    return [
        keys.merge(frame.rename(columns={"design": "sample"}), on="sample")
        for frame in run_steps(plan, tables, wanted)
    ]


def failed_replicates(samples: Sequence[Sample]) -> pd.DataFrame:
    """Return `design`, `world`, `replicate`, `n_units`, `failure` of failed samples."""
    return pd.DataFrame(
        [(s.design, s.world, s.replicate, len(s.units), s.failure) for s in samples],
        columns=["design", "world", "replicate", "n_units", "failure"],
    )


def _label(sample: Sample) -> str:
    """Return the design under which the SQL sees the sample."""
    return f"{sample.design}/{sample.world}/{sample.replicate}"


def _replicate_tables(
    plan: Plan, context: Mapping[str, pd.DataFrame], samples: Sequence[Sample]
) -> dict[str, pd.DataFrame]:
    """Stack the tables of all samples: quoted table -> rows."""
    stacks: dict[str, list[pd.DataFrame]] = {name: [] for name in plan.replaced}
    n_households = 0
    for sample in samples:
        frames = {
            # NULL: the outcomes that are not simulated must not be graded.
            UNITS: sample.units.assign(
                **dict.fromkeys(set(plan.outcomes) - {OUTCOME}, np.nan)
            ),
            FOLDS: sample.folds,
            PROPENSITIES: sample.propensities,
            OUTCOME_MEANS: sample.outcome_means,
            RESIDUALS: sample.residuals,
            EXCLUDED: sample.units[list(UNIT_KEYS)].iloc[:0],
        }
        if EFFECTS in plan.replaced:
            if sample.effects is None:
                raise ValueError(f"{_label(sample)} has no predicted effects.")
            frames[EFFECTS] = sample.effects
            frames[LEARNERS] = _learner_effects(sample)
            # Replicates race without a stack.
            frames[STACK] = empty_frame(WEIGHT_TYPES)
            frames[TREES] = _policy_rules(sample)
            # Nor have they coupons: a contact costs the same for all.
            frames[MATCHES] = empty_frame(EXPECTED_MATCH_TYPES)
            frames[GATES] = _passed_gates()
        for name, frame in frames.items():
            # Folds have no design, so each replicate needs households of its own.
            moved = frame.copy()
            if "household_id" in moved:
                moved["household_id"] += n_households
            if name != FOLDS:
                moved["design"] = _label(sample)
            stacks[name].append(moved)
        n_households += int(sample.folds["household_id"].max())
    tables = {
        plan.replaced[name]: pd.concat(frames, ignore_index=True)
        for name, frames in stacks.items()
    }
    designs = pd.DataFrame(
        {
            "design": [sample.design for sample in samples],
            "sample": [_label(sample) for sample in samples],
        }
    )
    for name, frame in context.items():
        if "design" in frame.columns:
            frame = frame.merge(designs, on="design")
            frame = frame.assign(design=frame["sample"]).drop(columns="sample")
        tables[plan.context[name]] = frame
    return tables


def _passed_gates() -> pd.DataFrame:
    """Return what the gates say of each estimand: that all are passed."""
    gates = ["overlap", "balance", "placebo", "interference", "size"]
    passed = dict.fromkeys(
        [*(f"{gate}_gate" for gate in gates), "gate_status"], "passed"
    )
    estimands = pd.DataFrame({"estimand": ["ATE", "ATT", "ATO"]})
    return estimands.assign(estimator="AIPW", **passed, reason="Drawn.")


def _learner_effects(sample: Sample) -> pd.DataFrame:
    """Return the effects by the other learners; without any, a table without rows."""
    if sample.learner_effects is not None:
        return sample.learner_effects
    return sample.effects.assign(learner="none").iloc[:0]


def _policy_rules(sample: Sample) -> pd.DataFrame:
    """Return the leaves of the policy trees; without any, a table without rows."""
    if sample.policy_rules is not None:
        return sample.policy_rules
    return empty_frame(RULE_TYPES)


def run_steps(
    plan: Plan, tables: Mapping[str, pd.DataFrame], wanted: Sequence[str]
) -> list[pd.DataFrame]:
    """Run the steps in a database of their own.

    Parameters
    ----------
    plan : Plan
    tables : mapping of str to DataFrame
        Rows by quoted table, of all that the plan replaces or finds as context.
    wanted : sequence of str
        Names of steps of the plan.

    Returns
    -------
    list of DataFrame
        The table of each wanted step.
    """
    steps = {step.name: step for step in plan.steps}
    relations = [*tables, *(step.relation for step in plan.steps)]
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as \"{plan.database}\"")
        for schema in {relation.rpartition(".")[0] for relation in relations}:
            connection.execute(f"create schema if not exists {schema}")
        for relation, frame in tables.items():
            connection.register("replicate_rows", frame)
            connection.execute(f"create table {relation} as from replicate_rows")
        for step in plan.steps:
            connection.execute(f"create table {step.relation} as {step.sql}")
        return [connection.sql(f"from {steps[name].relation}").df() for name in wanted]
