"""The gates of estimates let pass what is right, and stop what is not.

The worlds are those of test_impact_known_truth: each campaign type is a replicate. The
project's own compiled SQL decides which of its estimates are published.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dbt_runner import REPOSITORY
from test_impact_known_truth import (
    COVARIATES,
    N_EFFECT_WEEKS,
    N_PRE_WEEKS,
    PANEL,
    STARTS,
    World,
    simulate,
)

from retail_uplift.auditing import audit
from retail_uplift.auditing.grading import Plan, plan_from_manifest, run_steps
from retail_uplift.impact.changes import UNIT, expect_changes
from retail_uplift.impact.pre_trends import check_pre_trends

pytestmark = pytest.mark.slow

N_REPLICATES = 40
# What is given, and then fitted, before each of three parts of the SQL.
GIVEN = (*PANEL, "int_impact_campaigns")
FITTED = (*GIVEN, "py_impact_nuisances")
TESTED = (*FITTED, "py_placebo_nuisances", "py_pre_trends")
PARTS = {
    GIVEN: ("int_impact_covariates", "int_unit_changes", "int_placebo_units"),
    FITTED: ("int_event_study_terms", "int_week_scopes"),
    TESTED: ("int_estimate_gates", "int_estimate_checks"),
}


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> list[Plan]:
    folder = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(REPOSITORY)
        patch.setenv("DBT_PROFILES_DIR", str(REPOSITORY))
        patch.setenv("DBT_TARGET_PATH", str(folder))
        patch.setenv("DBT_LOG_PATH", str(folder))
        dbt = audit.Dbt(Path(folder / "retail_uplift.duckdb"), {})
        dbt.run(
            "compile", "--select", *(f"+{m}" for part in PARTS.values() for m in part)
        )
        manifest = json.loads((dbt.target / "manifest.json").read_text("utf-8"))
    return [
        plan_from_manifest(manifest, targets=targets, replaced=replaced)
        for replaced, targets in PARTS.items()
    ]


def context(panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables that the models find beside the panel."""
    campaigns = np.arange(2 * N_REPLICATES)
    starts = np.array(STARTS)[campaigns % 2]
    weeks = np.arange(1, 61)
    words = pd.read_csv(REPOSITORY / "seeds/words/words.csv")
    units = panel[[*UNIT, "is_sent"]].drop_duplicates(ignore_index=True)
    return {
        "fct_campaign_weeks": panel,
        "int_impact_units": units.assign(n_campaigns_before=0, n_campaigns_running=0),
        "int_impact_campaigns": pd.DataFrame(
            {
                "campaign_id": campaigns,
                "campaign_type": (campaigns // 2).astype(str),
                "start_week_number": starts,
                "n_pre_weeks": N_PRE_WEEKS,
                "n_effect_weeks": N_EFFECT_WEEKS,
                "n_followed_weeks": 13,
                "exclusion_reason": pd.Series(None, index=campaigns, dtype="str"),
            }
        ),
        "int_weeks": pd.DataFrame({"week_number": weeks, "first_day": 7 * weeks - 6}),
        "stg_campaigns": pd.DataFrame(
            {
                "campaign_id": campaigns,
                "start_day": 7 * starts - 6,
                "end_day": 7 * starts + 30,
            }
        ),
        "stg_campaign_targets": units.drop(columns="is_sent").assign(is_sent=False),
        "words": words,
    }


def published_shares(plans: list[Plan], world: World) -> pd.Series:
    """Return the share of replicates whose estimate passes all gates."""
    panel = pd.concat(
        [simulate(world, replicate) for replicate in range(N_REPLICATES)],
        ignore_index=True,
    )
    frames = context(panel)

    def run(plan: Plan, wanted: tuple[str, ...]) -> list[pd.DataFrame]:
        relations = plan.replaced | plan.context
        tables = {relations[name]: frames[name] for name in relations}
        return run_steps(plan, tables, wanted)

    def fit(units: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
        return expect_changes(
            units, changes, covariates=COVARIATES, min_sent=20, propensity_clip=0.01
        )

    covariates, changes, placebo_units = run(plans[0], PARTS[GIVEN])
    sales = changes[changes["outcome"] == "sales"]
    frames["py_impact_nuisances"] = fit(
        covariates, sales[[*UNIT, "change"]].rename(columns={"change": "sales"})
    )
    frames["py_placebo_nuisances"] = fit(
        placebo_units,
        placebo_units[[*UNIT, "change"]].rename(columns={"change": "sales"}),
    )
    terms, scopes = run(plans[1], PARTS[FITTED])
    is_replicate = terms["scope"].str.startswith("type ")
    frames["py_pre_trends"] = check_pre_trends(
        terms[is_replicate],
        n_sent=scopes.groupby("scope")["n_sent"].sum().to_dict(),
        effect_weeks=N_EFFECT_WEEKS,
    )
    gates, checks = run(plans[2], PARTS[TESTED])
    checks = checks[checks["scope"].str.startswith("type ")]
    assert checks.groupby("estimator").size().eq(N_REPLICATES).all()
    assert checks["n_sent"].notna().all()
    failed = gates[["scope", "estimator"]].drop_duplicates().assign(is_failed=True)
    rows = checks.merge(failed, on=["scope", "estimator"], how="left")
    return rows["is_failed"].isna().groupby(rows["estimator"]).mean()


def test_estimates_are_published_where_trends_are_parallel(plans: list[Plan]):
    """Two tests at 5 % each refuse about one in ten."""
    assert (published_shares(plans, World()) >= 0.8).all()


def test_no_estimate_is_published_if_those_sent_have_a_trend_of_their_own(
    plans: list[Plan],
):
    assert (published_shares(plans, World(trend_of_sent=2.0)) <= 0.1).all()


def test_the_adjustment_is_not_published_without_others_like_those_sent(
    plans: list[Plan],
):
    shares = published_shares(plans, World(by_level=0.6))
    assert shares["doubly robust"] <= 0.1
    assert shares["difference in differences"] >= 0.8
