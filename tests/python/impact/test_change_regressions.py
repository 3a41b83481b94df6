"""Regressions of two periods are those of the weekly panel, by pyfixest."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from retail_uplift.impact.clustered_errors import (
    GroupedRegression,
    jackknife_std_error,
    wild_bootstrap_p_value,
)
from retail_uplift.impact.regressions import REGRESSION_TYPES, regress_changes

N_HOUSEHOLDS = 60
# Weeks before and of the effect by campaign: those of the third end early.
WEEKS = {1: (8, 8), 2: (5, 8), 3: (8, 3)}
SCOPES = pd.DataFrame(
    {
        "scope": ["all campaigns"] * 3 + ["type B"] * 2,
        "campaign_id": [1, 2, 3, 1, 3],
    }
)
OUTCOMES = ["sales", "baskets", "units", "active_weeks"]


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Weeks of households of three campaigns, many of them without a purchase."""
    rng = np.random.default_rng(5)
    frames = []
    for campaign, (before, after) in WEEKS.items():
        households = np.sort(rng.choice(100, N_HOUSEHOLDS, replace=False))
        sent = rng.random(N_HOUSEHOLDS) < 0.4
        weeks = np.arange(-before, after)
        mean = np.exp(rng.normal(0, 0.5, (N_HOUSEHOLDS, 1)) - 0.3)
        mean = mean * (1 + 0.05 * rng.normal(size=len(weeks)))
        mean = mean * np.where(sent[:, None] & (weeks >= 0), 1.2, 1.0)
        baskets = rng.poisson(np.abs(mean))
        frames.append(
            pd.DataFrame(
                {
                    "campaign_id": campaign,
                    "household_id": np.repeat(households, len(weeks)),
                    "relative_week": np.tile(weeks, N_HOUSEHOLDS),
                    "is_sent": np.repeat(sent, len(weeks)),
                    "baskets": baskets.ravel(),
                }
            )
        )
    panel = pd.concat(frames, ignore_index=True)
    spend = rng.gamma(2.0, 10.0, len(panel))
    return panel.assign(
        sales=panel["baskets"] * spend,
        units=panel["baskets"] * 3,
        active_weeks=(panel["baskets"] > 0).astype(int),
        is_effect=(panel["is_sent"] & (panel["relative_week"] >= 0)).astype(float),
        unit=panel.groupby(["campaign_id", "household_id"]).ngroup(),
        campaign_week=panel.groupby(["campaign_id", "relative_week"]).ngroup(),
    )


def two_periods(panel: pd.DataFrame) -> pd.DataFrame:
    keys = ["campaign_id", "household_id", "is_sent"]
    is_after = panel["relative_week"] >= 0
    before = panel[~is_after].groupby(keys)[OUTCOMES].mean().add_suffix("_before")
    after = panel[is_after].groupby(keys)[OUTCOMES].mean().add_suffix("_after")
    units = before.join(after).reset_index()
    weeks = pd.DataFrame(WEEKS, index=["n_pre_weeks", "n_effect_weeks"]).T
    return units.join(weeks, on="campaign_id")


@pytest.fixture(scope="module")
def units(panel: pd.DataFrame) -> pd.DataFrame:
    return two_periods(panel)


@pytest.fixture(scope="module")
def rows(units: pd.DataFrame) -> pd.DataFrame:
    return regress_changes(units, SCOPES, n_draws=99, seed=1)


def pick(rows: pd.DataFrame, scope: str, model: str, outcome: str) -> pd.DataFrame:
    is_wanted = (
        rows["scope"].eq(scope)
        & rows["model"].str.startswith(model)
        & rows["outcome"].eq(outcome)
    )
    return rows[is_wanted].set_index("error_type")


def in_scope(frame: pd.DataFrame, scope: str) -> pd.DataFrame:
    own = SCOPES.loc[SCOPES["scope"] == scope, "campaign_id"]
    return frame[frame["campaign_id"].isin(own)].reset_index(drop=True)


@pytest.mark.parametrize("scope", ["all campaigns", "type B"])
@pytest.mark.parametrize(
    ("model", "outcome"),
    [
        ("stacked", "sales"),
        ("stacked", "baskets"),
        ("stacked", "units"),
        ("extensive", "active_weeks"),
    ],
)
def test_stacked_effects_are_those_of_the_weekly_panel(
    panel: pd.DataFrame, rows: pd.DataFrame, scope: str, model: str, outcome: str
):
    """Campaigns have different numbers of weeks: weights make up for it."""
    fit = pf.feols(
        f"{outcome} ~ is_effect | unit + campaign_week",
        in_scope(panel, scope),
        vcov={"CRV1": "household_id"},
    )
    row = pick(rows, scope, model, outcome).loc["CRV1 by household"]
    assert row["estimate"] == pytest.approx(fit.coef()["is_effect"], rel=1e-7)
    # Weeks of a household are one cluster either way; only the counts of rows differ.
    assert row["std_error"] == pytest.approx(fit.se()["is_effect"], rel=0.02)
    assert row["n_households"] == in_scope(panel, scope)["household_id"].nunique()


