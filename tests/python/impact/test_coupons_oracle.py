"""Effects of coupons and discounts against regressions by other hands."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm

from retail_uplift.impact.discounts import TIMINGS, estimate_discount_effects

SPANS = {4: "mean_short", 8: "mean_long"}


@pytest.fixture(scope="module")
def real(real_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(real_warehouse), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("n_weeks", SPANS)
def test_a_lift_is_that_of_a_saturated_poisson_regression(real, n_weeks: int) -> None:
    """Sent x after x coupon category, with errors clustered by household."""
    published = real.sql(
        f"""
        from marts.fct_coupon_effects
        where category != 'all' and n_weeks = {n_weeks}
        order by n_sent_buyers desc, campaign_id, category limit 1
        """
    ).df()
    (row,) = published.itertuples()
    units = real.execute(
        f"""
        select
            units.household_id,
            units.is_sent,
            coalesce(own.mean_before, 0) as coupon_before,
            coalesce(own.{SPANS[n_weeks]}, 0) as coupon_after,
            coalesce(rest.mean_before, 0) as rest_before,
            coalesce(rest.{SPANS[n_weeks]}, 0) as rest_after
        from intermediate.int_impact_units as units
        left join intermediate.int_category_means as own
            on units.campaign_id = own.campaign_id
            and units.household_id = own.household_id and own.category = $category
        left join intermediate.int_category_means as rest
            on units.campaign_id = rest.campaign_id
            and units.household_id = rest.household_id and rest.category is null
        where units.campaign_id = $campaign_id
        """,
        {"category": row.category, "campaign_id": row.campaign_id},
    ).df()
    long = units.melt(["household_id", "is_sent"], var_name="cell", value_name="sales")
    long["sent"] = long["is_sent"].astype(float)
    long["coupon"] = long["cell"].str.startswith("coupon").astype(float)
    long["after"] = long["cell"].str.endswith("after").astype(float)
    # Returns can make a week's sales negative, which a Poisson regression refuses.
    assert (long["sales"] < 0).mean() < 0.01
    model = pyfixest.fepois(
        "sales ~ sent * coupon * after",
        data=long.assign(sales=long["sales"].clip(lower=0)),
        vcov={"CRV1": "household_id"},
    ).tidy()
    term = model.loc["sent:coupon:after"]
    assert np.log1p(row.lift) == pytest.approx(term["Estimate"], abs=0.005)
    error = np.log((1 + row.lift_upper) / (1 + row.lift_lower)) / (
        2 * 1.959963984540054
    )
    assert error == pytest.approx(term["Std. Error"], rel=0.02)


def test_under_no_effect_coupons_find_what_chance_finds(real) -> None:
    """Households are dealt to two arms at random: some 5 % of lifts are significant."""
    moments = real.sql(
        """
        select campaign_id, household_id, category, mean_before, mean_long
        from intermediate.int_category_means
        where campaign_id = 18
        """
    ).df()
    households = np.sort(moments["household_id"].unique())
    rest = (
        moments[moments["category"].isna()]
        .set_index("household_id")
        .reindex(households)[["mean_before", "mean_long"]]
        .fillna(0.0)
        .to_numpy()
    )
    sizes = moments.groupby("category").size().sort_values(ascending=False)
    rng = np.random.default_rng(7)
    z_values = []
    for category in sizes.index[:40]:
        own = (
            moments[moments["category"] == category]
            .set_index("household_id")
            .reindex(households)[["mean_before", "mean_long"]]
            .fillna(0.0)
            .to_numpy()
        )
        for _ in range(20):
            is_sent = rng.random(len(households)) < 0.5
            parts = [log_growth(own[arm], rest[arm]) for arm in (is_sent, ~is_sent)]
            (first, first_variance), (second, second_variance) = parts
            z_values.append(
                (first - second) / np.sqrt(first_variance + second_variance)
            )
    share = (np.abs(z_values) > 1.959963984540054).mean()
    assert 0.03 < share < 0.08


def log_growth(own: np.ndarray, rest: np.ndarray) -> tuple[float, float]:
    """Return an arm's log growth less that of the rest, and its variance."""
    sums = [own[:, 1].sum(), own[:, 0].sum(), rest[:, 1].sum(), rest[:, 0].sum()]
    parts = (
        own[:, 1] / sums[0]
        - own[:, 0] / sums[1]
        - (rest[:, 1] / sums[2] - rest[:, 0] / sums[3])
    )
    n = len(own)
    value = np.log(sums[0] / sums[1]) - np.log(sums[2] / sums[3])
    return value, (parts**2).sum() * n / (n - 1)


