"""Customer value against lifetimes, scipy and pandas.

lifetimes is no longer maintained, so it is an oracle and not a dependency of the build:
where it is not installed, its tests are skipped and those against scipy remain.
"""

from pathlib import Path
from types import ModuleType

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import REPOSITORY
from scipy import stats

from retail_uplift.customers.clv import fit_bg_nbd, fit_gamma_gamma

# lifetimes warns of pandas options and of overflows in its own start values.
pytestmark = pytest.mark.filterwarnings("ignore")

ONE_PERCENT = 0.01
EXACT = {"rtol": 1e-9, "atol": 1e-9}
PERIODS = ["calibration", "full"]
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]

slow = pytest.mark.slow


@pytest.fixture(scope="module")
def lifetimes() -> ModuleType:
    return pytest.importorskip("lifetimes", reason="the oracle lifetimes is absent")


@pytest.fixture(scope="module")
def cdnow(lifetimes: ModuleType) -> pd.DataFrame:
    """The 2,357 customers of Fader, Hardie and Lee (2005), with their spend."""
    # Its own loader needs pkg_resources, which setuptools no longer has.
    folder = Path(lifetimes.__file__).parent / "datasets"
    table = pd.read_csv(
        folder / "cdnow_customers_summary_with_transactions.csv", index_col=0
    )
    names = ["n_repeats", "recency_weeks", "age_weeks", "mean_repeat_spend"]
    return table.set_axis(names, axis="columns")


def histories(real: duckdb.DuckDBPyConnection, period: str) -> pd.DataFrame:
    return real.sql(
        "select h.*, p.p_alive, p.expected_purchases, p.discounted_purchases, "
        "p.expected_spend_per_purchase "
        "from intermediate.int_clv_histories h "
        "join fitted.py_clv_predictions p using (household_id, period) "
        f"where period = '{period}' order by household_id"
    ).df()


def parameters(
    real: duckdb.DuckDBPyConnection, model: str, period: str
) -> dict[str, float]:
    rows = real.sql(
        "select parameter, value from fitted.py_clv_parameters "
        f"where model = '{model}' and period = '{period}'"
    ).fetchall()
    return dict(rows)


def assert_equal_within_one_percent(
    ours: dict[str, float], theirs: dict[str, float]
) -> None:
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        assert ours[name] == pytest.approx(value, rel=ONE_PERCENT), name


# --- a published example -----------------------------------------------------------


def test_cdnow_gives_the_published_bg_nbd(lifetimes, cdnow: pd.DataFrame):
    """Fader, Hardie and Lee (2005), table 2; lifetimes within 1 %."""
    fit = fit_bg_nbd(cdnow)
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    for name, value in published.items():
        assert fit.parameters[name] == pytest.approx(value, abs=0.0011), name
    assert fit.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert fit.n_households == 2357
    theirs = lifetimes.BetaGeoFitter().fit(
        cdnow["n_repeats"], cdnow["recency_weeks"], cdnow["age_weeks"]
    )
    assert_equal_within_one_percent(fit.parameters, dict(theirs.params_))


def test_cdnow_gives_the_published_gamma_gamma(lifetimes, cdnow: pd.DataFrame):
    """Fader and Hardie (2013): 946 customers who bought again; lifetimes within 1 %."""
    fit = fit_gamma_gamma(cdnow)
    for name, value in {"p": 6.25, "q": 3.74, "v": 15.44}.items():
        assert fit.parameters[name] == pytest.approx(value, rel=ONE_PERCENT), name
    assert fit.n_households == 946
    buyers = cdnow[cdnow["n_repeats"] > 0]
    theirs = lifetimes.GammaGammaFitter().fit(
        buyers["n_repeats"], buyers["mean_repeat_spend"]
    )
    assert_equal_within_one_percent(fit.parameters, dict(theirs.params_))


# --- the real year -----------------------------------------------------------------


