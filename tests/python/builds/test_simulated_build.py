"""What a build says of a simulated year can be compared with its truth.

The query to copy is ``analyses/effects/compare_with_truth.sql``: scores of the
warehouse join to ``truth.parquet`` by campaign and household.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dbt_runner import BUILD_DATA, query, run_dbt, run_dbt_or_fail
from known_truth import feature_marginals
from tiny_canonical import SMALL_FITS

from retail_uplift.simulation.worlds import Settings
from retail_uplift.simulation.writer import write_simulation

pytestmark = pytest.mark.slow

# What the tests read, with its data tests.
BUILD = [*BUILD_DATA, "--select", "+stg_rejected_rows", "+fct_household_features"]
BUILD += ["+fct_trial_units", "+fct_dr_scores", "+fct_effect_estimates"]
BUILD += ["+int_matched_pairs"]


@pytest.fixture(scope="module")
def raw_folder(scratch_folder: Path) -> Path:
    folder = scratch_folder / "simulated_raw"
    # One trial: with more, later campaigns choose which households are never sent one,
    # by what they spent after time zero, and no estimate is free of that.
    settings = Settings(
        world="heterogeneous",
        n_households=2_500,
        n_weeks=52,
        seed=11,
        overlap=0.5,
        n_trials=1,
    )
    write_simulation(settings, folder)
    return folder


@pytest.fixture(scope="module")
def warehouse(scratch_folder: Path, raw_folder: Path) -> Path:
    warehouse = scratch_folder / "simulated" / "retail_uplift.duckdb"
    edition = {"edition": "canonical", "raw_dir": str(raw_folder)}
    run_dbt_or_fail(BUILD, warehouse, vars=edition | SMALL_FITS)
    return warehouse


@pytest.fixture(scope="module")
def comparison(warehouse: Path, raw_folder: Path) -> list[dict[str, Any]]:
    """The rows of the documented query, as its documented command prints them."""
    run = run_dbt(
        ["--quiet", "show", "--select", "compare_with_truth", "--output", "json"],
        warehouse,
        vars={"edition": "canonical", "raw_dir": str(raw_folder)},
    )
    assert run.returncode == 0, run.stdout
    return json.loads(run.stdout)["show"]


def test_no_simulated_row_is_rejected(warehouse: Path) -> None:
    assert query(warehouse, "select * from staging.stg_rejected_rows") == []


def test_every_unit_is_in_the_truth_with_its_arm_and_its_sales(
    warehouse: Path, raw_folder: Path
) -> None:
    n_units, n_known, n_same_arm, n_same_sales, n_scores = query(
        warehouse,
        """
        select
            count(*),
            count(truth.household_id),
            count(*) filter (where units.is_treated = truth.is_sent),
            count(*) filter (
                where units.purchase_amount = if(truth.is_sent, truth.y1, truth.y0)
            ),
            count(scores.dr_score)
        from marts.fct_trial_units as units
        left join read_parquet($truth) as truth using (campaign_id, household_id)
        left join evidence.fct_dr_scores as scores
            on units.design = scores.design
            and units.campaign_id = scores.campaign_id
            and units.household_id = scores.household_id
            and scores.outcome = 'purchase_amount'
        where units.design = 'first_type_a'
        """,
        truth=str(raw_folder / "truth.parquet"),
    )[0]
    assert n_units > 1_500
    assert (n_known, n_same_arm, n_same_sales, n_scores) == (n_units,) * 4


def test_the_documented_query_sets_the_estimates_beside_the_truth(
    comparison: list[dict[str, Any]], warehouse: Path, raw_folder: Path
) -> None:
    written = query(
        warehouse,
        """
        select estimand, is_headline, estimate, ci_lower, ci_upper
        from marts.fct_effect_estimates
        where design = 'first_type_a' and outcome = 'purchase_amount'
            and estimator in ('AIPW', 'difference in means', '1:1 matching')
        order by is_headline desc, estimand
        """,
    )
    columns = ["estimand", "is_headline", "estimate", "ci_lower", "ci_upper"]
    shown = [tuple(row[name] for name in columns) for row in comparison]
    assert [row[:2] for row in shown] == [row[:2] for row in written]
    estimands = {"naive", "ATE", "ATT", "ATO", "ATT of the matched"}
    assert {row[0] for row in shown} == estimands
    # Where arms do not overlap there is an estimate without an interval.
    figures = [np.array([row[2:] for row in rows], float) for rows in (shown, written)]
    np.testing.assert_allclose(*figures, rtol=0, atol=0.006)

    scores = pd.DataFrame(
        query(
            warehouse,
            "select campaign_id, household_id, is_treated, propensity "
            "from evidence.fct_dr_scores "
            "where design = 'first_type_a' and outcome = 'purchase_amount'",
        ),
        columns=["campaign_id", "household_id", "is_treated", "propensity"],
    )
    truth = pd.read_parquet(raw_folder / "truth.parquet")
    units = scores.merge(truth, on=["campaign_id", "household_id"], validate="1:1")
    assert len(units) == len(scores) > 1_500
    effect = (units.y1 - units.y0).astype(float)
    chance = units.propensity_x
    pairs = query(
        warehouse,
        "select campaign_id, household_id from intermediate.int_matched_pairs "
        "where design = 'first_type_a'",
    )
    pairs = pd.DataFrame(pairs, columns=["campaign_id", "household_id"])
    matched = pairs.merge(truth, on=["campaign_id", "household_id"], validate="m:1")
    assert len(matched) == len(pairs) > 0
    expected = {
        "ATE": effect.mean(),
        "ATT": effect[units.is_treated].mean(),
        "ATO": np.average(effect, weights=chance * (1 - chance)),
        "ATT of the matched": (matched.y1 - matched.y0).astype(float).mean(),
    }
    true_effects = {row["estimand"]: row["true_effect"] for row in comparison}
    assert true_effects.pop("naive") is None
    assert true_effects == pytest.approx(expected, abs=0.006)
    # The three questions have three answers, so that a mixed-up weight would show.
    assert np.ptp(list(expected.values())) > 1


def test_the_headline_is_near_the_truth(comparison: list[dict[str, Any]]) -> None:
    headline, *others = comparison
    assert headline["is_headline"]
    assert not any(row["is_headline"] for row in others)
    estimate, truth = headline["estimate"], headline["true_effect"]
    lower, upper = headline["ci_lower"], headline["ci_upper"]
    assert lower < estimate < upper
    std_error = (upper - lower) / 2 / 1.96
    # Selection makes the raw difference useless: the best customers are sent more.
    (naive,) = (row["estimate"] for row in others if row["estimand"] == "naive")
    assert naive - truth > 100
    # Four standard errors, of which none is so large that any answer would do.
    assert abs(estimate - truth) < 4 * std_error < 100


def test_features_are_distributed_as_in_the_real_year(
    warehouse: Path, real_warehouse: Path
) -> None:
    """The simulated median of each feature is an ordinary value of the real year."""
    marginals = feature_marginals(real_warehouse, warehouse)
    assert len(marginals) == 33
    ranks = {row["feature"]: row["median_rank"] for row in marginals}
    assert {name: rank for name, rank in ranks.items() if abs(rank - 0.5) > 0.1} == {}
