"""The audit's replicates are what they claim, and the project's own SQL grades them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from dbt_runner import REPOSITORY
from shared import NO_HOLDOUT_SPLITS, estimators_without_a_draw, main_designs

from retail_uplift.auditing import audit, grading, store
from retail_uplift.auditing.grading import Plan, grade, plan_from_manifest
from retail_uplift.auditing.replicates import (
    FitSettings,
    Population,
    Sample,
    build_populations,
    draw_folds,
    draw_households,
    draw_sample,
    draw_untreated_outcomes,
    true_effects,
    world_effects,
)

FAST = FitSettings(
    n_folds=3,
    n_splits=1,
    covariates=("frequency", "x"),
    propensity_seed=1,
    outcome_seed=1,
    fast=True,
)


def unit_rows(**columns: Any) -> pd.DataFrame:
    """Return rows of int_estimation_units, one household each unless told otherwise."""
    n_units = len(next(iter(columns.values())))
    defaults = {
        "design": "trial",
        "campaign_id": 1,
        "household_id": np.arange(101, 101 + n_units),
        "is_treated": 0,
        "frequency": 1,
        "x": 0.0,
        "purchase_amount": 0.0,
        "purchase_count": 1.0,
        "is_main_design": True,
    }
    return pd.DataFrame(defaults | columns, index=range(n_units))


def population_of(units: pd.DataFrame, propensity: Any, mu0: Any) -> Population:
    n_units = len(units)
    return Population(
        design="trial",
        units=units,
        propensity=np.broadcast_to(np.asarray(propensity, dtype=float), n_units),
        mu0=np.broadcast_to(np.asarray(mu0, dtype=float), n_units),
    )


@pytest.fixture(scope="module")
def confounded() -> Population:
    """500 households whose chance of treatment grows with what they spend anyway."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=500)
    propensity = 1 / (1 + np.exp(-0.8 * x))
    mu0 = 200 + 40 * x
    return population_of(
        unit_rows(
            x=x,
            frequency=rng.poisson(np.exp(2 + 0.3 * x)),
            is_treated=(rng.random(500) < propensity).astype(int),
            purchase_amount=mu0 + rng.normal(scale=30, size=500),
        ),
        propensity,
        mu0,
    )


def draw(population: Population, world: str, replicate: int, **changes: Any) -> Sample:
    arguments = {"effect": 40.0, "seed": 5, "settings": FAST} | changes
    return draw_sample(population, world, replicate, **arguments)


# --- worlds and truths -------------------------------------------------------------


@pytest.mark.parametrize(
    ("world", "moderator", "expected"),
    [
        ("null", [4, 1, 3, 2], [0, 0, 0, 0]),
        ("constant", [4, 1, 3, 2], [10, 10, 10, 10]),
        # z = -3/4, -1/4, 1/4, 3/4 in the order of the ranks.
        ("heterogeneous", [7, 1, 3, 2], [25, -5, 15, 5]),
        # Both pairs share their mean rank: z = -1/2 and 1/2.
        ("heterogeneous", [6, 6, 9, 9], [0, 0, 20, 20]),
    ],
)
def test_worlds_impose_the_stated_effects(world, moderator, expected):
    effects = world_effects(world, np.array(moderator), 10.0)
    np.testing.assert_allclose(effects, expected, rtol=0, atol=1e-12)


def test_heterogeneous_effects_keep_their_mean_and_a_quarter_is_negative():
    effects = world_effects("heterogeneous", np.arange(2000)[::-1], 42.0)
    assert effects.mean() == pytest.approx(42.0)
    assert (effects < 0).mean() == 0.25
    assert effects.min() > -42.0
    assert effects.max() < 3 * 42.0


def test_an_unknown_world_is_an_error():
    with pytest.raises(ValueError, match="world is 'flat', expected one of null,"):
        world_effects("flat", np.arange(3), 1.0)


