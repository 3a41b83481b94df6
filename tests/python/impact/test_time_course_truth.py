"""The time course, pre-trends and group-time effects on panels with a known truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from retail_uplift.impact.changes import expect_changes
from retail_uplift.impact.group_times import estimate_group_times
from retail_uplift.impact.pre_trends import check_pre_trends, wald_test
from retail_uplift.impact.weeks import expect_weeks

WEEKS = np.arange(-8, 13)
# Grows to 6 in week 3 and fades to 0 by week 9.
COURSE = np.interp(WEEKS, [-1, 3, 9], [0.0, 6.0, 0.0])
FIRST_WEEKS = {0: 60, 9: 40, 12: 40, 16: 40}


def two_arms(rng: np.random.Generator, drift: float = 0.0):
    """Draw sales of both arms around one campaign: shape (households, weeks)."""
    arms = []
    for n, effect in ((60, COURSE + drift * WEEKS), (150, 0 * COURSE)):
        habit = rng.gamma(4, 10, size=(n, 1))
        noise = rng.normal(0, 12, size=(n, len(WEEKS)))
        noise[:, 1:] += 0.4 * noise[:, :-1]
        arms.append(habit + 3 * np.sin(WEEKS) + effect + noise)
    return arms


def event_study(sent: np.ndarray, others: np.ndarray):
    """Return estimates and covariance of all weeks less week -1, by hand."""
    last, rest = WEEKS == -1, WEEKS != -1
    arms = [arm[:, rest] - arm[:, last] for arm in (sent, others)]
    return (
        arms[0].mean(axis=0) - arms[1].mean(axis=0),
        sum(np.cov(arm, rowvar=False) / len(arm) for arm in arms),
    )


def event_terms(sent: np.ndarray, others: np.ndarray) -> pd.DataFrame:
    """Return the terms of int_event_study_terms for one campaign."""
    rest = WEEKS != -1
    frames = []
    for sign, first, arm in ((1, 0, sent), (-1, len(sent), others)):
        change = arm[:, rest] - arm[:, WEEKS == -1]
        n, k = change.shape
        frames.append(
            pd.DataFrame(
                {
                    "scope": "campaign 1",
                    "household_id": np.repeat(first + np.arange(n), k),
                    "relative_week": np.tile(WEEKS[rest], n),
                    "share_of_estimate": sign * change.ravel() / n,
                    "error_term": sign
                    * (change - change.mean(axis=0)).ravel()
                    / np.sqrt(n * (n - 1)),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def staggered_panel(rng: np.random.Generator) -> pd.DataFrame:
    """Draw weekly sales of households whose first campaigns come in three weeks."""
    firsts = np.repeat(list(FIRST_WEEKS), list(FIRST_WEEKS.values()))
    weeks = np.arange(1, 25)
    since = weeks - firsts[:, None]
    effect = np.where(firsts[:, None] > 0, np.interp(since, WEEKS, COURSE), 0.0)
    sales = (
        rng.gamma(4, 10, size=(len(firsts), 1))
        + 3 * np.sin(weeks)
        + effect
        + rng.normal(0, 8, size=effect.shape)
    )
    return pd.DataFrame(
        {
            "household_id": np.repeat(np.arange(len(firsts)), len(weeks)),
            "week_number": np.tile(weeks, len(firsts)),
            "first_week_number": np.repeat(firsts, len(weeks)),
            "sales": sales.ravel(),
        }
    )


def group_times(panel: pd.DataFrame) -> pd.DataFrame:
    return estimate_group_times(panel, min_sent=20, first_week=-8, last_week=12)


def units_and_weeks(rng: np.random.Generator):
    """Draw covariates of two campaigns and changes of three weeks after each."""
    units = pd.DataFrame(
        {
            "campaign_id": np.repeat([1, 2], 120),
            "household_id": np.tile(np.arange(120), 2),
            "history": rng.gamma(2, 10, size=240),
            "fold": np.tile(np.arange(120) % 4 + 1, 2),
        }
    )
    units["is_sent"] = rng.random(240) < 0.2 + 0.01 * units["history"]
    weeks = units[["campaign_id", "household_id"]].merge(
        pd.DataFrame({"relative_week": [0, 1, 2]}), how="cross"
    )
    weeks["sales"] = rng.normal(size=len(weeks)) - np.repeat(units["history"], 3).values
    return units, weeks


def test_the_event_study_covers_a_course_that_grows_and_fades():
    rng = np.random.default_rng(1)
    covered = []
    for _ in range(400):
        estimates, covariance = event_study(*two_arms(rng))
        truth = (COURSE - COURSE[WEEKS == -1])[WEEKS != -1]
        error = np.abs(estimates - truth) / np.sqrt(np.diag(covariance))
        covered.append(error < 1.96)
    assert 0.93 < np.mean(covered) < 0.97


@pytest.mark.parametrize(
    ("drift", "lowest", "highest"), [(0.0, 0.02, 0.08), (2.0, 0.9, 1.01)]
)
def test_the_pre_trend_test_rejects_at_its_level_and_finds_a_trend(
    drift, lowest, highest
):
    rng = np.random.default_rng(2)
    before = WEEKS[WEEKS != -1] < 0
    p_values = []
    for _ in range(400):
        estimates, covariance = event_study(*two_arms(rng, drift))
        test = wald_test(estimates[before], covariance[np.ix_(before, before)], n=60)
        p_values.append(test["p_value"])
    assert lowest < np.mean(np.array(p_values) < 0.05) < highest


def test_terms_give_the_event_study_and_its_breakdown_value():
    sent, others = two_arms(np.random.default_rng(3))
    sent = sent + 20 * (WEEKS >= 0)
    estimates, covariance = event_study(sent, others)
    weeks = WEEKS[WEEKS != -1]
    shown = check_pre_trends(
        event_terms(sent, others), n_sent={"campaign 1": 60}, effect_weeks=8
    ).iloc[0]
    effect = (weeks >= 0) & (weeks < 8)
    weights = effect / effect.sum()
    mean, error = weights @ estimates, np.sqrt(weights @ covariance @ weights)
    assert shown["mean_effect"] == pytest.approx(mean)
    assert shown["mean_effect_std_error"] == pytest.approx(error)
    before = weeks < 0
    lead = estimates[before]
    statistic = lead @ np.linalg.inv(covariance[np.ix_(before, before)]) @ lead
    assert shown["statistic"] == pytest.approx(statistic)
    assert shown["p_value"] == pytest.approx(
        stats.f.sf(statistic * (60 - 7) / (7 * 59), 7, 53)
    )
    # A trend with steps of at most M times the largest step before bends the mean of
    # eight weeks by (1 + ... + 8) / 8 = 4.5 of its steps.
    step = np.abs(np.diff([*lead, 0.0])).max()
    expected = (mean - stats.norm.ppf(0.975) * error) / (4.5 * step)
    assert expected > 0.1
    assert shown["breakdown_m"] == pytest.approx(expected, abs=2e-3)


def test_a_scope_without_leads_or_with_few_households_has_no_test():
    sent, others = two_arms(np.random.default_rng(4))
    terms = event_terms(sent, others)
    without = terms[terms["relative_week"] >= 0]
    for rows, n_sent in ((without, 60), (terms, 7)):
        shown = check_pre_trends(rows, n_sent={"campaign 1": n_sent}, effect_weeks=8)
        assert shown["p_value"].isna().all()
    assert check_pre_trends(terms[:0], n_sent={}, effect_weeks=8).empty


def test_group_time_effects_cover_a_course_that_grows_and_fades():
    rng = np.random.default_rng(5)
    inside = []
    for _ in range(40):
        shown = group_times(staggered_panel(rng))
        events = shown[shown["aggregation"] == "event week"]
        truth = np.interp(events["week"], WEEKS, COURSE)
        error = np.abs(events["estimate"] - truth) / events["std_error"]
        inside.append((error < 1.96).mean())
    # 40 panels of 20 weeks that share their base week.
    assert 0.9 < np.mean(inside) < 0.98


def test_a_group_time_effect_is_a_two_by_two():
    panel = staggered_panel(np.random.default_rng(6))
    panel = panel[panel["first_week_number"].isin([0, 9, 12])]
    shown = estimate_group_times(panel, min_sent=20, first_week=0, last_week=15)
    wide = panel.pivot(
        index=["household_id", "first_week_number"],
        columns="week_number",
        values="sales",
    ).reset_index("household_id", drop=True)
    # Event week 15 is week 24 for group 9, when all other groups are sent one.
    change = wide[24] - wide[8]
    sent, others = change[change.index == 9], change[change.index == 0]
    row = shown[(shown["aggregation"] == "event week") & (shown["week"] == 15)].iloc[0]
    assert row["estimate"] == pytest.approx(sent.mean() - others.mean())
    error = np.sqrt(sent.var(ddof=0) / len(sent) + others.var(ddof=0) / len(others))
    assert row["std_error"] == pytest.approx(error, rel=0.02)
    assert row["n_sent"] == 40
    assert row["n_households"] == 140


def test_small_groups_are_left_out_and_nobody_to_compare_with_gives_no_rows():
    panel = staggered_panel(np.random.default_rng(7))
    small = panel[panel["household_id"].between(0, 109)]
    assert set(group_times(small)["n_households"]) == {100}
    assert group_times(panel[panel["first_week_number"] > 0]).empty
    assert group_times(panel[panel["first_week_number"] == 0]).empty
    assert group_times(panel[:0]).empty


def test_moderndid_gives_the_same_group_time_effects():
    moderndid = pytest.importorskip(
        "moderndid",
        reason="the extra `oracles` is not installed: "
        "pip install --require-hashes -r requirements-oracles.lock",
    )
    polars = pytest.importorskip("polars", reason="moderndid takes frames of polars")
    panel = staggered_panel(np.random.default_rng(8))
    shown = group_times(panel).set_index(["aggregation", "week"])
    fit = moderndid.att_gt(
        data=polars.from_pandas(panel),
        yname="sales",
        tname="week_number",
        idname="household_id",
        gname="first_week_number",
        est_method="reg",
        control_group="notyettreated",
        base_period="universal",
        boot=False,
        cband=False,
    )
    for name, kind in (("event week", "dynamic"), ("group", "group")):
        theirs = moderndid.aggte(fit, type=kind)
        ours = shown.loc[name]
        theirs = pd.DataFrame(
            {"estimate": theirs.att_by_event, "std_error": theirs.se_by_event},
            index=np.asarray(theirs.event_times, dtype=int),
        ).loc[ours.index]
        assert ours["estimate"].to_numpy() == pytest.approx(
            theirs["estimate"].to_numpy()
        )
        assert ours["std_error"].to_numpy() == pytest.approx(
            theirs["std_error"].to_numpy(), rel=0.01
        )
    overall = moderndid.aggte(fit, type="simple")
    assert shown.loc[("overall", 0), "estimate"] == pytest.approx(overall.overall_att)


def test_expected_weeks_average_to_the_expected_change():
    units, weeks = units_and_weeks(np.random.default_rng(9))
    shown = expect_weeks(
        units, weeks, covariates=["history"], outcomes=["sales"], min_sent=20
    )
    means = weeks.groupby(["campaign_id", "household_id"], as_index=False)[
        "sales"
    ].mean()
    whole = expect_changes(
        units, means, covariates=["history"], min_sent=20, propensity_clip=0.01
    )
    averaged = shown.groupby(["campaign_id", "household_id"])["sales"].mean()
    assert averaged.to_numpy() == pytest.approx(whole["expected_change"].to_numpy())


def test_units_of_a_campaign_must_have_the_same_weeks():
    units, weeks = units_and_weeks(np.random.default_rng(10))
    weeks.loc[0, "relative_week"] = 3
    with pytest.raises(ValueError, match="different weeks"):
        expect_weeks(
            units, weeks, covariates=["history"], outcomes=["sales"], min_sent=20
        )