@pytest.mark.parametrize("scope", ["all campaigns", "type B"])
@pytest.mark.parametrize("outcome", ["sales", "baskets"])
def test_poisson_is_that_of_the_weekly_panel(
    panel: pd.DataFrame, rows: pd.DataFrame, scope: str, outcome: str
):
    fit = pf.fepois(
        f"{outcome} ~ is_effect | unit + campaign_week",
        in_scope(panel, scope),
        vcov={"CRV1": "household_id"},
        iwls_tol=1e-11,
    )
    row = pick(rows, scope, "Poisson", outcome).loc["CRV1 by household"]
    assert row["estimate"] == pytest.approx(fit.coef()["is_effect"], abs=1e-6)
    assert row["std_error"] == pytest.approx(fit.se()["is_effect"], rel=0.02)


def test_poisson_of_one_campaign_is_a_ratio_of_ratios(units: pd.DataFrame):
    own = units[units["campaign_id"] == 1]
    scopes = pd.DataFrame({"scope": ["one"], "campaign_id": [1]})
    rows = regress_changes(own, scopes, n_draws=9, seed=1)
    totals = own.groupby("is_sent")[["sales_before", "sales_after"]].sum()
    growth = totals["sales_after"] / totals["sales_before"]
    row = pick(rows, "one", "Poisson", "sales").iloc[0]
    assert row["estimate"] == pytest.approx(np.log(growth[True] / growth[False]))


def test_a_campaign_without_a_ratio_is_left_out_of_poisson(units: pd.DataFrame):
    gone = units["campaign_id"].eq(3) & units["is_sent"]
    changed = units.assign(
        sales_after=units["sales_after"].where(~gone, 0.0),
        baskets_after=units["baskets_after"].where(~gone, 0.0),
    )
    rows = regress_changes(changed, SCOPES, n_draws=9, seed=1)
    both = regress_changes(
        units[units["campaign_id"] != 3],
        SCOPES[SCOPES["campaign_id"] != 3],
        n_draws=9,
        seed=1,
    )
    poisson, expected = (
        frame[frame["model"].str.startswith("Poisson")].reset_index(drop=True)
        for frame in (rows, both)
    )
    pd.testing.assert_frame_equal(poisson, expected)


def regression_of(units: pd.DataFrame) -> GroupedRegression:
    weeks = units[["n_pre_weeks", "n_effect_weeks"]].astype(float)
    return GroupedRegression(
        y=(units["sales_after"] - units["sales_before"]).to_numpy(),
        x=units["is_sent"].to_numpy(dtype=float),
        weight=(weeks.prod(axis=1) / weeks.sum(axis=1)).to_numpy(),
        groups=np.unique(units["campaign_id"], return_inverse=True)[1],
        clusters=np.unique(units["household_id"], return_inverse=True)[1],
    )


def with_dummies(units: pd.DataFrame) -> pd.DataFrame:
    r = regression_of(units)
    return units.assign(change=r.y, sent=r.x, weight=r.weight)


def test_errors_of_each_kind_are_those_of_pyfixest(
    units: pd.DataFrame, rows: pd.DataFrame
):
    fit = pf.feols(
        "change ~ sent + C(campaign_id)", with_dummies(units), weights="weight"
    )
    own = pick(rows, "all campaigns", "stacked", "sales")
    kinds = {
        "iid": "iid",
        "HC1": "HC1",
        "HC3": "HC3",
        "CRV1 by household": {"CRV1": "household_id"},
    }
    for error_type, vcov in kinds.items():
        tidy = fit.vcov(vcov).tidy().loc["sent"]
        row = own.loc[error_type]
        assert row["estimate"] == pytest.approx(tidy["Estimate"], rel=1e-9)
        assert row["std_error"] == pytest.approx(tidy["Std. Error"], rel=1e-9)
        assert row["p_value"] == pytest.approx(tidy["Pr(>|t|)"], rel=1e-6)
    assert set(own.index) == {
        *kinds,
        "CRV3 by household",
        "wild bootstrap by household",
    }


def test_the_jackknife_is_that_of_pyfixest(units: pd.DataFrame, rows: pd.DataFrame):
    fit = pf.feols(
        "change ~ sent + C(campaign_id)",
        with_dummies(units),
        weights="weight",
        vcov={"CRV3": "household_id"},
        ssc=pf.ssc(k_adj=False, G_adj=False),
    )
    row = pick(rows, "all campaigns", "stacked", "sales").loc["CRV3 by household"]
    # The factor of MacKinnon, Nielsen and Webb; that of pyfixest is larger.
    n = row["n_households"]
    expected = fit.se()["sent"] * np.sqrt((n - 1) / n)
    assert row["std_error"] == pytest.approx(expected, rel=1e-9)


