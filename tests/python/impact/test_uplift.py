"""Uplift of campaigns whose effect is known, by the project's own compiled SQL."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from dbt_runner import REPOSITORY
from scipy.special import expit

from retail_uplift.auditing import audit
from retail_uplift.auditing.grading import Plan, plan_from_manifest, run_steps
from retail_uplift.effects.effect_learners import LearnerSettings
from retail_uplift.impact.changes import UNIT, expect_changes
from retail_uplift.impact.uplift import UPLIFT_TYPES, predict_uplift

COVARIATES = ["sales_mean", "coupon_discount_mean"]
SETTINGS = LearnerSettings(seed=1)
REPLACED = (
    "int_impact_covariates",
    "int_unit_changes",
    "int_regression_units",
    "py_impact_nuisances",
    "py_uplift",
)
TARGETS = ("fct_uplift_deciles", "fct_uplift_top_k")
N_HOUSEHOLDS = 500
N_CAMPAIGNS = 3
N_NULL_WORLDS = 5


def simulate(*, effect_of_coupons: float, seed: int) -> pd.DataFrame:
    """Draw units whose effect is 5 dollars, and more for those with more coupons.

    Households with high sales are sent campaigns more often, and fall back.
    """
    rng = np.random.default_rng([21, seed])
    households = np.tile(np.arange(N_HOUSEHOLDS), N_CAMPAIGNS)
    campaigns = np.repeat(np.arange(N_CAMPAIGNS), N_HOUSEHOLDS)
    sales = 50 + 10 * rng.normal(size=len(households))
    coupons = rng.uniform(size=len(households))
    sent = rng.random(len(households)) < expit(0.05 * (sales - 50) - 0.5)
    effect = 5 + effect_of_coupons * (coupons - 0.5)
    shock = 10 * rng.normal(size=N_CAMPAIGNS)[campaigns]
    own = 5 * rng.normal(size=N_HOUSEHOLDS)[households]
    noise = 8 * rng.normal(size=len(households))
    change = shock + own - 0.3 * (sales - 50) + sent * effect + noise
    return pd.DataFrame(
        {
            "campaign_id": campaigns,
            "household_id": households,
            "is_sent": sent,
            "fold": households % 5 + 1,
            "sales_mean": sales,
            "coupon_discount_mean": coupons,
            "change": change,
        }
    )


# --- the fit ------------------------------------------------------------------------


def test_no_household_is_predicted_from_its_own_change():
    units = simulate(effect_of_coupons=20.0, seed=0)
    before = predict_uplift(units, covariates=COVARIATES, settings=SETTINGS)
    own = units["household_id"] == 7
    changed = units.assign(change=units["change"] + 1000.0 * own)
    after = predict_uplift(
        # The order of the rows says nothing.
        changed.sample(frac=1, random_state=1),
        covariates=COVARIATES,
        settings=SETTINGS,
    )
    is_own = before["household_id"] == 7
    pd.testing.assert_frame_equal(before[is_own], after[is_own])
    assert (before["predicted"] != after["predicted"]).any()
    assert before.groupby("learner").size().to_dict() == {
        "s_learner": len(units),
        "t_learner": len(units),
    }


def test_nothing_is_predicted_from_a_small_arm():
    units = simulate(effect_of_coupons=0.0, seed=0)
    few = units.assign(is_sent=units["household_id"] < 60)
    for frame in (few, units[units["is_sent"]], units.iloc[:0]):
        predicted = predict_uplift(frame, covariates=COVARIATES, settings=SETTINGS)
        assert predicted.empty
        assert list(predicted.columns) == list(UPLIFT_TYPES)


# --- known truth --------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(REPOSITORY)
        patch.setenv("DBT_PROFILES_DIR", str(REPOSITORY))
        patch.setenv("DBT_TARGET_PATH", str(folder))
        patch.setenv("DBT_LOG_PATH", str(folder))
        dbt = audit.Dbt(Path(folder / "retail_uplift.duckdb"), {})
        pairs = [f"{name}+,+{target}" for name in REPLACED for target in TARGETS]
        dbt.run("compile", "--select", *pairs)
        manifest = json.loads((dbt.target / "manifest.json").read_text("utf-8"))
    plan = plan_from_manifest(manifest, targets=TARGETS, replaced=REPLACED)
    assert not plan.context
    return plan


class Results(NamedTuple):
    deciles: pd.DataFrame
    top_k: pd.DataFrame


@pytest.fixture(scope="module")
def estimate(plan: Plan) -> Callable[..., Results]:
    def run(**world: float) -> Results:
        units = simulate(**world)
        changes = units[[*UNIT, "change"]].rename(columns={"change": "sales"})
        covariates = units.drop(columns="change")
        frames = {
            "int_impact_covariates": covariates,
            "int_unit_changes": units[[*UNIT, "is_sent", "change"]].assign(
                outcome="sales"
            ),
            "int_regression_units": units[list(UNIT)],
            "py_impact_nuisances": expect_changes(
                covariates,
                changes,
                covariates=COVARIATES,
                min_sent=20,
                propensity_clip=0.01,
            ),
            "py_uplift": predict_uplift(
                units, covariates=COVARIATES, settings=SETTINGS
            ),
        }
        tables = {plan.replaced[name]: frames[name] for name in REPLACED}
        return Results(*run_steps(plan, tables, TARGETS))

    return run


@pytest.mark.slow
def test_deciles_rise_where_effects_differ(estimate: Callable[..., Results]):
    """Effects run from -5 to 15 dollars."""
    deciles, top_k = estimate(effect_of_coupons=20.0, seed=1)
    for _, own in deciles.groupby(["estimator", "learner"]):
        best, worst = own.set_index("decile")["estimate"].loc[[1, 10]]
        assert best > worst + 8
        assert (own["gain_p_value"] < 0.001).all()
        # Of effects that go from 14 to -4, the better half has nearly all.
        half = own.set_index("decile").loc[5, "cumulative_share"]
        assert 0.85 < half < 1.35
    choices = top_k[top_k["top_share"] == 0.1].set_index(["estimator", "ranking"])
    robust = choices.loc["doubly robust"]
    for ranking in ("t_learner", "coupons_before"):
        own = robust.loc[ranking]
        # The first tenth has effects of 13 to 15.
        assert abs(own["estimate"] - 14) < 3 * own["std_error"]
        assert own["q_value"] < 0.05
    assert robust.loc["sales_before", "q_value"] > 0.05
    assert abs(robust.loc["random", "estimate"] - 5) < 3


@pytest.mark.slow
def test_deciles_of_one_effect_for_all_differ_by_chance(
    estimate: Callable[..., Results],
):
    p_values, errors = [], []
    for seed in range(N_NULL_WORLDS):
        deciles, _ = estimate(effect_of_coupons=0.0, seed=10 + seed)
        own = deciles[deciles["estimator"] == "doubly robust"]
        first = own[own["decile"] == 1]
        p_values += first["gain_p_value"].tolist()
        errors += ((own["estimate"] - 5) / own["std_error"]).tolist()
    # Of 10 tests at 5 %, more than 2 would be found once in 100 times.
    assert sum(p < 0.05 for p in p_values) <= 2
    assert np.std(errors) == pytest.approx(1, abs=0.2)