def discount_panel(n_categories: int, n_weeks: int) -> pd.DataFrame:
    """A panel whose sales grow by half at a discount over 20 %, and by nothing else."""
    rng = np.random.default_rng(3)
    bins = np.array(["none", "1 to 10 %", "over 20 %"])
    rows = []
    for category in range(n_categories):
        drawn = bins[rng.integers(3, size=n_weeks)]
        level = rng.uniform(1, 5)
        season = 1 + 0.2 * np.sin(np.arange(n_weeks) / 4)
        sales = level * season * np.where(drawn == "over 20 %", 1.5, 1.0)
        rows.append(
            pd.DataFrame(
                {
                    "category": f"c{category}",
                    "week_number": np.arange(1, n_weeks + 1),
                    "n_households": 100 + category,
                    "sales": sales * rng.lognormal(0, 0.05, n_weeks),
                    "buyer_share": 0.3 + 0.1 * (drawn == "over 20 %"),
                    "depth_bin": drawn,
                    "next_depth_bin": [*drawn[1:], None],
                    "previous_depth_bin": [None, *drawn[:-1]],
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def test_discounts_find_what_was_planted() -> None:
    found = estimate_discount_effects(discount_panel(30, 40))
    sales = found[found["outcome"] == "sales"].set_index(["discount_week", "depth_bin"])
    assert sales.loc[(0, "over 20 %"), "estimate"] == pytest.approx(
        np.log(1.5), abs=0.03
    )
    others = sales.drop(index=(0, "over 20 %"))
    assert (others["estimate"].abs() < 4 * others["std_error"]).all()
    shares = found[found["outcome"] == "buyer_share"]
    is_planted = shares["discount_week"].eq(0) & shares["depth_bin"].eq("over 20 %")
    np.testing.assert_allclose(shares.loc[is_planted, "estimate"], 0.1, atol=1e-9)
    np.testing.assert_allclose(shares.loc[~is_planted, "estimate"], 0.0, atol=1e-9)


def test_discounts_are_a_regression_with_dummies() -> None:
    panel = discount_panel(6, 15)
    found = estimate_discount_effects(panel).set_index(
        ["outcome", "discount_week", "depth_bin"]
    )
    rows = panel.dropna().reset_index(drop=True)
    bins = ["1 to 10 %", "over 20 %"]
    design = pd.DataFrame(
        {
            (weeks, name): rows[timing].eq(name).astype(float)
            for timing, weeks in TIMINGS.items()
            for name in bins
        }
    )
    dummies = pd.get_dummies(
        rows[["category", "week_number"]].astype(str), dtype=float
    ).drop(columns="week_number_2")
    x = np.column_stack([design, dummies])
    weights = rows["n_households"]
    linear = sm.WLS(rows["buyer_share"], x, weights=weights).fit()
    poisson = sm.GLM(
        rows["sales"], x, family=sm.families.Poisson(), freq_weights=weights
    ).fit(tol=1e-12)
    for position, (weeks, name) in enumerate(design.columns):
        for outcome, model in (("sales", poisson), ("buyer_share", linear)):
            estimate = found.loc[(outcome, weeks, name), "estimate"]
            assert estimate == pytest.approx(model.params.iloc[position], abs=1e-6)


def test_without_a_change_of_discount_there_are_no_rows() -> None:
    panel = discount_panel(3, 10)
    for timing in TIMINGS:
        panel[timing] = panel[timing].where(panel[timing].isna(), "none")
    assert estimate_discount_effects(panel).empty
    assert estimate_discount_effects(panel.iloc[:0]).empty
