"""What the averages say of campaigns whose effect is known.

Weekly panels of two staggered campaigns are simulated, and the project's own compiled
SQL estimates the effect in 200 of them at once: a campaign type stands for a replicate,
so its scope is one. Everything is seeded.
"""

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
from retail_uplift.impact.changes import expect_changes
from retail_uplift.impact.clustered_errors import (
    GroupedRegression,
    jackknife_std_error,
    wild_bootstrap_p_value,
)

pytestmark = pytest.mark.slow

PANEL = ("fct_campaign_weeks", "int_impact_units")
FITTED = (*PANEL, "int_impact_campaigns", "py_impact_nuisances")
HISTORY = ["int_impact_covariates", "int_unit_changes"]
ESTIMATES = ["fct_change_effects", "int_regression_units"]
N_REPLICATES = 200
# Enough to see that an interval misses.
N_MISSES = 60
N_HOUSEHOLDS = 240
# The weeks of the effect of one campaign end before those that come before the other.
STARTS = (10, 30)
N_WEEKS = 40
N_PRE_WEEKS = N_EFFECT_WEEKS = 8
# Grows, then fades; dollars per week of the effect. 3.5 on average.
EFFECT = np.array([1.0, 3.0, 6.0, 7.0, 5.0, 3.0, 2.0, 1.0])
COVARIATES = ["sales_mean", "late_sales_mean", "sales_std"]
# A share of 95 % of 200 is known to 1.5 %.
COVERAGE = (0.90, 0.98)


class World(NamedTuple):
    """Who is sent a campaign, and what the sent would do without it."""

    by_level: float = 0.0
    by_recent_purchases: float = 0.0
    trend_of_sent: float = 0.0
    effect: np.ndarray = EFFECT


def simulate(world: World, replicate: int) -> pd.DataFrame:
    """Draw the weeks around two campaigns of one retailer.

    Sales are a level and a trend of the household, a shock of the week that all share,
    and a deviation that lasts for some weeks.
    """
    rng = np.random.default_rng([20, replicate])
    level = 60 + 10 * rng.normal(size=(N_HOUSEHOLDS, 1))
    # Chance trends join the two changes of a household: errors must be clustered.
    slope = 0.2 * rng.normal(size=(N_HOUSEHOLDS, 1))
    shock = 5 * rng.normal(size=N_WEEKS)
    deviation = np.empty((N_HOUSEHOLDS, N_WEEKS))
    deviation[:, 0] = 10 * rng.normal(size=N_HOUSEHOLDS)
    for week in range(1, N_WEEKS):
        fresh = rng.normal(size=N_HOUSEHOLDS)
        deviation[:, week] = 0.8 * deviation[:, week - 1] + 6 * fresh
    base = level + slope * np.arange(N_WEEKS) + shock + deviation
    frames = []
    for campaign, start in enumerate(STARTS):
        weeks = np.arange(start - N_PRE_WEEKS, start + N_EFFECT_WEEKS)
        recent = base[:, start - 4 : start].mean(axis=1)
        log_odds = (
            world.by_level * (level[:, 0] - 60)
            + world.by_recent_purchases * (recent - recent.mean())
            - 0.5
        )
        sent = rng.random(N_HOUSEHOLDS) < expit(log_odds)
        sales = base[:, weeks].copy()
        sales += world.trend_of_sent * sent[:, None] * (weeks - start)
        sales[:, N_PRE_WEEKS:] += sent[:, None] * world.effect
        frames.append(
            pd.DataFrame(
                {
                    "campaign_id": 2 * replicate + campaign,
                    "household_id": np.repeat(
                        N_HOUSEHOLDS * replicate + np.arange(N_HOUSEHOLDS), len(weeks)
                    ),
                    "relative_week": np.tile(weeks - start, N_HOUSEHOLDS),
                    "is_sent": np.repeat(sent, len(weeks)),
                    "sales": sales.ravel(),
                }
            )
        )
    names = ["baskets", "units"]
    amounts = ["coupon_discount", "retail_discount", "coupon_product_sales"]
    panel = pd.concat(frames, ignore_index=True)
    return panel.assign(
        **dict.fromkeys(names, 1), **dict.fromkeys(amounts, 0.0), other_sales=0.0
    )