def test_truths_weigh_units_as_the_estimand_says():
    truths = true_effects(np.array([0.0, 10.0]), np.array([0.2, 0.5]))
    # ATT 5 / 0.7; ATO 0.25 * 10 / (0.16 + 0.25).
    att = 50 / 7
    assert truths == pytest.approx(
        {
            "ATE": 5.0,
            "ATT": att,
            "ATO": 250 / 41,
            "ATT of the matched": att,
            "naive": att,
            "variance-weighted": 250 / 41,
        }
    )


# --- draws -------------------------------------------------------------------------


def test_households_move_whole_and_get_new_ids():
    households = np.array([10, 10, 20, 30, 30, 30])
    rows_of = {(0, 1), (2,), (3, 4, 5)}
    seen = set()
    for seed in range(30):
        rows, new_ids = draw_households(households, np.random.default_rng(seed))
        assert list(np.unique(new_ids)) == [1, 2, 3]
        groups = [tuple(rows[new_ids == i]) for i in (1, 2, 3)]
        assert set(groups) <= rows_of
        seen.add(len(set(groups)))
    # With replacement: some draws hold one household twice or three times.
    assert seen == {1, 2, 3}


def test_every_household_is_drawn_equally_often():
    households = np.repeat(np.arange(50), 2)
    rng = np.random.default_rng(1)
    rows = np.concatenate([draw_households(households, rng)[0] for _ in range(400)])
    counts = np.bincount(rows, minlength=100)
    # Binomial(400 * 50, 1 / 50): mean 400, standard deviation 19.8.
    assert np.abs(counts - 400).max() < 4.5 * 19.8


def test_residuals_come_from_controls_with_a_similar_mean():
    # Pools of two controls: mu0 0 and 10, 20 and 30, ...; residuals 5, 6, 7, ...
    mu0 = np.arange(20) * 10.0
    controls = unit_rows(purchase_amount=mu0 + np.arange(20) + 5)
    treated = unit_rows(purchase_amount=np.full(4, 1e9), is_treated=1)
    population = population_of(
        pd.concat([controls, treated], ignore_index=True),
        0.5,
        np.concatenate([mu0, [-100.0, 15.0, 20.0, 999.0]]),
    )
    for row, donors, level in (
        (3, {7, 8}, 30),
        (20, {0}, 0),  # 5 or 6 above -100: cut at 0.
        (21, {5, 6}, 15),
        (22, {7, 8}, 20),
        (23, {23, 24}, 999),
    ):
        drawn = draw_untreated_outcomes(
            population, np.full(50, row), np.random.default_rng(row)
        )
        assert set(drawn - level) == donors


def test_folds_are_dealt_evenly_and_anew_in_each_split():
    folds = draw_folds(11, 3, 2, np.random.default_rng(1))
    assert list(folds.columns) == ["household_id", "split_id", "fold"]
    for _, split in folds.groupby("split_id"):
        assert list(split["household_id"]) == list(range(1, 12))
        assert sorted(split["fold"].value_counts()) == [3, 4, 4]
    first, second = (split["fold"].to_list() for _, split in folds.groupby("split_id"))
    assert first != second


def test_outcomes_are_the_untreated_ones_plus_the_effect_of_the_treated():
    # Every control spends its mean of 50, so the untreated outcome is 50.
    units = unit_rows(frequency=np.arange(40), purchase_amount=np.full(40, 50.0))
    sample = draw(population_of(units, 0.5, 50.0), "heterogeneous", 1)
    effects = world_effects("heterogeneous", np.arange(40), 40.0)
    expected = 50.0 + sample.units["is_treated"] * effects[sample.units["frequency"]]
    np.testing.assert_allclose(sample.units["purchase_amount"], expected)
    assert set(sample.units["is_treated"]) == {0, 1}


def test_the_arm_is_drawn_from_the_propensity():
    units = unit_rows(frequency=np.arange(40))
    propensity = np.where(np.arange(40) < 15, 1e-12, 1 - 1e-12)
    sample = draw(population_of(units, propensity, 0.0), "null", 1)
    expected = (sample.units["frequency"] >= 15).astype(int)
    assert sample.units["is_treated"].to_list() == expected.to_list()


