"""A campaign planned by the list, run in a world whose truth is known, and measured.

The list goes out, the days of the campaign go by, its outcomes come in with the next
build, and the logged probabilities give back the effect that the world's law says. All
is seeded, so a test that passes goes on passing; comments say how unlikely luck is.
"""

from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd
import pytest
from dbt_runner import query, run_dbt_or_fail, table_checksum
from tiny_canonical import SMALL_CHOICES, TYPE_A, write_tables

from retail_uplift.simulation.next_campaign import run_campaign, seen_until
from retail_uplift.simulation.worlds import (
    COST_PER_CONTACT,
    MARGIN,
    Campaign,
    Settings,
)
from retail_uplift.simulation.writer import write_simulation

pytestmark = pytest.mark.slow

# The last day that the list's maker has seen; the campaign starts on the next one.
LAST_DAY = 208
CAMPAIGN = Campaign(
    campaign_id=101,
    campaign_type="A",
    start_day=LAST_DAY + 1,
    end_day=LAST_DAY + 49,
    outcome_end_day=LAST_DAY + 77,
    share=0.0,
)
SETTINGS = Settings(
    world="heterogeneous",
    n_households=2_000,
    n_weeks=41,  # until the end of the outcome window
    seed=7,
    overlap=0.5,
    # Twice the usual effect, as where the known truth asks who responds.
    effect=120.0,
    n_trials=1,
    n_products=2_000,
    n_stores=4,
)
# Half of the list and a fifth of the others: with the usual shares the experiment of so
# few households would be too small to contradict anything.
SHARES = {"holdout_share": 0.5, "exploration_share": 0.2}
VARS = {
    "edition": "canonical",
    # The policy is asked for, so it does not matter how well policies are graded.
    "n_splits": 1,
    "n_folds": 3,
    "forest_trees": 100,
    "effect_max_iter": 5,  # of the forest's rivals, which no test asks
    "cate_designs": ["campaign_trials"],
    "toc_samples": 10,
    **SMALL_CHOICES,
    **TYPE_A,
    "list_policy": "effect_above_break_even",
    # By which it is true whom sending pays for.
    "cost_per_contact": COST_PER_CONTACT,
    **SHARES,
}
BUILD = ["build", "--exclude-resource-types", "test", "unit_test", "--select"]
HISTORY = "history.campaign_assignments"
TABLES = (
    "transactions",
    "products",
    "households",
    "campaigns",
    "campaign_targets",
    "coupons",
    "coupon_redemptions",
    "promotions",
)


class Experiment(NamedTuple):
    """Two builds, before and after the campaign, and what is true."""

    warehouse: Path
    vars: dict[str, object]
    assignments: pd.DataFrame
    checksum: tuple[int, str]
    latest_covariates: pd.DataFrame
    truth: pd.DataFrame

    def true_effects(self) -> pd.DataFrame:
        """Return each household's assignment with its true effect."""
        return self.assignments.merge(self.truth, on="household_id", how="inner")


def frame(warehouse: Path, sql: str) -> pd.DataFrame:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(sql).df()


@pytest.fixture(scope="module")
def experiment(scratch_folder: Path) -> Experiment:
    folder = scratch_folder / "second_campaign"
    write_simulation(SETTINGS, folder / "world")
    world = {
        name: duckdb.sql(f"from read_parquet('{folder}/world/{name}.parquet')").df()
        for name in TABLES
    }
    raw = folder / "raw"
    write_tables(seen_until(world, LAST_DAY), raw)
    warehouse = folder / "retail_uplift.duckdb"
    variables = VARS | {"raw_dir": str(raw)}

    run_dbt_or_fail(
        [*BUILD, "+campaign_assignments"],
        warehouse,
        vars=variables | {"assign_campaign": CAMPAIGN.campaign_id},
    )
    assignments = frame(warehouse, f"from {HISTORY} order by household_id")
    checksum = table_checksum(warehouse, HISTORY)
    latest = frame(warehouse, "from intermediate.int_latest_covariates")

    sent = assignments.loc[assignments["is_assigned"] == 1, "household_id"].to_numpy()
    outcome = run_campaign(world, SETTINGS, CAMPAIGN, sent, np.random.default_rng(11))
    write_tables(outcome.tables, raw)
    # The id of the last campaign is left out, as it is not a next one any more. Even a
    # full refresh leaves the history alone.
    run_dbt_or_fail(
        [
            *(*BUILD, "+int_unit_covariates", "campaign_assignments+"),
            *("experiment_metrics", "--full-refresh"),
            # History and plan read tables that are not asked for here.
            *("--exclude", "int_run_inputs+", "int_rollout_facts+"),
        ],
        warehouse,
        vars=variables,
    )
    return Experiment(
        warehouse, variables, assignments, checksum, latest, outcome.truth
    )


def test_the_list_is_an_experiment(experiment: Experiment):
    rows = experiment.assignments
    assert set(rows["decision"]) == {
        "send",
        "hold out",
        "explore",
        "do not send",
        "suppressed",
    }
    listed = rows[rows["is_recommended"]]
    assert len(listed) > 300
    assert set(listed["p_assign"]) == {1 - SHARES["holdout_share"]}
    assert abs(listed["is_assigned"].sum() - 0.5 * len(listed)) <= 1
    others = rows[~rows["is_recommended"] & (rows["p_assign"] > 0)]
    assert set(others["p_assign"]) == {SHARES["exploration_share"]}
    assert abs(others["is_assigned"].sum() - 0.2 * len(others)) <= 1
    assert (rows["assigned_at_day"] == CAMPAIGN.start_day).all()


