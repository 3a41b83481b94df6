"""Tests of a campaign that is run after the data end."""

import numpy as np
import pandas as pd
import pytest

from retail_uplift.simulation.next_campaign import run_campaign, seen_until
from retail_uplift.simulation.worlds import Campaign, Settings

CAMPAIGN = Campaign(
    campaign_id=9,
    campaign_type="A",
    start_day=101,
    end_day=140,
    outcome_end_day=160,
    share=0.0,
)
N_HOUSEHOLDS = 400


def settings(world: str, effect: float = 60.0) -> Settings:
    return Settings(
        world=world, n_households=N_HOUSEHOLDS, n_weeks=27, seed=1, effect=effect
    )


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """Return 400 households with a basket of 20 dollars on each tenth or third day.

    The last household starts to shop on day 101.
    """
    rows = []
    for household in range(1, N_HOUSEHOLDS + 1):
        step = 3 if household % 2 else 10
        first = 101 if household == N_HOUSEHOLDS else 1
        for number, day in enumerate(range(first, 161, step)):
            rows.append((household, 1_000 * household + number, 1, 5, day))
    names = ["household_id", "basket_id", "product_id", "store_id", "day"]
    lines = pd.DataFrame(rows, columns=names).assign(
        week=lambda table: 1 + (table["day"] + 1) // 7,
        transacted_on=pd.Timestamp("2023-01-01"),
        quantity=1,
        sales_value=20.0,
        retail_discount=0.0,
        coupon_discount=0.0,
        coupon_match_discount=0.0,
    )
    campaigns = {"campaign_type": "B", "end_day": 120}
    return {
        "transactions": lines,
        "products": pd.DataFrame(
            {"product_id": range(1, 31), "department": ["GROCERY"] * 20 + ["MEAT"] * 10}
        ),
        "households": pd.DataFrame({"household_id": [1, N_HOUSEHOLDS]}),
        "campaigns": pd.DataFrame(
            [
                {"campaign_id": 1, "start_day": 100} | campaigns,
                {"campaign_id": 2, "start_day": 101} | campaigns,
            ]
        )[["campaign_id", "campaign_type", "start_day", "end_day"]],
        "campaign_targets": pd.DataFrame(
            {"campaign_id": [1, 2], "household_id": [1, N_HOUSEHOLDS]}
        ),
        "coupons": pd.DataFrame({"campaign_id": [1, 2], "product_id": [1, 2]}),
        "coupon_redemptions": pd.DataFrame({"day": [100, 101], "campaign_id": [1, 1]}),
        "promotions": pd.DataFrame({"week": [15, 16], "product_id": [1, 2]}),
    }


def test_nobody_has_seen_a_later_day(tables: dict[str, pd.DataFrame]):
    """Day 100 is in week 15."""
    seen = seen_until(tables, 100)
    assert seen["transactions"]["day"].max() == 100
    assert N_HOUSEHOLDS not in set(seen["transactions"]["household_id"])
    for name in ("campaigns", "campaign_targets", "coupons"):
        assert seen[name]["campaign_id"].to_list() == [1], name
    assert seen["coupon_redemptions"]["day"].to_list() == [100]
    assert seen["promotions"]["week"].to_list() == [15]
    assert seen["households"]["household_id"].to_list() == [1]
    assert seen["products"] is tables["products"]


@pytest.mark.parametrize("world", ["null", "constant", "heterogeneous"])
def test_each_household_is_recorded_in_the_arm_that_it_is_in(
    world: str, tables: dict[str, pd.DataFrame]
):
    sent = np.arange(1, 200)
    outcome = run_campaign(
        tables, settings(world), CAMPAIGN, sent, np.random.default_rng(2)
    )
    truth = outcome.truth.set_index("household_id")
    assert truth.index.to_list() == list(range(1, N_HOUSEHOLDS))
    assert (truth["y1"] - truth["y0"]).to_numpy() == pytest.approx(truth["effect"])
    after = outcome.tables["transactions"]
    days = after["day"].between(CAMPAIGN.start_day, CAMPAIGN.outcome_end_day)
    sales = after[days].groupby("household_id")["sales_value"].sum()
    recorded = truth["y1"].where(truth.index.isin(sent), truth["y0"])
    seen = sales.reindex(truth.index, fill_value=0.0)
    assert seen.to_numpy() == pytest.approx(recorded.to_numpy())
    # What lies before the campaign is what it was.
    before = tables["transactions"].query("day <= 100").reset_index(drop=True)
    rows = after[after["day"] <= 100][before.columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, before)
    targets = outcome.tables["campaign_targets"].query("campaign_id == 9")
    assert targets["household_id"].to_list() == sent.tolist()
    assert outcome.tables["campaigns"]["campaign_id"].to_list() == [1, 2, 9]
    lines = after[["basket_id", "product_id"]]
    assert not lines.duplicated().any()


def test_effects_follow_the_law_of_the_world(tables: dict[str, pd.DataFrame]):
    """Every third day is 30 baskets in the look-back, which lose; 9 baskets gain."""

    def effects(world: str) -> pd.Series:
        outcome = run_campaign(
            tables, settings(world), CAMPAIGN, np.array([1]), np.random.default_rng(3)
        )
        truth = outcome.truth
        assert len(truth) == N_HOUSEHOLDS - 1
        return truth.groupby(truth["household_id"] % 2)["effect"].mean()

    assert (effects("null") == 0).all()
    # An extra basket is worth 30 dollars: 200 households have an error of 3 dollars.
    assert effects("constant").to_numpy() == pytest.approx([60, 60], abs=12)
    differing = effects("heterogeneous")
    gain = 110 * np.exp(-((np.log(9 / 12) / 0.75) ** 2))
    assert differing[0] == pytest.approx(gain, abs=15)
    # A fifth of 20 baskets of 20 dollars.
    assert differing[1] == pytest.approx(-80, abs=10)


def test_what_cannot_be_run_is_said(tables: dict[str, pd.DataFrame]):
    def run(campaign: Campaign, sent: list[int]) -> None:
        rng = np.random.default_rng(4)
        run_campaign(tables, settings("null"), campaign, np.array(sent), rng)

    known = Campaign(1, "A", 101, 140, 160, 0.0)
    with pytest.raises(ValueError, match="campaign 1 is in the tables already"):
        run(known, [1])
    late = Campaign(9, "A", 101, 140, 161, 0.0)
    with pytest.raises(ValueError, match="the tables end on day 160, expected day 161"):
        run(late, [1])
    with pytest.raises(ValueError, match=r"households \[400\] did not shop before"):
        run(CAMPAIGN, [1, N_HOUSEHOLDS])