def test_a_sample_too_small_to_fit_says_so():
    sample = draw(population_of(unit_rows(frequency=[3] * 40), 0.5, 0.0), "null", 1)
    assert "households to learn from; 60 are needed" in sample.failure
    failed = grading.failed_replicates([sample])
    assert failed.to_dict("records") == [
        {
            "design": "trial",
            "world": "null",
            "replicate": 1,
            "n_units": 40,
            "failure": sample.failure,
        }
    ]


def test_a_sample_depends_on_its_name_alone(confounded: Population):
    first = draw(confounded, "null", 2)
    draw(confounded, "null", 1)
    again = draw(confounded, "null", 2)
    for name in ("units", "folds", "propensities", "outcome_means", "residuals"):
        pd.testing.assert_frame_equal(
            getattr(first, name), getattr(again, name), check_exact=True
        )
    others = [
        draw(confounded, "null", 3),
        draw(confounded, "constant", 2),
        draw(confounded, "null", 2, seed=6),
        draw(replace(confounded, design="other"), "null", 2),
    ]
    for other in others:
        assert other.units["x"].to_list() != first.units["x"].to_list()


def test_populations_are_the_designs_of_the_build():
    units = unit_rows(frequency=np.arange(24), design=["b", "a"] * 12)
    nuisances = units[["design", "campaign_id", "household_id"]].assign(
        propensity=np.arange(24) / 24, mu0=np.arange(24.0)
    )
    shuffled = nuisances.sample(frac=1, random_state=1)
    first, second = build_populations(units.iloc[::-1], shuffled)
    assert (first.design, second.design) == ("a", "b")
    assert list(first.units.columns) == list(units.columns)
    np.testing.assert_array_equal(first.units["frequency"], np.arange(1, 24, 2))
    np.testing.assert_array_equal(first.mu0, np.arange(1, 24, 2))
    np.testing.assert_allclose(first.propensity, np.arange(1, 24, 2) / 24)
    with pytest.raises(ValueError, match="no propensity or outcome mean"):
        build_populations(units, nuisances.iloc[1:])
    with pytest.raises(ValueError, match="Design a has too few controls"):
        build_populations(units.assign(is_treated=1), nuisances)


# --- the plan ----------------------------------------------------------------------


def node(name: str, parents: list[str], **changes: Any) -> tuple[str, dict[str, Any]]:
    config = {"materialized": "table", "meta": changes.pop("meta", {})}
    config["materialized"] = changes.pop("materialized", "table")
    return f"model.{name}", {
        "name": name,
        "resource_type": "model",
        "language": "sql",
        "database": "shop",
        "relation_name": f'"shop"."tables"."{name}"',
        "compiled_code": "select 1",
        "depends_on": {"nodes": [f"model.{parent}" for parent in parents]},
        "config": config,
    } | changes


def manifest_of(*extra: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    outcomes = {"outcomes": ["purchase_amount", "purchase_count"]}
    nodes = [
        node("int_raw", []),
        node("int_cautions", ["int_raw"]),
        node("int_estimation_units", ["int_raw"]),
        node("int_folds", ["int_raw"]),
        node("py_propensity", ["int_estimation_units", "int_folds"], language="python"),
        node("py_outcome_means", ["int_estimation_units"], meta=outcomes),
        node("py_linear_residuals", ["int_estimation_units"], language="python"),
        node("int_excluded_units", ["int_estimation_units"]),
        node("int_scores", ["py_propensity", "py_outcome_means"]),
        node("fct_unrelated", ["int_scores"]),
        node("int_effect_medians", ["int_scores", "int_cautions"]),
    ]
    return {"nodes": dict([*nodes, *extra])}


def test_the_plan_is_what_lies_between_the_units_and_the_estimates():
    plan = plan_from_manifest(manifest_of())
    assert [step.name for step in plan.steps] == ["int_scores", "int_effect_medians"]
    assert plan.context == {"int_cautions": '"shop"."tables"."int_cautions"'}
    assert set(plan.replaced) == set(grading.REPLACED)
    assert plan.outcomes == ["purchase_amount", "purchase_count"]


def test_an_estimator_that_is_added_is_planned_without_a_word():
    plan = plan_from_manifest(
        manifest_of(
            node("int_matches", ["int_inline"]),
            node("int_inline", ["int_estimation_units"], materialized="ephemeral"),
            node("int_effect_medians", ["int_matches", "int_scores"]),
        )
    )
    names = [step.name for step in plan.steps]
    assert names[-1] == "int_effect_medians"
    assert set(names[:-1]) == {"int_matches", "int_scores"}
    assert plan.context == {}


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (node("int_scores", ["int_folds"], language="python"), "int_scores is not SQL"),
        (node("int_scores", ["int_folds"], compiled_code=None), "is not compiled"),
        (node("int_folds", [], resource_type="test"), "no model int_folds"),
    ],
)
def test_a_plan_that_cannot_be_run_is_an_error(extra, message):
    with pytest.raises(ValueError, match=message):
        plan_from_manifest(manifest_of(extra))


