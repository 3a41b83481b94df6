"""Checks of the campaigns' effects on the real year, by brute force in pandas."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pandas as pd
import pytest

from retail_uplift.impact.changes import UNIT, expect_changes
from retail_uplift.impact.robustness import ROBUSTNESS_TYPES, expect_under_checks

ESTIMATORS = ("difference in differences", "doubly robust")


# --- the fits -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "campaign_id": np.repeat([1, 2], 200),
            "household_id": np.tile(np.arange(200), 2),
            "fold": np.tile(np.arange(200) % 4 + 1, 2),
            "sales_mean": rng.normal(50, 10, 400),
            "age_years": rng.integers(20, 80, 400),
            "n_kids": 0,
        }
    )
    return frame.assign(is_sent=rng.random(400) < 0.4)


@pytest.fixture(scope="module")
def changes(units: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    plain = units[list(UNIT)].assign(cap_share=0.0, change=rng.normal(size=len(units)))
    capped = plain.assign(cap_share=0.1, change=plain["change"].clip(-1, 1))
    return pd.concat([plain, capped], ignore_index=True)


@pytest.mark.parametrize(
    ("covariate_set", "cap_share", "covariates"),
    [
        ("full", 0.1, ["sales_mean"]),
        ("age only", 0.0, ["age_years"]),
        # n_kids is the same for all.
        ("everything", 0.0, ["sales_mean", "age_years"]),
    ],
)
def test_a_check_has_its_covariates_and_its_changes(
    units: pd.DataFrame,
    changes: pd.DataFrame,
    covariate_set: str,
    cap_share: float,
    covariates: list[str],
):
    fits = {"min_sent": 20, "propensity_clip": 0.01}
    rows = expect_under_checks(
        units,
        changes,
        covariates=["sales_mean"],
        covariate_sets={"age only": ["age_years"], "everything": None},
        **fits,
    )
    assert rows.groupby(["covariate_set", "cap_share"]).size().to_dict() == {
        ("age only", 0.0): 400,
        ("everything", 0.0): 400,
        ("full", 0.1): 400,
    }
    own = changes[changes["cap_share"] == cap_share].drop(columns="cap_share")
    expected = expect_changes(units, own, covariates=covariates, **fits)
    got = rows[rows["covariate_set"] == covariate_set].reset_index(drop=True)
    columns = [*UNIT, "propensity", "expected_change"]
    pd.testing.assert_frame_equal(got[columns], expected[columns])


@pytest.mark.parametrize(("n_units", "min_sent"), [(0, 20), (400, 1000)])
def test_without_units_or_large_campaigns_nothing_is_expected(
    units: pd.DataFrame, changes: pd.DataFrame, n_units: int, min_sent: int
):
    rows = expect_under_checks(
        units.iloc[:n_units],
        changes,
        covariates=["sales_mean"],
        covariate_sets={"everything": None},
        min_sent=min_sent,
        propensity_clip=0.01,
    )
    assert rows.empty
    assert rows.dtypes.astype(str).to_dict() == ROBUSTNESS_TYPES


# --- the real year ------------------------------------------------------------------


def effect(units: pd.DataFrame) -> float:
    """Return the effect on weekly sales; campaigns weigh by their sent units."""
    total, n_sent = 0.0, 0
    for _, own in units.groupby("campaign_id"):
        sent = own["is_sent"].to_numpy()
        arms = [
            np.average(own["residual"][arm], weights=own["weight"][arm])
            for arm in (sent, ~sent)
        ]
        total += sent.sum() * (arms[0] - arms[1])
        n_sent += sent.sum()
    return total / n_sent


def weighted(units: pd.DataFrame, estimator: str, change: str) -> pd.DataFrame:
    """Return the units with weight and residual of an estimator."""
    if estimator == "difference in differences":
        return units.assign(weight=1.0, residual=units[change])
    units = units.dropna(subset="propensity")
    odds = units["propensity"] / (1 - units["propensity"])
    return units.assign(
        weight=odds.where(~units["is_sent"], 1.0),
        residual=units[change] - units["expected_change"],
    )


@pytest.fixture(scope="module")
def real_units(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return real.sql(
        """
        select
            campaign_id,
            household_id,
            campaign_type,
            is_sent,
            change,
            propensity,
            expected_change
        from intermediate.int_unit_changes
        inner join intermediate.int_impact_campaigns using (campaign_id)
        left join fitted.py_impact_nuisances
            using (campaign_id, household_id, outcome)
        where outcome = 'sales'
        order by campaign_id, household_id
        """
    ).df()


@pytest.fixture(scope="module")
def checks(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return (
        real.sql("from evidence.fct_impact_robustness")
        .df()
        .set_index(["check_name", "variant", "estimator", "scope"])
        .sort_index()
    )


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_left_out_estimates_are_those_of_the_rest(
    real: duckdb.DuckDBPyConnection,
    real_units: pd.DataFrame,
    checks: pd.DataFrame,
    estimator: str,
):
    left_out = (
        real.execute(
            """
            select check_name, left_out_id, estimate
            from intermediate.int_left_out_estimates
            where estimator = $estimator and scope = 'type C'
            """,
            {"estimator": estimator},
        )
        .df()
        .set_index(["check_name", "left_out_id"])["estimate"]
    )
    rows = weighted(real_units[real_units["campaign_type"] == "C"], estimator, "change")
    for check, column in {
        "one household left out": "household_id",
        "one campaign left out": "campaign_id",
    }.items():
        ids = np.sort(rows[column].unique())
        assert len(left_out.loc[check]) == len(ids)
        own = checks.loc[(check, "the most influential", estimator, "type C")]
        some = {*ids[:: max(1, len(ids) // 15)], int(own["most_influential_id"])}
        for number in sorted(some):
            rest = effect(rows[rows[column] != number])
            assert left_out.loc[(check, number)] == pytest.approx(rest, abs=1e-7)
        moved = (left_out.loc[check] - effect(rows)).abs()
        assert moved.idxmax() == own["most_influential_id"]
        assert own["lowest_estimate"] == left_out.loc[check].min()
        assert own["highest_estimate"] == left_out.loc[check].max()


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("share", [0.01, 0.05])
def test_capped_effects_are_those_of_winsorised_changes(
    real: duckdb.DuckDBPyConnection,
    real_units: pd.DataFrame,
    checks: pd.DataFrame,
    estimator: str,
    share: float,
):
    by_campaign = real_units.groupby("campaign_id")["change"]
    limits = [by_campaign.transform("quantile", q) for q in (share, 1 - share)]
    nuisances = real.execute(
        """
        select campaign_id, household_id, propensity, expected_change
        from fitted.py_robustness_nuisances
        where covariate_set = 'full' and cap_share = $share
        """,
        {"share": share},
    ).df()
    rows = (
        real_units.assign(capped=real_units["change"].clip(*limits))
        .drop(columns=["propensity", "expected_change"])
        .merge(nuisances, on=list(UNIT), how="left", validate="one_to_one")
    )
    own = checks.loc[
        ("capped changes", f"{100 * share:.0f} %", estimator, "all campaigns")
    ]
    assert own["estimate"] == pytest.approx(
        effect(weighted(rows, estimator, "capped")), abs=1e-7
    )
    # A jackknife of 50 groups knows the error to 10 %.
    difference = np.array(
        [
            effect(weighted(part, estimator, "capped"))
            - effect(weighted(whole, estimator, "change"))
            for part, whole in jackknife_samples(rows, real_units)
        ]
    )
    n = len(difference)
    error = np.sqrt((n - 1) / n * ((difference - difference.mean()) ** 2).sum())
    assert own["change_std_error"] == pytest.approx(error, rel=0.3)


def jackknife_samples(
    rows: pd.DataFrame, others: pd.DataFrame
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield both frames without one of 50 groups of households each."""
    groups = rows["household_id"].rank(method="dense").astype(int) % 50
    for group in range(50):
        yield rows[groups != group], others[groups != group]


@pytest.mark.slow
def test_without_covariates_the_doubly_robust_effect_is_that_of_raw_changes(
    real_units: pd.DataFrame, checks: pd.DataFrame
):
    rows = real_units.dropna(subset="propensity")
    own = checks.loc[("covariates", "none", "doubly robust", "all campaigns")]
    raw = effect(weighted(rows, "difference in differences", "change"))
    assert own["estimate"] == pytest.approx(raw, abs=1e-7)
    main = effect(weighted(rows, "doubly robust", "change"))
    assert own["main_estimate"] == pytest.approx(main, abs=1e-7)
    assert own["change"] == pytest.approx(raw - main, abs=1e-7)