@slow
def test_histories_are_those_of_lifetimes(lifetimes, real):
    from lifetimes.utils import calibration_and_holdout_data

    days = real.sql(
        "select household_id, date '2016-12-31' + cast(day as integer) as bought_on, "
        "cast(sales_value as double) as sales from intermediate.int_purchase_days"
    ).df()
    periods = real.sql("from intermediate.int_clv_periods").df().set_index("period")
    day_zero = pd.Timestamp("2016-12-31")
    theirs = calibration_and_holdout_data(
        days,
        "household_id",
        "bought_on",
        calibration_period_end=day_zero
        + pd.Timedelta(days=int(periods["as_of_day"]["calibration"])),
        observation_period_end=day_zero
        + pd.Timedelta(days=int(periods["as_of_day"]["full"])),
        monetary_value_col="sales",
    ).sort_index()
    ours = histories(real, "calibration").set_index("household_id")
    assert ours.index.equals(theirs.index.astype(ours.index.dtype))
    for name, weeks in (("recency", "recency_weeks"), ("T", "age_weeks")):
        np.testing.assert_allclose(theirs[f"{name}_cal"], ours[weeks] * 7, **EXACT)
    np.testing.assert_array_equal(theirs["frequency_cal"], ours["n_repeats"])
    np.testing.assert_allclose(
        theirs["monetary_value_cal"], ours["mean_repeat_spend"].fillna(0), **EXACT
    )
    np.testing.assert_array_equal(
        theirs["frequency_holdout"], ours["next_purchase_days"]
    )


@slow
@pytest.mark.parametrize("period", PERIODS)
def test_purchases_are_those_of_lifetimes_within_one_percent(lifetimes, real, period):
    ours = histories(real, period)
    history = ours["n_repeats"], ours["recency_weeks"], ours["age_weeks"]
    fit = lifetimes.BetaGeoFitter().fit(*history)
    assert_equal_within_one_percent(
        parameters(real, "bg_nbd", period), dict(fit.params_)
    )
    np.testing.assert_allclose(
        ours["p_alive"],
        fit.conditional_probability_alive(*history),
        rtol=ONE_PERCENT,
        atol=1e-6,
    )
    weeks = ours["next_weeks"][0]
    expected = [
        fit.conditional_expected_number_of_purchases_up_to_time(
            min(week, weeks), *history
        ).to_numpy()
        for week in range(int(np.ceil(weeks)) + 1)
    ]
    np.testing.assert_allclose(
        ours["expected_purchases"], expected[-1], rtol=ONE_PERCENT, atol=1e-6
    )
    rate = 1 + VARS["clv_discount_rate"]
    discounted = sum(
        (expected[week] - expected[week - 1]) * rate ** (-week / 52)
        for week in range(1, len(expected))
    )
    np.testing.assert_allclose(
        ours["discounted_purchases"], discounted, rtol=ONE_PERCENT, atol=1e-6
    )


@slow
@pytest.mark.parametrize("period", PERIODS)
def test_spend_is_that_of_lifetimes_within_one_percent(lifetimes, real, period):
    ours = histories(real, period)
    buyers = ours[(ours["n_repeats"] > 0) & (ours["mean_repeat_spend"] > 0)]
    fit = lifetimes.GammaGammaFitter().fit(
        buyers["n_repeats"], buyers["mean_repeat_spend"]
    )
    assert_equal_within_one_percent(
        parameters(real, "gamma_gamma", period), dict(fit.params_)
    )
    np.testing.assert_allclose(
        ours["expected_spend_per_purchase"],
        fit.conditional_expected_average_profit(
            ours["n_repeats"], ours["mean_repeat_spend"].fillna(0)
        ),
        rtol=ONE_PERCENT,
    )


@slow
@pytest.mark.parametrize("period", PERIODS)
def test_correlations_are_those_of_scipy(real, period):
    ours = histories(real, period)
    buyers = ours[(ours["n_repeats"] > 0) & (ours["mean_repeat_spend"] > 0)]
    values = buyers["n_repeats"], buyers["mean_repeat_spend"]
    built = dict(
        real.sql(
            "select check_name, value from evidence.fct_clv_validation "
            f"where period = '{period}' and check_name like 'frequency_money%'"
        ).fetchall()
    )
    assert built == pytest.approx(
        {
            "frequency_money_correlation": stats.pearsonr(*values).statistic,
            "frequency_money_rank_correlation": stats.spearmanr(*values).statistic,
        },
        abs=1e-9,
    )