def test_an_estimator_must_not_read_households_from_elsewhere():
    grading.check_context({"int_cautions": pd.DataFrame({"design": ["d"]})})
    with pytest.raises(ValueError, match="reads households from int_visits"):
        grading.check_context({"int_visits": pd.DataFrame({"household_id": [1]})})


# --- the scratch database ----------------------------------------------------------

# Counts the units that find their fold, and the values of the other outcome.
TOY_SQL = """
    select
        units.design, outcomes.outcome, 'ATE' as estimand, 'toy' as estimator,
        count(folds.fold) as estimate, count(units.purchase_count) as std_error,
        max(cautions.level) as ci_lower, 0 as ci_upper, 0 as p_value,
        true as is_headline
    from "shop"."tables"."int_estimation_units" as units
    inner join "shop"."tables"."int_folds" as folds using (household_id)
    left join "shop"."tables"."int_cautions" as cautions using (design)
    cross join (values ('purchase_amount'), ('purchase_count')) as outcomes(outcome)
    group by all
"""


def test_replicates_share_a_pass_but_neither_households_nor_designs(
    confounded: Population,
):
    toy = node("int_effect_medians", ["int_folds", "int_cautions"])
    toy[1]["compiled_code"] = TOY_SQL
    plan = plan_from_manifest(manifest_of(toy))
    other = replace(confounded, design="other")
    samples = [draw(p, "null", k) for p in (confounded, other) for k in (1, 2)]
    context = {"int_cautions": pd.DataFrame({"design": ["trial"], "level": [7.0]})}
    graded = grade(plan, context, samples)
    assert graded["design"].to_list() == ["trial", "trial", "other", "other"]
    assert graded["replicate"].to_list() == [1, 2, 1, 2]
    assert set(graded["estimate"]) == {500}
    assert set(graded["std_error"]) == {0}
    assert graded["ci_lower"].fillna(-1).to_list() == [7.0, 7.0, -1, -1]


# --- the project's own SQL ---------------------------------------------------------


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """The estimators of this project, compiled by dbt."""
    folder = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(REPOSITORY)
        patch.setenv("DBT_PROFILES_DIR", str(REPOSITORY))
        patch.setenv("DBT_TARGET_PATH", str(folder))
        patch.setenv("DBT_LOG_PATH", str(folder))
        dbt = audit.Dbt(folder / "retail_uplift.duckdb", {})
        yield plan_from_manifest(dbt.compile_estimators())


# What the estimators read that no replicate replaces.
CONTEXT = {
    "estimators": pd.read_csv(REPOSITORY / "seeds/effects/estimators.csv"),
    "int_designs": main_designs("trial"),
    "int_holdout_splits": NO_HOLDOUT_SPLITS,
}
ESTIMATE = ["estimand", "estimator"]
ESTIMATORS = {
    (row.estimand, row.estimator) for row in estimators_without_a_draw().itertuples()
}


