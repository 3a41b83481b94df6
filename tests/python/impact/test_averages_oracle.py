"""Averages of the real year, by other implementations."""

import duckdb
import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from scipy.special import expit
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from retail_uplift.effects.nuisance import (
    FAST_LOGISTIC_C,
    FAST_RIDGE_ALPHA,
    with_signed_logs,
)
from retail_uplift.impact.changes import expect_changes

COVARIATES = ["sales_mean", "sales_std", "baskets_mean"]


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """Three campaigns: one is too small, one has all its sent units in one fold."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "campaign_id": np.repeat([1, 2, 3], 200),
            "household_id": np.tile(np.arange(200), 3),
            "fold": np.tile(np.arange(200) % 4 + 1, 3),
            "sales_mean": np.exp(rng.normal(3, 1, 600)),
            "sales_std": np.exp(rng.normal(2, 1, 600)),
            "baskets_mean": rng.poisson(2, 600) / 8,
        }
    )
    chance = expit(0.8 * (np.log(frame["sales_mean"]) - 3) - 0.5)
    sent = rng.random(600) < chance
    sent[200:400] = np.arange(200) < 5
    sent[400:] = frame["fold"][400:] == 1
    return frame.assign(is_sent=sent)


@pytest.fixture(scope="module")
def changes(units: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    sales = -0.2 * units["sales_mean"] + 5 * rng.normal(size=len(units))
    return units[["campaign_id", "household_id"]].assign(
        sales=sales, baskets=rng.normal(size=len(units))
    )


@pytest.fixture(scope="module")
def expected(units: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    return expect_changes(
        # The order of the rows says nothing.
        units.sample(frac=1, random_state=1),
        changes,
        covariates=COVARIATES,
        min_sent=20,
        propensity_clip=0.3,
    )


def test_only_campaigns_that_can_be_learnt_from_have_rows(expected: pd.DataFrame):
    assert expected["campaign_id"].unique().tolist() == [1]
    assert expected.groupby("outcome").size().to_dict() == {
        "baskets": 200,
        "sales": 200,
    }


def test_nuisances_are_those_of_scikit_learn(
    units: pd.DataFrame, changes: pd.DataFrame, expected: pd.DataFrame
):
    own = units[units["campaign_id"] == 1].merge(
        changes, on=["campaign_id", "household_id"]
    )
    x = with_signed_logs(own[COVARIATES].to_numpy())
    propensity, change = np.empty(len(own)), np.empty(len(own))
    for fold in range(1, 5):
        test = (own["fold"] == fold).to_numpy()
        sent = own["is_sent"].to_numpy()
        logistic = make_pipeline(
            StandardScaler(),
            LogisticRegression(C=FAST_LOGISTIC_C, solver="newton-cholesky", tol=1e-13),
        )
        logistic.fit(x[~test], sent[~test])
        propensity[test] = logistic.predict_proba(x[test])[:, 1]
        ridge = make_pipeline(StandardScaler(), Ridge(alpha=FAST_RIDGE_ALPHA))
        # Those that were sent it say nothing of the change without it.
        ridge.fit(x[~test & ~sent], own["sales"][~test & ~sent])
        change[test] = ridge.predict(x[test])
    rows = expected[expected["outcome"] == "sales"]
    assert (rows["propensity"].min(), rows["propensity"].max()) == (0.3, 0.7)
    np.testing.assert_allclose(
        rows["propensity"], np.clip(propensity, 0.3, 0.7), atol=1e-6
    )
    np.testing.assert_allclose(rows["expected_change"], change, rtol=1e-8, atol=1e-8)


# --- the real year -------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("campaign", [8, 14])
def test_raw_effects_are_those_of_a_weekly_panel(
    real: duckdb.DuckDBPyConnection, campaign: int
):
    """On a balanced panel the difference of four means is two-way fixed effects."""
    panel = real.execute(
        """
        select
            household_id,
            relative_week,
            sales,
            cast(is_sent and relative_week >= 0 as integer) as is_effect
        from marts.fct_campaign_weeks
        where campaign_id = $campaign and relative_week < 8
        order by household_id, relative_week
        """,
        {"campaign": campaign},
    ).df()
    ((estimate, std_error),) = real.execute(
        """
        select estimate, std_error
        from evidence.fct_change_effects
        where scope = 'campaign ' || $campaign and outcome = 'sales'
        and estimator = 'difference in differences'
        """,
        {"campaign": campaign},
    ).fetchall()
    fit = pf.feols(
        "sales ~ is_effect | household_id + relative_week",
        panel,
        vcov={"CRV1": "household_id"},
    )
    assert estimate == pytest.approx(fit.coef()["is_effect"], abs=1e-6)
    # Small-sample factors differ: each arm has its own n - 1 here.
    assert std_error == pytest.approx(fit.se()["is_effect"], rel=0.01)


@pytest.mark.slow
def test_doubly_robust_effects_follow_the_formula(real: duckdb.DuckDBPyConnection):
    """Sant'Anna and Zhao (2020), equation 2.6, with given nuisances, in numpy."""
    rows = real.sql(
        """
        select campaign_id, household_id, is_sent, change, propensity, expected_change
        from intermediate.int_unit_changes
        inner join fitted.py_impact_nuisances
            using (campaign_id, household_id, outcome)
        where outcome = 'sales'
        order by campaign_id, household_id
        """
    ).df()
    results = (
        real.sql(
            """
        select scope, estimate, std_error
        from evidence.fct_change_effects
        where estimator = 'doubly robust' and outcome = 'sales'
        """
        )
        .df()
        .set_index("scope")
    )
    estimates, sent, influences = [], [], []
    for campaign, own in rows.groupby("campaign_id"):
        d = own["is_sent"].to_numpy(dtype=float)
        p = own["propensity"].to_numpy()
        y = (own["change"] - own["expected_change"]).to_numpy()
        w1, w0 = d, p * (1 - d) / (1 - p)
        eta1, eta0 = (np.mean(w * y) / np.mean(w) for w in (w1, w0))
        influence = w1 * (y - eta1) / w1.mean() - w0 * (y - eta0) / w0.mean()
        own_result = results.loc[f"campaign {campaign}"]
        assert own_result["estimate"] == pytest.approx(eta1 - eta0, abs=1e-8)
        n = len(own)
        std_error = influence.std() / np.sqrt(n - 1)
        assert own_result["std_error"] == pytest.approx(std_error, rel=1e-8)
        estimates.append(eta1 - eta0)
        sent.append(d.sum())
        influences.append(influence / np.sqrt(n * (n - 1)))
    share = np.array(sent) / sum(sent)
    own_result = results.loc["all campaigns"]
    assert own_result["estimate"] == pytest.approx(share @ estimates, abs=1e-8)
    weighted = np.concatenate([s * i for s, i in zip(share, influences, strict=True)])
    clusters = rows.assign(term=weighted).groupby("household_id")["term"].sum()
    assert own_result["std_error"] == pytest.approx(
        np.sqrt((clusters**2).sum()), rel=1e-8
    )


