"""What all campaigns did, by a global holdout, beside scipy's Welch test.

Real weeks of the bundled year: a part of the households is held out by lot, and all
others get an effect that is known.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import BUILD_DATA, REPOSITORY, copy_tables, run_dbt_or_fail
from scipy import stats
from shared import contact_cost

pytestmark = pytest.mark.slow

VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())["vars"]
LOOKBACK = VARS["lookback_days"]["completejourney"]
SHARE = 0.2
EFFECT = 150.0
START_DAY = 150
# The first list has no global holdout yet, the last one forgot whom it held out.
EARLIER, FIRST, LATER = 5, 18, 22
TABLES = (
    "intermediate.int_calendar",
    "intermediate.int_contact_cost",
    "intermediate.int_purchase_days",
    "seeds.experiment_metrics",
    "seeds.words",
    # The next two are what the views after them read.
    "staging.base_campaign_targets",
    "staging.base_campaigns",
    "staging.stg_campaign_targets",
    "staging.stg_campaigns",
)
MODELS = (
    "int_global_holdout_units",
    "int_global_holdout_outcomes",
    "int_global_holdout_arms",
    "int_global_holdout_checks",
    "int_global_holdout_effects",
    "fct_global_holdout",
)


@pytest.fixture(scope="module")
def holdout(
    real_warehouse: Path, scratch_folder: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Marts of a global holdout whose others bought for EFFECT dollars more each."""
    warehouse = scratch_folder / "global_holdout" / "retail_uplift.duckdb"
    warehouse.parent.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        copy_tables(connection, real_warehouse, TABLES)
        ids = connection.sql(
            "select distinct household_id from intermediate.int_purchase_days "
            "order by household_id"
        ).df()["household_id"]
        is_held_out = np.random.default_rng(3).random(len(ids)) < SHARE
        rows = [
            pd.DataFrame(
                {
                    "campaign_id": campaign,
                    "household_id": ids,
                    "assigned_at_day": day,
                    "is_global_holdout": flags,
                    "global_holdout_share": share,
                }
            )
            for campaign, day, flags, share in (
                (EARLIER, START_DAY - 50, False, 0.0),
                (FIRST, START_DAY, is_held_out, SHARE),
                (LATER, START_DAY + 50, ~is_held_out, SHARE),
            )
        ]
        connection.register("assignments", pd.concat(rows))
        connection.execute("create schema history")
        connection.execute(
            "create table history.campaign_assignments as from assignments"
        )
        connection.execute(
            f"""
            insert into intermediate.int_purchase_days by name
            select
                household_id,
                {START_DAY} as day,
                {EFFECT} as sales_value,
                0 as n_baskets,
                0 as coupon_match_discount
            from assignments
            where campaign_id = {FIRST} and not is_global_holdout
            """
        )
    # With the data tests: where nothing was assigned, they have no rows to check.
    run_dbt_or_fail([*BUILD_DATA, "--select", *MODELS], warehouse, threads=1)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def units(holdout: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Per household: whether held out, dollars since the first list and before."""
    rows = holdout.sql(
        "select household_id, is_global_holdout as held from "
        f"history.campaign_assignments where campaign_id = {FIRST} order by 1"
    ).df()
    days = holdout.sql("from intermediate.int_purchase_days").df()
    days["sales_value"] = days["sales_value"].astype(float)

    def total(first: int, last: float) -> pd.Series:
        part = days[days["day"].between(first, last)]
        sums = part.groupby("household_id")["sales_value"].sum()
        return rows["household_id"].map(sums).fillna(0.0)

    return rows.assign(
        y=total(START_DAY, np.inf), x=total(START_DAY - LOOKBACK, START_DAY - 1)
    )


@pytest.mark.parametrize("method", ["plain", "cuped"])
def test_the_difference_is_scipys_welch_test(holdout, units, method):
    y = units["y"]
    if method == "cuped":
        theta = np.cov(units["x"], y)[0, 1] / units["x"].var()
        y = y - theta * (units["x"] - units["x"].mean())
    others, held = y[~units["held"]], y[units["held"]]
    welch = stats.ttest_ind(others, held, equal_var=False)
    effect = others.mean() - held.mean()
    built = holdout.sql(
        "from marts.fct_global_holdout where metric = 'purchase_amount' "
        f"and method = '{method}'"
    ).df()
    [row] = built.to_dict("records")
    assert (row["n_held_out"], row["n_others"]) == (len(held), len(others))
    assert row["effect"] == pytest.approx(effect)
    assert row["std_error"] == pytest.approx(effect / welch.statistic)
    assert row["held_out_mean"] == pytest.approx(held.mean())
    # The normal distribution stands in for some 600 degrees of freedom or more.
    assert row["p_value"] == pytest.approx(welch.pvalue, rel=0.1, abs=1e-4)
    if method == "cuped":
        assert row["ci_lower"] < EFFECT < row["ci_upper"]
        assert row["verdict"].startswith("The campaigns earn")


def test_the_look_back_narrows_the_interval(holdout):
    errors = dict(
        holdout.sql(
            "select method, std_error from marts.fct_global_holdout "
            "where metric = 'purchase_amount'"
        ).fetchall()
    )
    assert errors["cuped"] < 0.8 * errors["plain"]


def test_contacts_are_paid_for(holdout, units):
    """The retailer knew nothing of our holdout, so that both groups were sent alike."""
    targets = holdout.sql(
        "select household_id, count(*) as n from staging.stg_campaign_targets "
        "inner join staging.stg_campaigns using (campaign_id) "
        f"where start_day >= {START_DAY} group by 1"
    ).df()
    n = units["household_id"].map(targets.set_index("household_id")["n"]).fillna(0)
    held, others = n[units["held"]].mean(), n[~units["held"]].mean()
    assert held > 0.5
    rows = holdout.sql("from marts.fct_global_holdout").df()
    assert rows["contacts_per_held_out"].to_numpy() == pytest.approx(held)
    assert rows["contacts_per_other"].to_numpy() == pytest.approx(others)
    amounts = rows[rows["metric"] == "purchase_amount"]
    cost = contact_cost(holdout) * (others - held)
    profit = VARS["margin"] * amounts["effect"] - cost
    assert amounts["profit_per_household"].to_numpy() == pytest.approx(profit)
    assert (
        rows.loc[rows["metric"] != "purchase_amount", "profit_per_household"]
        .isna()
        .all()
    )


def test_the_ratio_is_scipys_chi_square(holdout, units):
    n, held = len(units), int(units["held"].sum())
    p = stats.chisquare([held, n - held], [SHARE * n, (1 - SHARE) * n]).pvalue
    rows = holdout.sql("from marts.fct_global_holdout").df()
    assert rows["ratio_p_value"].to_numpy() == pytest.approx(p, rel=1e-4)