def test_the_plan_of_the_project_runs_from_scores_to_estimates(plan: Plan):
    names = [step.name for step in plan.steps]
    assert names.index("int_dr_scores") < names.index("int_effect_influences")
    assert names[-1] == "int_effect_medians"
    assert set(plan.context) == set(CONTEXT)


@pytest.fixture(scope="module")
def samples(confounded: Population) -> list[Sample]:
    """Sixty replicates of a constant effect of 40."""
    return [draw(confounded, "constant", replicate) for replicate in range(1, 61)]


@pytest.fixture(scope="module")
def graded(plan: Plan, samples: list[Sample]) -> pd.DataFrame:
    """What the project's estimators say of them, in one pass."""
    return grade(plan, CONTEXT, samples)


def test_every_estimator_is_graded_once_per_replicate(graded: pd.DataFrame):
    counts = graded.groupby(ESTIMATE)["replicate"].agg(["size", "nunique"])
    assert (counts == 60).all(axis=None)
    assert set(counts.index) == ESTIMATORS
    assert graded.groupby("replicate")["is_headline"].sum().eq(1).all()
    assert set(graded["n_units"]) == {500}
    np.testing.assert_allclose(graded["truth"], 40.0)


def test_estimates_are_those_of_the_replicates_own_scores(
    samples: list[Sample], graded: pd.DataFrame
):
    keys = ["design", "campaign_id", "household_id"]
    for sample in samples[:3]:
        units = sample.units.merge(sample.propensities, on=keys).merge(
            sample.outcome_means, on=keys
        )
        t, y, e = (units[c] for c in ("is_treated", "purchase_amount", "propensity"))
        e = e.clip(0.01, 0.99)
        score = units["mu1"] - units["mu0"]
        score += t * (y - units["mu1"]) / e - (1 - t) * (y - units["mu0"]) / (1 - e)
        own = graded[graded["replicate"] == sample.replicate].set_index(ESTIMATE)
        ate = own.loc[("ATE", "AIPW")]
        assert ate["estimate"] == pytest.approx(score.mean(), rel=1e-9)
        std_error = score.std() / np.sqrt(len(score))
        assert ate["std_error"] == pytest.approx(std_error, rel=1e-9)
        naive = y[t == 1].mean() - y[t == 0].mean()
        raw = own.loc[("naive", "difference in means")]
        assert raw["estimate"] == pytest.approx(naive, rel=1e-9)
        x = sm.add_constant(units[["is_treated", "frequency", "x"]].astype(float))
        line = own.loc[("variance-weighted", "OLS")]
        ols = sm.OLS(y, x).fit().params["is_treated"]
        assert line["estimate"] == pytest.approx(ols, rel=1e-9)


def test_the_audit_tells_a_biased_estimator_from_a_good_one(graded: pd.DataFrame):
    errors = graded["estimate"] - graded["truth"]
    errors = errors.groupby([graded[column] for column in ESTIMATE])
    errors = errors.agg(["mean", "std"])
    # Neighbours are not twins: matching leaves a tenth of the selection.
    matched = ("ATT of the matched", "1:1 matching")
    left = errors["mean"][matched] / errors["mean"]["naive", "difference in means"]
    assert 0 < left < 0.2
    far = errors["mean"].abs() / (errors["std"] / np.sqrt(60))
    naive = far.pop(("naive", "difference in means"))
    assert far.drop(matched).max() < 4
    assert naive > 20
    covered = graded["truth"].between(graded["ci_lower"], graded["ci_upper"])
    coverage = covered.groupby([graded[column] for column in ESTIMATE]).mean()
    assert coverage.pop(("naive", "difference in means")) == 0
    # 0.95 less 3.5 binomial standard errors of 60 draws.
    assert coverage.min() > 0.85


def test_a_pass_of_four_equals_two_passes_of_two(plan: Plan, samples: list[Sample]):
    at_once = grade(plan, CONTEXT, samples[:4])
    in_two = [grade(plan, CONTEXT, samples[:2]), grade(plan, CONTEXT, samples[2:4])]
    pd.testing.assert_frame_equal(
        at_once, pd.concat(in_two, ignore_index=True), check_exact=True
    )


