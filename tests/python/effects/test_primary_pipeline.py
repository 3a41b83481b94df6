"""The primary pipeline, as it is, on retailers with several campaigns.

`test_known_truth.py` proves rates on replicates with fast fits, and looks at builds of
one campaign. Here nothing is a stand-in: 10,000 households and two trials, the learners
and the forest of `dbt_project.yml`, and whatever population the gates let decide. A
build takes minutes, so `make proofs` alone runs them.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from primary_pipeline import CASES, N_TRIALS, grade_all
from scipy import stats

from retail_uplift.simulation.worlds import LOOKBACK_DAYS, Settings, campaign_plan
from retail_uplift.simulation.writer import write_simulation

pytestmark = pytest.mark.slow

proof = pytest.mark.skipif(
    os.environ.get("RETAIL_UPLIFT_PROOF_SCALE", "1") == "1",
    reason="many builds of 10,000 households, which `make proofs` runs",
)
# Share of the best possible profit that the recommended policy may miss.
MAX_REGRET = 0.10


@pytest.fixture(scope="module")
def grades(scratch_folder: Path) -> pd.DataFrame:
    """Build all retailers once; one row each."""
    return pd.DataFrame(grade_all(scratch_folder / "primary_pipeline"))


def most_misses(n_intervals: int) -> int:
    """Return how many 95 % intervals may miss: more do so by chance once in 100."""
    return int(stats.binom.ppf(0.99, n_intervals, 0.05))


@proof
def test_each_build_has_the_households_at_risk_of_several_trials(
    grades: pd.DataFrame,
) -> None:
    """Later trials leave out nobody who was not sent a campaign before."""
    assert grades.groupby("pays_for").size().to_dict() == {
        name: len(case.seeds) for name, case in CASES.items()
    }
    assert (grades["n_campaigns"] == N_TRIALS > 1).all()
    assert (grades["n_units"] == grades["n_at_risk"]).all()
    # The gates have something to decide.
    assert (grades["share_of_units"] < 1).any()


@proof
def test_headline_intervals_cover_the_truth_of_their_estimand(
    grades: pd.DataFrame,
) -> None:
    covered = grades["true_effect"].between(grades["ci_lower"], grades["ci_upper"])
    assert (~covered).sum() <= most_misses(len(grades))
    # Errors of builds that are too large one by one to see a bias show it together.
    std_errors = (grades["ci_upper"] - grades["ci_lower"]) / (2 * stats.norm.ppf(0.975))
    z = (grades["estimate"] - grades["true_effect"]) / std_errors
    assert abs(z.sum()) / np.sqrt(len(z)) < 3


@proof
@pytest.mark.parametrize("case", ["everybody", "a group"])
def test_where_sending_pays_the_policy_misses_at_most_a_tenth(
    case: str, grades: pd.DataFrame, record_property: Callable[[str, object], None]
) -> None:
    """Nobody is the policy that earns nothing: its regret is 1."""
    rows = grades[grades["pays_for"] == case]
    regret = rows["regret"]
    record_property("regret", regret.to_list())
    print(
        f"pays for {case}: regret {regret.mean():.1%} on average of {len(rows)} "
        f"retailers, {regret.min():.1%} to {regret.max():.1%}"
    )
    assert (rows["best_profit"] > 0).all()
    assert regret.between(0, MAX_REGRET).all(), rows.map(str).to_dict("records")


@proof
def test_the_group_is_found_and_not_everybody(grades: pd.DataFrame) -> None:
    rows = grades[grades["pays_for"] == "a group"]
    assert rows["is_ranking"].all()
    assert not rows["policy"].isin(["treat_all", "treat_none"]).any()
    assert ((rows["share_targeted"] - rows["share_worth_it"]).abs() < 0.15).all()


@proof
def test_where_sending_does_not_pay_nobody_is_sent_to(grades: pd.DataFrame) -> None:
    rows = grades[grades["pays_for"] == "nobody"]
    assert (rows["best_profit"] == 0).all()
    assert (rows["policy"] == "treat_none").all()
    assert (rows["true_profit"] == 0).all()
    # The campaign raises sales, and they are seen to rise: it only costs more.
    assert (rows["true_effect"] > 0).all()


@proof
def test_the_claimed_profit_of_a_policy_is_honest(grades: pd.DataFrame) -> None:
    """Intervals of width 0, of sending to nobody, prove nothing and are left out."""
    rows = grades[grades["policy"] != "treat_none"]
    assert len(rows) > 0
    covered = rows["true_profit"].between(rows["claimed_lower"], rows["claimed_upper"])
    assert (~covered).sum() <= most_misses(len(rows))


def test_later_trials_select_controls_that_were_never_sent_and_no_others(
    tmp_path: Path,
) -> None:
    """Why several trials are a matter of the control rule, by true propensities alone.

    Among units weighted by e (1 - e), the mean of the outcome without a campaign is
    known. Controls weighted by e estimate it. Those not sent a trial do, whatever they
    are sent later (design campaign_trials). Those never sent one do not (design
    first_type_a): later trials look back at the outcome and take the big spenders away.
    """
    settings = Settings(
        world="null",
        n_households=5_000,
        n_weeks=55,
        seed=1,
        overlap=0.5,
        n_trials=3,
        n_products=1_000,
        n_stores=2,
    )
    write_simulation(settings, tmp_path / "raw")
    truth = pd.read_parquet(tmp_path / "raw" / "truth.parquet")
    trials = [
        campaign.campaign_id
        for campaign in campaign_plan(settings)
        if campaign.campaign_type == "A" and campaign.start_day > LOOKBACK_DAYS
    ]
    units = truth[truth["campaign_id"].isin(trials)]
    assert len(trials) == units["campaign_id"].nunique() == 3
    never_sent = ~units.groupby("household_id")["is_sent"].transform("any")
    assert abs(control_z(units, ~units["is_sent"])) < 3
    assert control_z(units, never_sent) < -5


def control_z(units: pd.DataFrame, is_control: pd.Series) -> float:
    """Return the error of a mean over controls, in standard errors by household."""
    outcome = units["y0"].astype(float)
    propensity = units["propensity"]
    weights = {
        "all": propensity * (1 - propensity),
        "controls": propensity * is_control,
    }
    means = {name: np.average(outcome, weights=w) for name, w in weights.items()}
    influences = {
        name: w * (outcome - means[name]) / w.sum() for name, w in weights.items()
    }
    difference = influences["controls"] - influences["all"]
    by_household = difference.groupby(units["household_id"]).sum()
    error = means["controls"] - means["all"]
    return error / np.sqrt((by_household**2).sum())