class Plans(NamedTuple):
    """The SQL from the panel to the history, and from both to the estimates."""

    history: Plan
    estimates: Plan


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Plans:
    folder = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(REPOSITORY)
        patch.setenv("DBT_PROFILES_DIR", str(REPOSITORY))
        patch.setenv("DBT_TARGET_PATH", str(folder))
        patch.setenv("DBT_LOG_PATH", str(folder))
        dbt = audit.Dbt(Path(folder / "retail_uplift.duckdb"), {})
        targets = [*HISTORY, *ESTIMATES]
        models = [f"{name}+,+{target}" for name in FITTED for target in targets]
        dbt.run("compile", "--select", *models)
        manifest = json.loads((dbt.target / "manifest.json").read_text("utf-8"))
    plans = Plans(
        plan_from_manifest(manifest, targets=HISTORY, replaced=PANEL),
        plan_from_manifest(manifest, targets=ESTIMATES, replaced=FITTED),
    )
    assert not plans.history.context
    assert not plans.estimates.context
    return plans


class Results(NamedTuple):
    """Estimates by estimator and replicate, and the units of the regressions."""

    effects: pd.DataFrame
    units: pd.DataFrame


def named(plan: Plan, frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {plan.replaced[name]: frames[name] for name in plan.replaced}


@pytest.fixture(scope="module")
def estimate(plans: Plans) -> Callable[[World, int], Results]:
    def run(world: World, n_replicates: int) -> Results:
        panel = pd.concat(
            [simulate(world, replicate) for replicate in range(n_replicates)],
            ignore_index=True,
        )
        units = panel[["campaign_id", "household_id", "is_sent"]].drop_duplicates(
            ignore_index=True
        )
        frames = {
            "fct_campaign_weeks": panel,
            "int_impact_units": units.assign(
                n_campaigns_before=0, n_campaigns_running=0
            ),
            "int_impact_campaigns": pd.DataFrame(
                {
                    "campaign_id": range(2 * n_replicates),
                    "campaign_type": [str(i // 2) for i in range(2 * n_replicates)],
                    "n_pre_weeks": N_PRE_WEEKS,
                    "n_followed_weeks": N_EFFECT_WEEKS,
                }
            ),
        }
        covariates, changes = run_steps(
            plans.history, named(plans.history, frames), HISTORY
        )
        sales = changes[changes["outcome"] == "sales"]
        frames["py_impact_nuisances"] = expect_changes(
            covariates,
            sales[["campaign_id", "household_id", "change"]].rename(
                columns={"change": "sales"}
            ),
            covariates=COVARIATES,
            min_sent=20,
            propensity_clip=0.01,
        )
        effects, regression_units = run_steps(
            plans.estimates, named(plans.estimates, frames), ESTIMATES
        )
        is_replicate = effects["scope"].str.startswith("type ")
        effects = effects[is_replicate & (effects["outcome"] == "sales")]
        assert effects.groupby("estimator").size().eq(n_replicates).all()
        return Results(effects, regression_units)

    return run


def coverage(effects: pd.DataFrame, estimator: str, truth: float) -> float:
    rows = effects[effects["estimator"] == estimator]
    return ((rows["ci_lower"] <= truth) & (truth <= rows["ci_upper"])).mean()


def replicates(units: pd.DataFrame) -> list[GroupedRegression]:
    """Return the stacked regression of each replicate."""
    return [
        GroupedRegression(
            y=(own["sales_after"] - own["sales_before"]).to_numpy(),
            x=own["is_sent"].to_numpy(dtype=float),
            weight=np.ones(len(own)),
            groups=np.unique(own["campaign_id"], return_inverse=True)[1],
            clusters=np.unique(own["household_id"], return_inverse=True)[1],
        )
        for _, own in units.groupby(units["campaign_id"] // 2)
    ]


@pytest.fixture(scope="module")
def parallel(estimate: Callable[[World, int], Results]) -> Results:
    """Whoever is sent a campaign changes like the others, whatever their history."""
    return estimate(World(), N_REPLICATES)


@pytest.mark.parametrize("estimator", ["difference in differences", "doubly robust"])
def test_intervals_cover_where_trends_are_parallel(parallel: Results, estimator: str):
    low, high = COVERAGE
    assert low <= coverage(parallel.effects, estimator, EFFECT.mean()) <= high
    rows = parallel.effects[parallel.effects["estimator"] == estimator]
    # No bias: within three standard errors of the mean of the replicates.
    error = rows["estimate"].std() / np.sqrt(N_REPLICATES)
    assert abs(rows["estimate"].mean() - EFFECT.mean()) < 3 * error
    # What the error says is the spread that it has.
    assert rows["std_error"].mean() == pytest.approx(rows["estimate"].std(), rel=0.15)


def test_stacked_regressions_cover_where_trends_are_parallel(parallel: Results):
    low, high = COVERAGE
    regressions = replicates(parallel.units)
    errors = np.array([jackknife_std_error(own) for own in regressions])
    estimates = np.array([own.estimate for own in regressions])
    covered = np.abs(estimates - EFFECT.mean()) <= 1.96 * errors
    assert low <= covered.mean() <= high


def test_the_wild_bootstrap_rejects_a_true_null_as_often_as_it_says(
    parallel: Results,
):
    """The effect is taken away again: 5 % of 200 is known to 1.5 %."""
    rng = np.random.default_rng(1)
    p_values = []
    for own in replicates(parallel.units):
        null = GroupedRegression(
            own.y - EFFECT.mean() * own.x, own.x, own.weight, own.groups, own.clusters
        )
        p_values.append(wild_bootstrap_p_value(null, n_draws=199, rng=rng))
    assert 0.02 <= np.mean(np.array(p_values) <= 0.05) <= 0.10


def means(effects: pd.DataFrame) -> tuple[float, float]:
    """Return the mean estimate from raw changes and the doubly robust one."""
    by_estimator = effects.groupby("estimator")["estimate"].mean()
    return by_estimator["difference in differences"], by_estimator["doubly robust"]


def test_targeting_by_recent_purchases_misleads_raw_changes_only(
    estimate: Callable[[World, int], Results],
):
    """The chosen fall back to their mean, and so do others with the same history."""
    effects = estimate(World(by_recent_purchases=0.1), N_REPLICATES).effects
    low, high = COVERAGE
    assert coverage(effects, "difference in differences", EFFECT.mean()) < 0.7
    assert low <= coverage(effects, "doubly robust", EFFECT.mean()) <= high
    raw, adjusted = means(effects)
    assert raw < EFFECT.mean() - 1.5
    assert adjusted == pytest.approx(EFFECT.mean(), abs=0.5)


def test_targeting_by_lasting_level_misleads_the_adjustment_only(
    estimate: Callable[[World, int], Results],
):
    """A high level and a high history are not the same (Chabe-Ferret 2015).

    Of households with the same history, those sent have the higher level: their history
    was low by chance, and they rise again. So where nobody knows which of the two
    decides who is sent a campaign, the truth lies between both estimates (Ding and Li
    2019, Political Analysis 27(4)).
    """
    effects = estimate(World(by_level=0.1), N_REPLICATES).effects
    low, high = COVERAGE
    assert low <= coverage(effects, "difference in differences", EFFECT.mean()) <= high
    assert coverage(effects, "doubly robust", EFFECT.mean()) < 0.7
    raw, adjusted = means(effects)
    assert raw == pytest.approx(EFFECT.mean(), abs=0.5)
    assert adjusted > EFFECT.mean() + 1


def test_a_trend_of_those_sent_misleads_both(
    estimate: Callable[[World, int], Results],
):
    """No average can know of it: the weeks before the start must show it."""
    effects = estimate(World(trend_of_sent=0.5), N_MISSES).effects
    for estimator in ("difference in differences", "doubly robust"):
        assert coverage(effects, estimator, EFFECT.mean()) < 0.7