def test_an_estimand_without_a_truth_is_an_error(plan: Plan, samples: list[Sample]):
    told = dict.fromkeys(samples[0].truths, 1.0)
    del told["ATO"]
    untold = replace(samples[0], truths=told)
    with pytest.raises(ValueError, match="true effect of estimand ATO is not known"):
        grade(plan, CONTEXT, [untold])


# --- storage and resume ------------------------------------------------------------


def estimate_rows(*names: tuple[str, str, int], estimate: float = 1.0) -> pd.DataFrame:
    frame = pd.DataFrame(names, columns=["design", "world", "replicate"])
    return frame.assign(estimand="ATE", estimator="AIPW", estimate=estimate)


def test_replicates_of_another_key_make_room_and_others_stay(tmp_path: Path):
    warehouse = tmp_path / "shop.duckdb"
    duckdb.connect(str(warehouse)).close()
    assert store.finished_replicates(warehouse, "a", "k1") == (set(), 0)
    old = estimate_rows(("a", "null", 1), ("b", "null", 1), ("gone", "null", 1))
    keys = {"a": "k1", "b": "k2", "gone": "k3"}
    store.append_replicates(warehouse, [old], keys, ["a", "b", "gone"])
    failed = pd.DataFrame(
        [("a", "null", 2, "too few")],
        columns=["design", "world", "replicate", "failure"],
    )
    new = estimate_rows(("a", "null", 1), estimate=2.0)
    assert store.finished_replicates(warehouse, "a", "k4") == (set(), 1)
    store.append_replicates(warehouse, [failed, new], {"a": "k4"}, ["a", "b"])
    done = {("null", 1), ("null", 2)}
    assert store.finished_replicates(warehouse, "a", "k4") == (done, 0)
    with duckdb.connect(str(warehouse)) as connection:
        rows = connection.execute(
            "select design, replicate, estimate, failure, audit_key "
            f"from {store.TABLE} order by all"
        ).fetchall()
    assert rows == [
        ("a", 1, 2.0, None, "k4"),
        ("a", 2, None, "too few", "k4"),
        ("b", 1, 1.0, None, "k2"),
    ]
    store.drop_replicates(warehouse, ["a"])
    assert store.finished_replicates(warehouse, "a", "k4") == (set(), 0)
    assert store.finished_replicates(warehouse, "b", "k2") == ({("null", 1)}, 0)


def audit_of(warehouse: Path, plan: Plan, population: Population) -> audit.Audit:
    return audit.Audit(
        warehouse=warehouse,
        plan=plan,
        build=store.Build([population], 3, FAST.covariates, CONTEXT),
        populations=[population],
        effect=40.0,
        seed=5,
        settings=FAST,
    )


def stored_rows(warehouse: Path) -> pd.DataFrame:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            f"select * exclude (finished_at) from {store.TABLE} "
            "order by world, replicate, estimand, estimator"
        ).df()


def test_an_audit_that_is_resumed_ends_where_one_in_a_piece_does(
    tmp_path: Path, plan: Plan, confounded: Population, monkeypatch: pytest.MonkeyPatch
):
    told: list[str] = []
    worlds = ["null", "constant"]
    audits = {}
    for name in ("whole", "resumed"):
        duckdb.connect(str(tmp_path / f"{name}.duckdb")).close()
        audits[name] = audit_of(tmp_path / f"{name}.duckdb", plan, confounded)
    whole, resumed = audits["whole"], audits["resumed"]
    jobs = whole.missing_jobs(worlds, 3, told.append)
    assert [(world, k) for _, world, k in jobs] == [
        (world, k) for k in (1, 2, 3) for world in worlds
    ]
    assert whole.run(jobs, 1, lambda: None) == []
    # Interrupted in the middle of the second batch of two.
    monkeypatch.setattr(audit, "BATCH_UNITS", 1000)
    ticks = iter(range(3))
    with pytest.raises(StopIteration):
        resumed.run(
            resumed.missing_jobs(worlds, 3, told.append), 1, lambda: next(ticks)
        )
    assert told == []
    left = resumed.missing_jobs(worlds, 3, told.append)
    assert [(world, k) for _, world, k in left] == [
        (world, k) for k in (2, 3) for world in worlds
    ]
    assert told == ["trial: 2 replicates are there already"]
    resumed.run(left, 1, lambda: None)
    pd.testing.assert_frame_equal(
        stored_rows(whole.warehouse), stored_rows(resumed.warehouse), check_exact=True
    )
    assert resumed.missing_jobs(worlds, 3, told.append) == []


