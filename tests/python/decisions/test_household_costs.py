"""What a contact costs per household, in worlds where the truth is known."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from dbt_runner import REPOSITORY, run_dbt_or_fail
from sklearn.metrics import d2_tweedie_score, r2_score

slow = pytest.mark.slow

N_WORLDS = 20
N_UNITS = 1500
MARGIN = 0.3
MAILING = 0.75
EFFECT = 4.0
KEYS = ["design", "household_id"]
MODELS = (
    "int_redemption_units",
    "py_redemption_costs",
    "int_expected_matches",
    "int_unit_costs",
    "fct_redemption_predictions",
    "int_household_cost_rewards",
    "fct_household_costs",
)


def expected_match(spend: np.ndarray) -> np.ndarray:
    """Return the dollars that coupons of a household are expected to cost."""
    return 0.05 * (1 + spend) ** 1.5


def worlds() -> pd.DataFrame:
    """Draw worlds in which those who spend more are sent more, and redeem more."""
    rng = np.random.default_rng(7)
    n = N_WORLDS * N_UNITS
    spend, visits = np.exp(rng.normal(size=(2, n)))
    propensity = 1 / (1 + np.exp(0.5 - 0.8 * np.log(spend)))
    treated = rng.random(n) < propensity
    redeems = rng.random(n) < 0.4
    return pd.DataFrame(
        {
            "design": [f"world_{i // N_UNITS:02d}" for i in range(n)],
            "campaign_id": 1,
            "household_id": np.arange(n),
            "is_treated": treated.astype(int),
            "spend": spend,
            "visits": visits,
            "propensity": propensity,
            "fold": np.arange(n) % 5 + 1,
            "match": treated * redeems * expected_match(spend) / 0.4,
            "dr_score": EFFECT + rng.normal(size=n),
        }
    )


# Tables that the models read, from frame `units`.
INPUTS = {
    "intermediate.int_cate_units": (
        "select design, campaign_id, household_id, is_treated, spend, visits from units"
    ),
    "intermediate.int_unit_propensities": (
        "select design, campaign_id, household_id, 1 as split_id, fold, propensity, "
        "is_treated, true as is_main_design from units"
    ),
    "intermediate.int_contact_cost": (
        "select {flat} as cost_per_contact, {mailing} as common_cost, "
        "1 as retailer_funded, 0 as redeemed_retailer_funded"
    ),
    "marts.fct_campaign_costs": "select 1 as campaign_id, true as is_fully_observed",
    "intermediate.int_campaign_coupon_lines": (
        "select campaign_id, household_id, false as is_recorded_redemption, "
        "cast(match as decimal(18, 4)) as coupon_match_discount "
        "from units where match > 0"
    ),
    "intermediate.int_policy_units": (
        "select design, 'all' as population, 1 as split_id, campaign_id, household_id, "
        "{margin} as margin, dr_score, {effect} as cate, {effect} as ci_lower "
        "from units"
    ),
    "intermediate.int_policy_rewards": (
        "select design, 'all' as population, policy, 1 as split_id, campaign_id, "
        "household_id, is_treated, cast(policy = 'treat_all' or {effect} * {margin} > "
        "{flat} as integer) as is_targeted, is_targeted * dr_score as effect "
        "from units, (values ('treat_all'), ('effect_above_break_even')) as p(policy)"
    ),
    "seeds.covariates": (
        "from (values (1, 'spend'), (2, 'visits')) as c(position, covariate)"
    ),
}


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    return worlds()


@pytest.fixture(scope="module")
def warehouse(units: pd.DataFrame, scratch_folder: Path) -> Path:
    """Return a warehouse with the costs of all worlds, each a design."""
    path = scratch_folder / "household_costs" / "retail_uplift.duckdb"
    path.parent.mkdir()
    sent = units["is_treated"] == 1
    flat = MAILING + units.loc[sent, "match"].mean()
    with duckdb.connect(str(path)) as connection:
        connection.register("units", units)
        for schema in ("intermediate", "marts", "seeds"):
            connection.execute(f"create schema {schema}")
        for table, sql in INPUTS.items():
            rows = sql.format(flat=flat, margin=MARGIN, effect=EFFECT, mailing=MAILING)
            connection.execute(f"create table {table} as {rows}")
        for seed in ("decisions/policies", "words/words"):
            file = REPOSITORY / "seeds" / f"{seed}.csv"
            connection.execute(
                f"create table seeds.{file.stem} as from read_csv('{file}')"
            )
    run_dbt_or_fail(["run", "--select", *MODELS], path, threads=1)
    return path


@pytest.fixture(scope="module")
def costs(warehouse: Path, units: pd.DataFrame) -> pd.DataFrame:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        built = connection.sql("from intermediate.int_unit_costs").df()
    assert len(built) == len(units)
    assert (built["cost_basis"] == "household").all()
    known = units.drop(columns="is_treated").assign(
        true_cost=MAILING + expected_match(units["spend"])
    )
    return built.merge(known, on=KEYS)


@slow
def test_predicted_costs_order_households(warehouse, costs):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        table = connection.sql("from evidence.fct_redemption_predictions").df()
    for design, world in costs.groupby("design"):
        assert world[["true_cost", "household_cost"]].corr("spearman").iloc[0, 1] > 0.9
        sent = world[world["is_treated"] == 1]
        observed, predicted = sent["coupon_match"], sent["expected_match"]
        assert predicted.mean() == pytest.approx(sent["match"].mean(), abs=1e-4)
        rows = table[table["design"] == design].set_index("quintile")
        assert rows.loc[5, "observed_match"] > 3 * rows.loc[1, "observed_match"]
        assert rows.loc[0, "deviance_explained"] == pytest.approx(
            d2_tweedie_score(observed, predicted, power=1)
        )
        assert rows.loc[0, "r_squared"] == pytest.approx(r2_score(observed, predicted))


@slow
def test_graded_costs_cover_the_truth_where_those_who_were_sent_cost_more(costs):
    spend = np.exp(np.random.default_rng(8).normal(size=2_000_000))
    truth = MAILING + expected_match(spend).mean()
    graded, sent = [], []
    for _, world in costs.groupby("design"):
        score = world["cost_score"]
        error = score.std() / np.sqrt(len(score))
        graded.append(abs(score.mean() - truth) < 1.96 * error)
        cost = MAILING + world.loc[world["is_treated"] == 1, "match"]
        error = cost.std() / np.sqrt(len(cost))
        sent.append(abs(cost.mean() - truth) < 1.96 * error)
    assert len(graded) == N_WORLDS
    assert sum(graded) >= 17
    # The households that were sent it tell of others than all.
    assert sum(sent) <= 5


@slow
def test_a_cost_of_its_own_wins_where_it_should(warehouse, costs):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        built = connection.sql("from evidence.fct_household_costs").df()
    profit = MARGIN * EFFECT - costs["true_cost"]
    # Everybody pays by the flat cost or nobody does; by its own some households do.
    by_flat = costs["flat_cost"] < MARGIN * EFFECT
    by_own = costs["household_cost"] < MARGIN * EFFECT
    gain = profit * (by_own.astype(int) - by_flat.astype(int))
    truth = gain.groupby(costs["design"]).sum()
    rows = built[built["policy"] == "effect_above_break_even"].set_index("design")
    covered = truth.between(
        rows["own_cost_gain_ci_lower"], rows["own_cost_gain_ci_upper"]
    )
    assert len(covered) == N_WORLDS
    assert covered.sum() >= 17
    assert (rows["is_own_cost_better"] == (rows["own_cost_gain_ci_lower"] > 0)).all()
    assert rows["is_own_cost_better"].mean() >= 0.9
    # The rule that sends to all has no break-even to change.
    everybody = built[built["policy"] == "treat_all"]
    assert len(everybody) == N_WORLDS
    assert not everybody["is_own_cost_better"].any()
    assert (everybody["own_cost_gain"] == 0).all()
