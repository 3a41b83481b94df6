"""A whole build of a simulated year can be compared with its truth.

The first query of this module is the one to copy: scores and outcomes of the warehouse
join to ``truth.parquet`` by campaign and household.
"""

import math
from pathlib import Path

import duckdb
import pytest
from dbt_runner import query, run_dbt_or_fail
from tiny_canonical import SMALL_FITS

from retail_uplift.simulation.worlds import Settings
from retail_uplift.simulation.writer import write_simulation

pytestmark = pytest.mark.slow


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
    run_dbt_or_fail(["build"], warehouse, vars=edition | SMALL_FITS)
    return warehouse


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
        left join marts.fct_dr_scores as scores
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


def test_the_headline_is_near_the_truth(warehouse: Path, raw_folder: Path) -> None:
    ((estimand, estimate, std_error, lower, upper),) = query(
        warehouse,
        """
        select estimand, estimate, std_error, ci_lower, ci_upper
        from marts.fct_effect_estimates
        where design = 'first_type_a' and outcome = 'purchase_amount' and is_headline
        """,
    )
    assert estimand in {"ATE", "ATO"}
    assert all(map(math.isfinite, (estimate, std_error, lower, upper)))
    assert lower < estimate < upper
    # The truth of the same estimand, weighted by the estimated propensities.
    ((truth, naive),) = query(
        warehouse,
        """
        select
            sum(weight * effect) / sum(weight),
            avg(purchase_amount) filter (where is_sent)
                - avg(purchase_amount) filter (where not is_sent)
        from (
            select
                cast(truth.effect as double) as effect,
                cast(units.purchase_amount as double) as purchase_amount,
                truth.is_sent,
                if(
                    $estimand = 'ATO', scores.propensity * (1 - scores.propensity), 1
                ) as weight
            from marts.fct_trial_units as units
            inner join marts.fct_dr_scores as scores
                using (design, campaign_id, household_id)
            inner join read_parquet($truth) as truth
                using (campaign_id, household_id)
            where design = 'first_type_a' and outcome = 'purchase_amount'
        )
        """,
        truth=str(raw_folder / "truth.parquet"),
        estimand=estimand,
    )
    # Selection makes the raw difference useless: the best customers are sent more.
    assert naive - truth > 100
    # Four standard errors, of which none is so large that any answer would do.
    assert abs(estimate - truth) < 4 * std_error < 100


def test_features_are_distributed_as_in_the_real_year(
    warehouse: Path, real_warehouse: Path
) -> None:
    """The simulated median of each feature is an ordinary value of the real year."""
    with duckdb.connect() as connection:
        for name, path in (("real", real_warehouse), ("simulated", warehouse)):
            connection.execute(f"attach '{path}' as {name}_year (read_only)")
            connection.execute(
                f"create view {name} as select * exclude "
                "(household_id, window_id, start_day, end_day) "
                f"from {name}_year.marts.fct_household_features "
                "where window_id = 'full'"
            )
        features = [row[0] for row in connection.sql("describe real").fetchall()]
        assert len(features) == 33
        strange = {}
        for feature in features:
            median = f"(select median({feature}) from simulated)"
            # Many features have ties, so a median has a range of ranks.
            ((below, up_to),) = connection.sql(
                f"select avg(cast({feature} < {median} as integer)), "
                f"avg(cast({feature} <= {median} as integer)) from real"
            ).fetchall()
            if below > 0.6 or up_to < 0.4:
                strange[feature] = (below, up_to)
    assert strange == {}