def test_the_key_changes_with_all_that_makes_replicates_comparable(
    tmp_path: Path, plan: Plan, confounded: Population
):
    first = audit_of(tmp_path, plan, confounded)
    assert first.keys == audit_of(tmp_path / "elsewhere", plan, confounded).keys
    changed_units = confounded.units.assign(x=confounded.units["x"] + 1e-9)
    others = [
        replace(first, effect=41.0),
        replace(first, seed=6),
        replace(first, settings=replace(FAST, n_splits=2)),
        replace(first, settings=replace(FAST, fast=False)),
        replace(first, plan=replace(plan, steps=plan.steps[:-1])),
        replace(first, populations=[replace(confounded, units=changed_units)]),
        replace(first, populations=[replace(confounded, mu0=confounded.mu0 + 1e-9)]),
    ]
    assert len({item.keys["trial"] for item in (first, *others)}) == 1 + len(others)


# --- the command line --------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--replicates", "0"], "'0' is not a whole number of 1 or more"),
        (["--processes", "1.5"], "'1.5' is not a whole number"),
        (["--effect", "inf"], "'inf' is not a number"),
        (["--worlds", "flat"], "invalid choice: 'flat'"),
        (["--vars", "[1]"], "is not a JSON object"),
    ],
)
def test_malformed_arguments_exit_with_2(arguments, message, capsys):
    with pytest.raises(SystemExit) as error:
        audit.main(arguments)
    assert error.value.code == 2
    assert message in capsys.readouterr().err


def test_a_missing_warehouse_is_one_sentence(
    tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(REPOSITORY)
    assert audit.main(["--warehouse", str(tmp_path / "none.duckdb")]) == 1
    assert "none.duckdb: run `dbt build` first\n" in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)
    assert audit.main([]) == 1
    expected = "audit: no dbt_project.yml here: run it in the project's folder\n"
    assert capsys.readouterr().err == expected


def test_the_break_even_is_that_of_the_cost_that_decides(tmp_path: Path):
    warehouse = tmp_path / "retail_uplift.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema evidence")
    missing = "no evidence.fct_cost_models: run `dbt build` first, or give --effect"
    with pytest.raises(ValueError, match=missing):
        store.read_break_even(warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create table evidence.fct_cost_models as from (values "
            "(42.4, false), (3.2, true)) as t(break_even_effect, is_configured)"
        )
    assert store.read_break_even(warehouse) == 3.2
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from evidence.fct_cost_models where is_configured")
    with pytest.raises(ValueError, match="no configured cost model: give --effect"):
        store.read_break_even(warehouse)


def test_designs_are_chosen_by_name(confounded: Population):
    both = [confounded, replace(confounded, design="other")]
    assert audit._choose(both, None) == both
    assert audit._choose(both, ["other"]) == both[1:]
    with pytest.raises(audit.AuditError, match="no design x; it has trial, other"):
        audit._choose(both, ["x"])


def test_batches_hold_work_for_every_process(
    confounded: Population, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(audit, "BATCH_UNITS", 1_600)
    jobs = [(confounded, "null", k) for k in range(1, 9)]
    sizes = [len(batch) for batch in audit._batches(jobs, 2)]
    assert sizes == [3, 3, 2]
    assert [len(batch) for batch in audit._batches(jobs, 5)] == [5, 3]
    assert list(audit._batches([], 2)) == []