def test_the_list_finds_those_who_respond(experiment: Experiment):
    """The difference is more than 100 dollars, where the mean effect is below 30."""
    rows = experiment.true_effects()
    effects = rows.groupby("is_recommended")["effect"].mean()
    assert effects[True] > effects[False] + 100


def test_the_history_is_unchanged_byte_for_byte(experiment: Experiment):
    assert experiment.checksum[0] == len(experiment.assignments)
    assert table_checksum(experiment.warehouse, HISTORY) == experiment.checksum
    # The campaign is in the data now, so the second build has seen it.
    ids = query(experiment.warehouse, "select campaign_id from staging.stg_campaigns")
    assert (CAMPAIGN.campaign_id,) in ids


def test_households_are_predicted_from_what_their_trial_will_say(
    experiment: Experiment,
):
    """The covariates of the list are those of the trial that the campaign becomes."""
    trial = frame(
        experiment.warehouse,
        "from intermediate.int_unit_covariates "
        f"where design = 'campaign_trials' and campaign_id = {CAMPAIGN.campaign_id}",
    )
    assert len(trial) > 500
    keys = ["design", "campaign_id", "is_treated"]
    trial = trial.drop(columns=keys).sort_values("household_id", ignore_index=True)
    listed = experiment.latest_covariates
    listed = listed[listed["household_id"].isin(trial["household_id"])]
    listed = listed.sort_values("household_id", ignore_index=True)
    pd.testing.assert_frame_equal(listed[trial.columns], trial)


# --- the effect, recovered from history and outcomes alone ----------------------------

OUTCOMES = f"""
    select
        assignments.*,
        coalesce(sum(lines.sales_value), 0)::double as outcome
    from {HISTORY} as assignments
    left join staging.stg_transactions as lines
        on assignments.household_id = lines.household_id
        and lines.day between {CAMPAIGN.start_day} and {CAMPAIGN.outcome_end_day}
    where campaign_id = {CAMPAIGN.campaign_id} and p_assign > 0
    group by all
    order by household_id
"""


def estimate(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the mean effect by the logged probabilities, and its standard error.

    What its block bought on average is taken off first, which halves the noise: where a
    block's drawn share is its probability, the mean is the difference between the arms.
    """
    p, sent = rows["p_assign"], rows["is_assigned"] == 1
    centred = rows["outcome"] - rows.groupby("block_id")["outcome"].transform("mean")
    score = np.where(sent, centred / p, -centred / (1 - p))
    return score.mean(), score.std(ddof=1) / np.sqrt(len(rows))


def test_the_outcomes_are_those_of_the_world(experiment: Experiment):
    rows = frame(experiment.warehouse, OUTCOMES).merge(experiment.truth)
    expected = rows["y1"].where(rows["is_assigned"] == 1, rows["y0"])
    assert rows["outcome"].to_numpy() == pytest.approx(expected.to_numpy())


@pytest.mark.parametrize("is_recommended", [True, False])
def test_the_effect_is_recovered(experiment: Experiment, is_recommended: bool):
    """A right estimate misses by two and a half errors in one of 80 seeds."""
    rows = frame(experiment.warehouse, OUTCOMES).merge(experiment.truth)
    rows = rows[rows["is_recommended"] == is_recommended]
    mean, error = estimate(rows)
    print(
        f"{is_recommended}: {mean:.1f} +- {error:.1f}, true {rows['effect'].mean():.1f}"
    )
    assert abs(mean - rows["effect"].mean()) < 2.5 * error
    # So narrow that no effect at all is told from the true one of the list.
    if is_recommended:
        assert mean > 3 * error


def test_the_true_profit_of_the_list_lies_in_its_interval(experiment: Experiment):
    rows = frame(experiment.warehouse, OUTCOMES).merge(experiment.truth)
    rows = rows[rows["is_recommended"]]
    effect, error = estimate(rows)
    profit, error = MARGIN * effect - COST_PER_CONTACT, MARGIN * error
    truth = (MARGIN * rows["effect"] - COST_PER_CONTACT).mean()
    assert truth > 0
    assert profit - 1.96 * error < truth < profit + 1.96 * error


# --- what the marts say ---------------------------------------------------------------


@pytest.mark.parametrize("population", ["recommended", "not recommended"])
def test_the_results_hold_the_true_effect(experiment: Experiment, population: str):
    rows = frame(
        experiment.warehouse,
        "from marts.fct_experiment_results "
        f"where metric = 'purchase_amount' and population = '{population}'",
    ).set_index("method")
    truth = experiment.true_effects().query("p_assign > 0")
    truth = truth[truth["is_recommended"] == (population == "recommended")]
    for _, row in rows.iterrows():
        assert row["ci_lower"] < truth["effect"].mean() < row["ci_upper"]
    assert rows["is_valid"].all()
    # Precise enough to say which way it goes.
    assert rows.loc["cuped", "p_value"] < 0.01


def test_the_value_of_the_list_lies_in_its_interval(experiment: Experiment):
    row = frame(
        experiment.warehouse,
        "from evidence.fct_experiment_policy_values "
        "where policy = 'recommended' and estimator = 'hajek_cuped'",
    ).iloc[0]
    rows = experiment.true_effects().query("p_assign > 0")
    profit = (MARGIN * rows["effect"] - COST_PER_CONTACT) * rows["is_recommended"]
    assert 0 < row["profit_vs_none_ci_lower"] < profit.mean()
    assert profit.mean() < row["profit_vs_none_ci_upper"]


def test_the_verdict_is_to_scale(experiment: Experiment):
    sql = "select verdict from marts.fct_experiments"
    ((verdict,),) = query(experiment.warehouse, sql)
    assert verdict.startswith("Scale")