def holdout_forecasts(
    real: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]:
    """Forecasts and truth by measure and method, in the order of the households.

    From the purchase days alone; the model's forecasts are the fitted table's.
    """
    ours = histories(real, "calibration")
    cut, length = real.sql(
        "select as_of_day, n_holdout_days from intermediate.int_clv_periods "
        "where period = 'calibration'"
    ).fetchone()
    assert (cut, length) == (255, 110)
    days = real.sql("from intermediate.int_purchase_days").df()
    days["sales_value"] = days["sales_value"].astype(float)

    def totals(first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = days[days["day"].between(first, last)].groupby("household_id")
        table = chosen["sales_value"].agg(["count", "sum"])
        table = table.reindex(ours["household_id"]).fillna(0)
        return table["count"].to_numpy(), table["sum"].to_numpy()

    actual, last = totals(cut + 1, cut + length), totals(cut - length + 1, cut)
    purchases = ours["expected_purchases"].to_numpy()
    sales = purchases * ours["expected_spend_per_purchase"].to_numpy()
    return {
        ("purchases", "run_rate"): (last[0], actual[0]),
        ("sales", "run_rate"): (last[1], actual[1]),
        ("purchases", "bg_nbd_gamma_gamma"): (purchases, actual[0]),
        ("sales", "bg_nbd_gamma_gamma"): (sales, actual[1]),
    }


@slow
def test_holdout_errors_are_those_of_numpy(real):
    built = real.sql(
        "select check_name, method, value from evidence.fct_clv_validation "
        "where check_group = 'holdout_error'"
    ).df()
    built = built.set_index(["check_name", "method"])["value"]
    for (measure, method), (predicted, truth) in holdout_forecasts(real).items():
        errors = predicted - truth
        expected = {
            "mae": np.abs(errors).mean(),
            "rmse": np.sqrt(np.square(errors).mean()),
            "total_bias": np.sum(predicted) / truth.sum() - 1,
        }
        for error, value in expected.items():
            np.testing.assert_allclose(
                built[f"{measure}_{error}", method], value, **EXACT
            )


@slow
@pytest.mark.parametrize("method", ["run_rate", "bg_nbd_gamma_gamma"])
def test_tenths_of_the_forecasts_are_those_of_pandas(real, method):
    built = real.sql(
        f"from evidence.fct_clv_calibration where method = '{method}' "
        "order by forecast_decile"
    ).df()
    forecasts = holdout_forecasts(real)
    households = pd.DataFrame(
        {
            f"mean_{kind}_{measure}": values
            for measure in ("purchases", "sales")
            for kind, values in zip(
                ("predicted", "actual"), forecasts[measure, method], strict=True
            )
        }
    )
    # A stable sort keeps households of one forecast in the order of their ids.
    order = households["mean_predicted_purchases"].argsort(kind="stable")
    tenths = [households.loc[places] for places in np.array_split(order, 10)]
    assert list(built["forecast_decile"]) == list(range(1, 11))
    assert list(built["n_households"]) == [len(tenth) for tenth in tenths]
    for column in households:
        means = [tenth[column].mean() for tenth in tenths]
        np.testing.assert_allclose(built[column], means, **EXACT)


@slow
def test_clv_is_margin_times_discounted_sales(real):
    """And its difference between segments is that of scipy."""
    values = real.sql("from marts.fct_household_clv order by household_id").df()
    predicted = histories(real, "full")
    expected = (
        VARS["margin"]
        * predicted["discounted_purchases"]
        * predicted["expected_spend_per_purchase"]
    )
    np.testing.assert_allclose(values["model_value"], expected, **EXACT)
    week_factors = (1 + VARS["clv_discount_rate"]) ** (-np.arange(1, 53) / 52)
    weekly = predicted["last_sales_amount"] / predicted["holdout_weeks"]
    np.testing.assert_allclose(
        values["run_rate_value"], VARS["margin"] * weekly * week_factors.sum(), **EXACT
    )
    samples = [sample["clv"] for _, sample in values.groupby("segment_id")]
    h = stats.kruskal(*samples)
    effect, p_value = real.sql(
        "select value, p_value from evidence.fct_clv_validation "
        "where method = 'kruskal_wallis'"
    ).fetchone()
    assert effect == pytest.approx(h.statistic / (len(values) - 1), rel=1e-9)
    assert p_value == pytest.approx(h.pvalue, rel=1e-6)


@slow
def test_every_household_has_one_value(real):
    missing, total = real.sql(
        "select count(*) filter (where d.clv is distinct from c.clv), count(*) "
        "from marts.dim_households d full join marts.fct_household_clv c "
        "using (household_id)"
    ).fetchone()
    assert (missing, total) == (0, 2469)
