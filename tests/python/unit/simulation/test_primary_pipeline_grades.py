"""Tests of the grades of a build, with five units whose profits are known."""

from pathlib import Path

import duckdb
import pytest
from known_worlds import Retailer
from primary_pipeline import CASES, grade, rounded

from retail_uplift.simulation.worlds import Settings

# A contact costs 12.73 dollars and sales leave 30 %: sending to 1, 2 or 5 earns 17.27
# dollars each, to 3 or 4 it loses 12.73.
TRUTH = [(1, 100, True), (2, 100, True), (3, 0, False), (4, 0, False), (5, 100, True)]
POPULATIONS = {"all": {1, 2, 3, 4, 5}, "comparable": {1, 2, 3, 4}}
# In the second split, the rule takes household 3 for household 2.
TARGETS = {
    "treat_none": [set(), set()],
    "treat_all": [{1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}],
    "rule": [{1, 2}, {1, 3}],
}
BEST = 2 * 17.27
RULE = (2 * 17.27 + 17.27 - 12.73) / 2


def built(folder: Path, recommended: str, truth: list[tuple]) -> Retailer:
    """Write the tables that a grade reads; the decisive population is the second."""
    path = folder / "truth.parquet"
    warehouse = folder / "retail_uplift.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        for schema in ("evidence", "intermediate", "marts"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table truths "
            "(household_id integer, effect decimal(12, 2), is_worth_sending boolean)"
        )
        connection.executemany("insert into truths values (?, ?, ?)", truth)
        connection.execute(
            "copy (select 7 as campaign_id, *, household_id = 1 as is_sent from truths)"
            f" to '{path}' (format parquet)"
        )
        # Household 1 has all of the overlap, so that its effect alone is the ATO.
        connection.execute(
            """
            create table evidence.fct_dr_scores as
            select
                'campaign_trials' as design,
                'purchase_amount' as outcome,
                7 as campaign_id,
                household_id,
                household_id = 1 as is_treated,
                3 as n_splits,
                if(household_id = 1, 0.5, 0.0) as propensity
            from truths
            """
        )
        connection.execute(
            """
            create table marts.fct_effect_estimates as
            select
                'campaign_trials' as design,
                'purchase_amount' as outcome,
                estimand,
                90.0 as estimate,
                70.0 as ci_lower,
                110.0 as ci_upper,
                estimand = 'ATO' as is_headline
            from (values ('ATE'), ('ATO')) as estimands (estimand)
            """
        )
        connection.execute(
            """
            create table evidence.fct_target_populations as
            select *
            from (
                values
                    ('campaign_trials', 'all', 1.0, false),
                    ('campaign_trials', 'comparable', 0.8, true)
            ) as populations (design, population, share_of_units, is_decisive)
            """
        )
        connection.execute(
            "create table intermediate.int_policy_rewards (design varchar, "
            "population varchar, policy varchar, split_id integer, "
            "campaign_id integer, household_id integer, is_targeted integer)"
        )
        connection.executemany(
            "insert into intermediate.int_policy_rewards values "
            "('campaign_trials', ?, ?, ?, 7, ?, ?)",
            [
                (population, policy, split_id, household_id, int(household_id in sent))
                for population, household_ids in POPULATIONS.items()
                for policy, splits in TARGETS.items()
                for split_id, sent in enumerate(splits, start=1)
                for household_id in household_ids
            ],
        )
        connection.execute(
            "create table intermediate.int_policy_choices (design varchar, "
            "population varchar, is_decisive boolean, policy varchar, "
            "is_chosen boolean, exclusion_reason varchar)"
        )
        connection.executemany(
            "insert into intermediate.int_policy_choices values "
            "('campaign_trials', ?, ?, ?, ?, ?)",
            [
                (
                    population,
                    population == "comparable",
                    policy,
                    policy == "rule",
                    "no rule" if policy == "treat_none" else None,
                )
                for population in POPULATIONS
                for policy in TARGETS
            ],
        )
        connection.execute(
            f"""
            create table intermediate.int_chosen_policies as
            select
                design,
                population,
                is_decisive,
                policy,
                0.5 as share_targeted,
                30.0 as profit,
                20.0 as ci_lower,
                40.0 as ci_upper,
                true as is_heterogeneity_detected
            from intermediate.int_policy_choices
            where policy = '{recommended}'
            """
        )
    return Retailer(Settings("constant", 100, 30, seed=1), path, warehouse, {})


def test_regret_is_what_the_recommended_policy_misses(tmp_path: Path) -> None:
    row = grade(built(tmp_path, "rule", TRUTH))
    assert row["population"] == "comparable"
    assert row["best_profit"] == pytest.approx(BEST)
    assert row["best_profit_of_all"] == pytest.approx(BEST + 17.27)
    assert row["true_profit"] == pytest.approx(RULE)
    assert row["regret"] == row["least_regret"] == pytest.approx(1 - RULE / BEST)
    assert row["first_choice"] == "rule"
    assert row["share_worth_it"] == 0.5


def test_sending_to_nobody_misses_everything(tmp_path: Path) -> None:
    row = grade(built(tmp_path, "treat_none", TRUTH))
    assert (row["true_profit"], row["regret"]) == (0, 1)
    # What could have been chosen was better.
    assert row["least_regret"] == pytest.approx(1 - RULE / BEST)


def test_where_nobody_is_worth_a_contact_there_is_a_loss_and_no_regret(
    tmp_path: Path,
) -> None:
    nobody = [(household_id, 0, False) for household_id, *_ in TRUTH]
    row = grade(built(tmp_path, "treat_all", nobody))
    assert row["best_profit"] == 0
    assert row["true_profit"] == pytest.approx(-4 * 12.73)
    assert row["regret"] != row["regret"]


def test_the_truth_is_that_of_the_estimand_of_the_headline(tmp_path: Path) -> None:
    row = grade(built(tmp_path, "rule", [(1, 80, True), *TRUTH[1:]]))
    assert (row["n_campaigns"], row["n_at_risk"], row["n_units"]) == (1, 5, 5)
    assert row["n_splits"] == 3
    assert (row["estimand"], row["true_effect"], row["estimate"]) == ("ATO", 80, 90)


def test_rounding_keeps_words_and_empties_what_is_missing() -> None:
    row = {"pays_for": "nobody", "seed": 1, "estimate": 20.126, "true_profit": -0.2}
    assert rounded({**row, "share_targeted": 0.12345, "regret": float("nan")}) == {
        "pays_for": "nobody",
        "seed": 1,
        "estimate": 20.13,
        "true_profit": 0.0,
        "share_targeted": 0.123,
        "regret": None,
    }


def test_no_two_retailers_share_their_households() -> None:
    seeds = [seed for case in CASES.values() for seed in case.seeds]
    assert len(seeds) == len(set(seeds))
    assert all(len(case.seeds) > 1 for case in CASES.values())
