"""Money, gates and participation of the real year's campaigns, computed in pandas."""

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import REPOSITORY
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

pytestmark = pytest.mark.slow

VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]
MARGIN, MAILING = VARS["margin"], VARS["mailing_cost"]
KEYS = ["scope", "estimator"]
UNIT = ["campaign_id", "household_id"]
Z = norm.ppf(0.975)
MONEY = ["sales", "sales_lower", "sales_upper", "cost", "profit", "profit_lower", "roi"]


@pytest.fixture(scope="module")
def units(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Changes in sales, with weeks, types and propensities (NaN if there is none)."""
    return real.sql(
        """
        select changes.*, campaigns.campaign_type, campaigns.n_effect_weeks,
            campaigns.effect_end_day, nuisances.propensity, nuisances.expected_change
        from intermediate.int_unit_changes as changes
        inner join intermediate.int_impact_campaigns as campaigns using (campaign_id)
        left join fitted.py_impact_nuisances as nuisances
            using (campaign_id, household_id, outcome)
        where outcome = 'sales'
        order by campaign_id, household_id
        """
    ).df()


@pytest.fixture(scope="module")
def estimates(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return real.sql("from intermediate.int_campaign_estimates").df().set_index(KEYS)


@pytest.fixture(scope="module")
def costs(real: duckdb.DuckDBPyConnection, units: pd.DataFrame) -> pd.Series:
    lines = real.sql(
        """
        select distinct
            targets.campaign_id, lines.household_id, lines.basket_id,
            lines.product_id, lines.day, lines.coupon_match_discount as match
        from staging.stg_campaign_targets as targets
        inner join staging.stg_campaigns as campaigns using (campaign_id)
        inner join staging.stg_coupons as coupons using (campaign_id)
        inner join staging.stg_transactions as lines
            using (household_id, product_id)
        where targets.is_sent and not lines.is_return
            and lines.day between campaigns.start_day and campaigns.end_day
        """
    ).df()
    sent = units[units["is_sent"]]
    own = lines.merge(sent[[*UNIT, "effect_end_day"]], on=UNIT)
    own = own[own["day"] <= own["effect_end_day"]]
    matches = own.groupby("campaign_id")["match"].sum().astype(float)
    contacts = sent.groupby("campaign_id").size() * MAILING
    return contacts.add(matches, fill_value=0)


def shares(own: pd.DataFrame, estimator: str) -> tuple[np.ndarray, np.ndarray]:
    """Return what each unit of a campaign adds to the estimate and to its error."""
    sent = own["is_sent"].to_numpy()
    if estimator == "doubly robust":
        value = (own["change"] - own["expected_change"]).to_numpy()
        weight = np.where(sent, 1, own["propensity"] / (1 - own["propensity"]))
        size = np.full(len(own), len(own))
    else:
        value, weight = own["change"].to_numpy(), np.ones(len(own))
        size = np.where(sent, sent.sum(), (~sent).sum())
    share, error = np.zeros(len(own)), np.zeros(len(own))
    for arm, sign in ((sent, 1), (~sent, -1)):
        w = weight[arm] / weight[arm].sum()
        share[arm] = sign * w * value[arm]
        error[arm] = sign * w * (value[arm] - w @ value[arm])
    return share, error * np.sqrt(size / (size - 1))


@pytest.mark.parametrize("estimator", ["difference in differences", "doubly robust"])
def test_money_is_that_of_the_weekly_effects(units, costs, estimates, estimator):
    rows = units if estimator.startswith("diff") else units.dropna()
    parts = []
    for campaign, own in rows.groupby("campaign_id"):
        share, error = shares(own, estimator)
        household_weeks = own["is_sent"].sum() * own["n_effect_weeks"].iloc[0]
        part = own[["household_id", "campaign_type"]].assign(
            scope=f"campaign {campaign}",
            campaign_id=campaign,
            sales=household_weeks * share,
            error=household_weeks * error,
        )
        parts.append(part)
    terms = pd.concat(parts)
    terms = pd.concat(
        [
            terms,
            terms.assign(scope="type " + terms["campaign_type"]),
            terms.assign(scope="all campaigns"),
        ]
    )
    found = estimates.xs(estimator, level="estimator").dropna(subset="sales")
    assert set(found.index) == set(terms["scope"])
    for scope, own in terms.groupby("scope"):
        sales = own["sales"].sum()
        error = np.sqrt((own.groupby("household_id")["error"].sum() ** 2).sum())
        cost = costs[own["campaign_id"].unique()].sum()
        profit = MARGIN * sales - cost
        lower = MARGIN * (sales - Z * error) - cost
        truth = [sales, sales - Z * error, sales + Z * error, cost, profit, lower]
        np.testing.assert_allclose(
            found.loc[scope, MONEY].astype(float), [*truth, profit / cost], rtol=1e-7
        )


def test_overlap_and_balance_are_those_of_the_weighted_others(real, units):
    covariates = real.sql("from intermediate.int_impact_covariates").df()
    overlap = real.sql("from intermediate.int_scope_overlap").df().set_index("scope")
    balance = real.sql("from intermediate.int_scope_balance").df().set_index("scope")
    rows = units.dropna(subset="propensity").merge(covariates, on=[*UNIT, "is_sent"])
    names = covariates.columns.drop([*UNIT, "is_sent", "fold"])
    for campaign, own in rows.groupby("campaign_id"):
        scope = f"campaign {campaign}"
        sent = own["is_sent"]
        odds = own.loc[~sent, "propensity"] / (1 - own.loc[~sent, "propensity"])
        x1, x0 = own.loc[sent, names].to_numpy(float), own.loc[~sent, names].to_numpy()
        difference = x1.mean(axis=0) - np.average(x0, axis=0, weights=odds)
        spread = np.sqrt((x1.var(axis=0, ddof=1) + x0.var(axis=0, ddof=1)) / 2)
        smd = np.abs(difference / np.where(spread > 0, spread, np.inf))
        assert balance.loc[scope, "max_smd"] == pytest.approx(smd.max(), rel=1e-6)
        assert balance.loc[scope, "worst_covariate"] == names[smd.argmax()]
        found = overlap.loc[scope, ["comparable_share", "n_effective_others"]]
        expected = [
            (own.loc[sent, "propensity"] <= 0.9).mean(),
            odds.sum() ** 2 / (odds**2).sum(),
        ]
        np.testing.assert_allclose(found.astype(float), expected, rtol=1e-6)


def test_false_discoveries_are_controlled_over_campaigns_with_valid_estimates(
    real, estimates
):
    verdicts = real.sql("from marts.fct_campaign_verdicts order by campaign_id").df()
    names = "campaign " + verdicts["campaign_id"].astype(str)
    valid = estimates["reason_codes"].isna().unstack().all(axis=1)[names].to_numpy()
    assert valid.any()
    assert verdicts["profit_q_value"].notna().to_numpy().tolist() == valid.tolist()
    wide = estimates["profit"].unstack().loc[names[valid]]
    p = estimates["profit_p_value"].unstack().loc[names[valid]].max(axis=1)
    p = p.where(np.sign(wide).abs().sum(axis=1) == np.sign(wide).sum(axis=1).abs(), 1)
    np.testing.assert_allclose(
        verdicts.loc[valid, "profit_q_value"],
        multipletests(p, method="fdr_bh")[1],
        rtol=1e-9,
    )


def test_an_effect_on_redeemers_is_what_a_test_does_not_reject(real, units):
    """Anderson and Rubin (1949): at a limit, effect - ratio * share is just 1.96."""
    redeemed = real.sql(
        """
        select distinct campaign_id, household_id, 1 as redeemed
        from staging.stg_coupon_redemptions
        inner join intermediate.int_impact_campaigns using (campaign_id)
        where day between start_day and effect_end_day
        """
    ).df()
    published = real.sql("from evidence.fct_campaign_participation").df()
    rows = units.merge(redeemed, on=UNIT, how="left").fillna({"redeemed": 0})
    estimator = "difference in differences"
    found = published[published["scope"].str.startswith("campaign ")]
    found = found[found["estimator"] == estimator].dropna(subset="redeemer_effect")
    assert len(found) > 10
    for row in found.itertuples():
        campaign = int(row.scope.removeprefix("campaign "))
        own = rows[rows["campaign_id"] == campaign]
        share = own.loc[own["is_sent"], "redeemed"].mean()
        assert row.redeemed_sent == pytest.approx(share, rel=1e-9)
        for limit in (row.redeemer_lower, row.redeemer_upper):
            rest = own.assign(change=own["change"] - limit * own["redeemed"])
            share, error = shares(rest, estimator)
            z = share.sum() / np.sqrt((error**2).sum())
            assert abs(z) == pytest.approx(Z, rel=1e-5)