def doubly_robust(d: np.ndarray, y: np.ndarray, p: np.ndarray) -> float:
    """Return what int_change_terms adds up to: held against the year above."""
    w0 = p * (1 - d) / (1 - p)
    return (d @ y) / d.sum() - (w0 @ y) / w0.sum()


def test_the_formula_is_that_of_moderndid(units: pd.DataFrame, changes: pd.DataFrame):
    """With its nuisances, fitted on all rows: a logit and a linear regression."""
    moderndid = pytest.importorskip(
        "moderndid",
        reason="the extra `oracles` is not installed: "
        "pip install --require-hashes -r requirements-oracles.lock",
    )
    rows = (units["campaign_id"] == 1).to_numpy()
    x = np.log(units.loc[rows, ["sales_mean", "sales_std"]].to_numpy())
    d = units.loc[rows, "is_sent"].to_numpy(dtype=float)
    y = changes.loc[rows, "sales"].to_numpy()
    theirs = moderndid.drdid_panel(
        y, np.zeros_like(y), d, np.column_stack([np.ones(len(x)), x])
    )
    logit = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-13)
    p = logit.fit(x, d).predict_proba(x)[:, 1]
    change = LinearRegression().fit(x[d == 0], y[d == 0]).predict(x)
    assert doubly_robust(d, y - change, p) == pytest.approx(theirs.att, abs=1e-6)