def test_the_bootstrap_is_that_of_refits(units: pd.DataFrame):
    """Each draw refitted in full: y = campaign mean + sign * residual without x."""
    r = regression_of(units)
    n_clusters, n_draws = r.clusters.max() + 1, 60
    signs = np.random.default_rng(3).choice([-1.0, 1.0], size=(n_clusters, n_draws))
    residual = r.within(r.y)
    frame = with_dummies(units)

    def t_of(y: np.ndarray) -> float:
        fit = pf.feols(
            "change ~ sent + C(campaign_id)",
            frame.assign(change=y),
            weights="weight",
            vcov={"CRV1": "household_id"},
        )
        return abs(fit.tstat()["sent"])

    draws = [t_of(r.y - residual + residual * own[r.clusters]) for own in signs.T]
    expected = (1 + sum(t >= t_of(r.y) for t in draws)) / (1 + n_draws)
    rng = np.random.default_rng(3)
    assert wild_bootstrap_p_value(r, n_draws=n_draws, rng=rng) == expected


def test_few_clusters_get_six_point_weights(units: pd.DataFrame):
    """With two-point weights of 4 clusters, a p-value has 8 values at most."""
    r = regression_of(units)
    few = replace(r, clusters=r.clusters % 4)
    p_value = wild_bootstrap_p_value(few, n_draws=999, rng=np.random.default_rng(1))
    assert 0 < p_value < 1


def test_no_residual_has_no_error_and_no_test(units: pd.DataFrame):
    r = replace(regression_of(units), y=np.zeros(len(units)))
    assert jackknife_std_error(r) == 0
    rng = np.random.default_rng(1)
    assert np.isnan(wild_bootstrap_p_value(r, n_draws=9, rng=rng))


def test_a_household_that_is_a_whole_campaign_leaves_the_others(units: pd.DataFrame):
    """Without it that campaign says nothing of the effect."""
    r = regression_of(units)
    whole = replace(r, clusters=np.where(r.groups == 0, 0, r.clusters + 1))
    whole = replace(whole, clusters=np.unique(whole.clusters, return_inverse=True)[1])
    estimates = []
    for cluster in range(whole.clusters.max() + 1):
        left = whole.clusters != cluster
        estimates.append(
            GroupedRegression(
                whole.y[left],
                whole.x[left],
                whole.weight[left],
                np.unique(whole.groups[left], return_inverse=True)[1],
                np.unique(whole.clusters[left], return_inverse=True)[1],
            ).estimate
        )
    n = len(estimates)
    square = ((np.array(estimates) - r.estimate) ** 2).sum()
    assert jackknife_std_error(whole) == pytest.approx(np.sqrt((n - 1) / n * square))


def test_margins_add_up_and_have_the_errors_of_a_bootstrap(
    units: pd.DataFrame, rows: pd.DataFrame
):
    names = ["sales_by_active_weeks", "sales_by_sales_per_active_week"]
    parts = [pick(rows, "all campaigns", "ext", name).iloc[0] for name in names]
    whole = pick(rows, "all campaigns", "stacked", "sales").iloc[0]
    assert sum(part["estimate"] for part in parts) == pytest.approx(whole["estimate"])
    rng = np.random.default_rng(8)
    households = units["household_id"].unique()
    draws = []
    for _ in range(400):
        drawn = pd.DataFrame({"household_id": rng.choice(households, len(households))})
        draws.append(margins(drawn.merge(units, on="household_id")))
    for part, spread in zip(parts, np.std(draws, axis=0), strict=True):
        # 400 draws know a standard deviation to 3.5 %.
        assert part["std_error"] == pytest.approx(spread, rel=0.12)
    np.testing.assert_allclose(margins(units), [part["estimate"] for part in parts])


def margins(units: pd.DataFrame) -> list[float]:
    """Return both parts by the definition: with and without the effects."""
    sales = regression_of(units)
    active = replace(
        sales, y=(units["active_weeks_after"] - units["active_weeks_before"]).to_numpy()
    )
    weight = sales.weight * sales.within(sales.x) * sales.x
    a1 = np.average(units["sales_after"], weights=weight)
    s1 = np.average(units["active_weeks_after"], weights=weight)
    a0, s0 = a1 - sales.estimate, s1 - active.estimate
    return [(s1 - s0) * a0 / s0, s1 * (a1 / s1 - a0 / s0)]


def test_the_order_of_rows_changes_nothing(units: pd.DataFrame, rows: pd.DataFrame):
    shuffled = regress_changes(
        units.sample(frac=1, random_state=2),
        SCOPES.sample(frac=1, random_state=2),
        n_draws=99,
        seed=1,
    )
    pd.testing.assert_frame_equal(shuffled, rows, check_exact=True)


def test_campaigns_of_one_arm_say_nothing(units: pd.DataFrame, rows: pd.DataFrame):
    """A sample of the households may leave one."""
    alone = units[units["campaign_id"].eq(2)].assign(campaign_id=4, is_sent=False)
    more = pd.DataFrame({"scope": ["all campaigns", "type C"], "campaign_id": [4, 4]})
    again = regress_changes(
        pd.concat([units, alone]), pd.concat([SCOPES, more]), n_draws=99, seed=1
    )
    pd.testing.assert_frame_equal(again, rows)


def test_no_units_give_no_rows(units: pd.DataFrame):
    rows = regress_changes(units.iloc[:0], SCOPES, n_draws=9, seed=1)
    assert rows.empty
    assert {name: str(rows[name].dtype) for name in rows} == REGRESSION_TYPES
