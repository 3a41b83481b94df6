"""What the dashboard grades again must be what the build published."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from retail_uplift.serving import grading, published, questions


@pytest.fixture(scope="module")
def build(real_warehouse: Path):
    with published.connect(real_warehouse) as connection:
        yield connection


def units_of(build: duckdb.DuckDBPyConnection, design: str, population: str):
    sql = "from evidence.fct_policy_units where design = ? and population = ?"
    return build.execute(sql, [design, population]).df()


def published_rows(build: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    return build.sql(f"from marts.{table}").df()


def test_policies_at_the_configured_cost_and_margin(build):
    values = published_rows(build, "fct_policy_values")
    for (design, population), rows in values.groupby(["design", "population"]):
        units = units_of(build, design, population)
        terms = units[["cost_per_contact", "margin"]].iloc[0]
        graded = grading.policy_profits(units, cost=terms.iloc[0], margin=terms.iloc[1])
        both = graded.merge(rows, on="policy", suffixes=("", "_published"))
        assert len(both) == 3
        for name in ["n_targeted", "share_targeted", *grading.RESULT]:
            expected = both[f"{name}_published"]
            np.testing.assert_allclose(both[name], expected, rtol=1e-9, atol=1e-6)


def test_policies_at_every_published_cost_and_margin(build):
    scenarios = published_rows(build, "fct_scenarios")
    scenarios = scenarios[scenarios["is_decisive"]]
    cells = ["design", "population", "cost_per_contact", "margin"]
    n_rows = 0
    for (design, population, cost, margin), rows in scenarios.groupby(cells):
        units = units_of(build, design, population)
        graded = grading.policy_profits(units, cost=cost, margin=margin)
        both = graded.merge(rows, on="policy", suffixes=("", "_published"))
        n_rows += len(both)
        for name in ["n_targeted", *grading.RESULT]:
            expected = both[f"{name}_published"]
            np.testing.assert_allclose(both[name], expected, rtol=1e-9, atol=1e-6)
    assert n_rows == len(scenarios) > 0


def test_profit_curve(build):
    curve = published_rows(build, "fct_roi_curve")
    for (design, population), rows in curve.groupby(["design", "population"]):
        units = units_of(build, design, population)
        terms = units[["cost_per_contact", "margin"]].iloc[0]
        graded = grading.profit_curve(
            units, cost=terms.iloc[0], margin=terms.iloc[1], percents=range(1, 101)
        )
        rows = rows.sort_values("share_targeted")
        for name in ["share_targeted", *grading.RESULT]:
            np.testing.assert_allclose(graded[name], rows[name], rtol=1e-9, atol=1e-6)


def test_coupons_are_graded_as_sql_would(build):
    units = questions.policy_units(build)
    coupons = {1: 50, 6: 100}
    cost, margin = units[["cost_per_contact", "margin"]].iloc[0]
    graded = grading.handed_out(units, coupons, cost=cost, margin=margin)
    graded = graded.set_index("policy")
    assert graded["n_targeted"].to_numpy() == pytest.approx(150)
    units["contact"] = margin * units["dr_score"] - cost
    expected = duckdb.sql("""
        with means as (
            select split_id, segment_id, avg(contact) as contact from units group by all
        ),
        splits as (
            select split_id,
                sum(contact * case segment_id when 1 then 50 when 6 then 100 else 0 end)
                    as picked
            from means group by split_id
        ),
        anybody as (
            select split_id, 150 * avg(contact) as random from units group by split_id
        )
        select median(picked), median(random), median(picked - random)
        from splits inner join anybody using (split_id)""").fetchone()
    names = ["picked", "random", "picked_less_random"]
    assert graded.loc[names, "profit"].to_list() == pytest.approx(expected)


def small_units() -> pd.DataFrame:
    """Four households in one split, the last one with two units."""
    return pd.DataFrame(
        {
            "split_id": 1,
            "household_number": [1, 2, 3, 4, 4],
            "unit_number": [1, 2, 3, 4, 5],
            "segment_id": [1, 1, 2, 2, 2],
            "is_treated": [True, False, True, False, False],
            "dr_score": [10.0, -10.0, 20.0, 30.0, 50.0],
            "att_score": [4.0, 1.0, 6.0, 0.0, -1.0],
            "predicted_effect": [8.0, 1.0, 9.0, 2.0, 7.0],
            "rank_share": [0.3, 0.9, 0.1, 0.7, 0.5],
        }
    )


def test_policies_by_hand():
    graded = grading.policy_profits(small_units(), cost=1, margin=0.5)
    assert graded["n_targeted"].to_list() == [5, 3, 2]
    # 0.5 * 100 - 5, of the rule (above 2) 0.5 * 80 - 3, of practice 0.5 * 10 - 2.
    assert graded["profit"].to_list() == [45, 37, 3]
    capped = grading.policy_profits(small_units(), cost=1, margin=0.5, max_contacts=2)
    assert capped["n_targeted"].to_list() == [2, 2, 2]
    assert capped["profit"].to_list() == pytest.approx([2 / 5 * 45, 13, 3])


def test_units_of_a_household_vary_together():
    units = small_units()
    profits = np.ones((5, 1))
    # Of sums, not of means: the same profit of each unit has no error.
    assert grading.graded(units, profits)["std_error"].item() == 0
    profits[3:] = 2
    # 7 in all, 1.4 a unit: household sums less 1.4 a unit are -0.4 three times and 1.2.
    error = np.sqrt((3 * 0.4**2 + 1.2**2) * 4 / 3)
    assert grading.graded(units, profits)["std_error"].item() == pytest.approx(error)


def test_segments_by_hand():
    earned = grading.segment_profits(small_units(), cost=1, margin=0.5)
    assert earned["profit"].to_list() == [-1, pytest.approx(0.5 * 100 / 3 - 1)]


@pytest.mark.parametrize(("cost", "margin"), [(-1, 0.3), (1, 0), (1, 1.5)])
def test_impossible_terms(cost, margin):
    with pytest.raises(ValueError, match="must be 0 or more"):
        grading.policy_profits(small_units(), cost=cost, margin=margin)


def test_more_coupons_than_mailings():
    with pytest.raises(ValueError, match="more coupons than it has mailings"):
        grading.handed_out(small_units(), {1: 3}, cost=1, margin=0.5)


def test_units_without_a_segment():
    units = small_units()
    units.loc[4, "segment_id"] = None
    graded = grading.handed_out(units, {1: 2}, cost=1, margin=0.5).set_index("policy")
    assert graded.loc["picked", ["n_targeted", "profit"]].to_list() == [2, -2]
    # The largest predicted effects are those of units 3 and 1.
    assert graded.loc["ranked", "profit"] == 0.5 * 30 - 2
    # Two coupons for the two that the retailer chose.
    assert graded.loc["current_practice", "profit"] == 0.5 * 10 - 2
    assert graded.loc["random", "profit"] == pytest.approx(2 / 5 * 45)


def test_nobody_to_grade():
    nobody = small_units().head(0)
    graded = grading.policy_profits(nobody, cost=1, margin=0.5)
    assert graded["profit"].to_list() == [0, 0, 0]
    assert grading.segment_profits(nobody, cost=1, margin=0.5).empty
