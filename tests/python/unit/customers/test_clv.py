"""Tests of the customer-value fits: hand-worked cases, known truth, refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats
from scipy.optimize import approx_fprime

from retail_uplift.customers import clv
from retail_uplift.customers.clv import (
    alive_probability,
    expected_spend,
    fit_bg_nbd,
    fit_clv,
    fit_gamma_gamma,
    predict_clv,
    purchases_if_alive,
)

TRUE_BG_NBD = {"r": 0.8, "alpha": 2.0, "a": 0.7, "b": 4.0}
TRUE_GAMMA_GAMMA = {"p": 3.0, "q": 4.0, "v": 40.0}
N_HOUSEHOLDS = 6_000
FUTURE_WEEKS = 26.0
# Of estimates and means: about 1 in 15,000 by chance for each comparison.
MAX_Z = 4.0

# Fader, Hardie and Lee (2005): CDNOW, 2,357 customers.
CDNOW = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


def simulate(seed: int = 1) -> pd.DataFrame:
    """Return histories of known parameters, with what came next and who was alive."""
    rng = np.random.default_rng(seed)
    truth, money = TRUE_BG_NBD, TRUE_GAMMA_GAMMA
    rates = rng.gamma(truth["r"], 1 / truth["alpha"], N_HOUSEHOLDS)
    dropouts = rng.beta(truth["a"], truth["b"], N_HOUSEHOLDS)
    ages = rng.uniform(13, 52, N_HOUSEHOLDS)
    levels = rng.gamma(money["q"], 1 / money["v"], N_HOUSEHOLDS)
    rows = []
    for rate, dropout, age, level in zip(rates, dropouts, ages, levels, strict=True):
        n_repeats, n_next, now, last = 0, 0, 0.0, 0.0
        is_alive_at_end = True
        while True:
            now += rng.exponential(1 / rate)
            if now > age + FUTURE_WEEKS:
                break
            stops = rng.random() < dropout
            if now <= age:
                n_repeats, last = n_repeats + 1, now
                is_alive_at_end = not stops
            else:
                n_next += 1
            if stops:
                break
        # The sum of x gamma variables of shape p is one of shape p x.
        total = rng.gamma(money["p"] * n_repeats, 1 / level) if n_repeats else np.nan
        rows.append(
            (n_repeats, last, age, total / max(n_repeats, 1), n_next, is_alive_at_end)
        )
    frame = pd.DataFrame(rows, columns=[*clv.HISTORY, "n_next", "is_alive"])
    return frame.assign(
        household_id=range(N_HOUSEHOLDS), period="full", next_weeks=FUTURE_WEEKS
    )


@pytest.fixture(scope="module")
def known() -> pd.DataFrame:
    return simulate()


def standard_errors(loss: clv.MeanLoss, theta: np.ndarray, n: int) -> np.ndarray:
    """Return the errors of log parameters from the curvature at the truth."""
    information = approx_fprime(theta, lambda at: loss(at)[1], 1e-6)
    return np.sqrt(np.diag(np.linalg.inv(information)) / n)


def history(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns)


# --- likelihoods -------------------------------------------------------------------


def test_bg_nbd_likelihood_by_hand():
    """With r = alpha = a = b = 1.

    No repeat in 2 weeks: (1 / 3)^1. One repeat after 1 of 2 weeks: B(1, 2) / B(1, 1)
    times (1 / 3^2 + 1 / 2^2) = 13 / 72.
    """
    for x, t_x, expected in ((0.0, 0.0, 1 / 3), (1.0, 1.0, 13 / 72)):
        loss = clv._bg_nbd_loss(np.array([x]), np.array([t_x]), np.array([2.0]))
        assert loss(np.zeros(4))[0] == pytest.approx(-np.log(expected), abs=1e-14)


def test_gamma_gamma_likelihood_by_hand():
    """With p = q = v = 1: Gamma(x + 1) / Gamma(x) m^(x - 1) x^x / (x m + 1)^(x + 1)."""
    for x, expected in ((1.0, 1 / 4), (2.0, 8 / 27)):
        loss = clv._gamma_gamma_loss(np.array([x]), np.array([1.0]))
        assert loss(np.zeros(3))[0] == pytest.approx(-np.log(expected), abs=1e-14)


def test_gradients_are_the_slopes_of_the_losses(known: pd.DataFrame):
    some = known.iloc[:300]
    buyers = some[some["n_repeats"] > 0]
    losses = (
        (clv._bg_nbd_loss(*clv._checked_histories(some)), np.log([1.3, 0.9, 0.2, 20])),
        (
            clv._gamma_gamma_loss(
                buyers["n_repeats"].to_numpy(dtype=float),
                buyers["mean_repeat_spend"].to_numpy(),
            ),
            np.log([1.3, 2.2, 10]),
        ),
    )
    for loss, theta in losses:
        numeric = approx_fprime(theta, lambda at, loss=loss: loss(at)[0], 1e-7)
        np.testing.assert_allclose(loss(theta)[1], numeric, rtol=1e-4, atol=1e-6)


# --- known truth -------------------------------------------------------------------


def test_bg_nbd_recovers_known_parameters(known: pd.DataFrame):
    fit = fit_bg_nbd(known)
    assert fit.failure is None
    assert fit.n_households == N_HOUSEHOLDS
    theta = np.log(list(TRUE_BG_NBD.values()))
    errors = standard_errors(
        clv._bg_nbd_loss(*clv._checked_histories(known)), theta, N_HOUSEHOLDS
    )
    z = (np.log(list(fit.parameters.values())) - theta) / errors
    assert np.abs(z).max() < MAX_Z
    # The sample is large enough to tell these parameters from others.
    assert errors.max() < 0.25


def test_gamma_gamma_recovers_known_parameters(known: pd.DataFrame):
    buyers = known[known["n_repeats"] > 0]
    fit = fit_gamma_gamma(known)
    assert fit.failure is None
    assert fit.n_households == len(buyers) < N_HOUSEHOLDS
    loss = clv._gamma_gamma_loss(
        buyers["n_repeats"].to_numpy(dtype=float),
        buyers["mean_repeat_spend"].to_numpy(),
    )
    theta = np.log(list(TRUE_GAMMA_GAMMA.values()))
    errors = standard_errors(loss, theta, len(buyers))
    z = (np.log(list(fit.parameters.values())) - theta) / errors
    assert np.abs(z).max() < MAX_Z
    assert errors.max() < 0.25


@pytest.mark.parametrize("seed", [1, 2])
def test_predictions_hold_in_every_group_of_households(seed: int):
    """Alive and next purchases, from fitted parameters, against what came true."""
    frame = simulate(seed)
    predicted = predict_clv(frame, fit_clv(frame, 100), annual_discount_rate=0.0)
    groups = pd.cut(frame["n_repeats"], [-1, 0, 2, 8, np.inf], labels=False)
    for group in range(4):
        chosen = (groups == group).to_numpy()
        alive = predicted["p_alive"][chosen]
        gap = alive.mean() - frame["is_alive"][chosen].mean()
        spread = np.sqrt((alive * (1 - alive)).sum()) / chosen.sum()
        assert abs(gap) <= MAX_Z * spread
        errors = predicted["expected_purchases"][chosen] - frame["n_next"][chosen]
        assert abs(errors.mean()) < MAX_Z * errors.std() / np.sqrt(chosen.sum())


def test_log_likelihood_is_in_weeks_and_dollars(known: pd.DataFrame):
    """The scale that a fit works with does not show in what it returns."""
    some = known.iloc[:1000]
    fit = fit_bg_nbd(some)
    loss = clv._bg_nbd_loss(*clv._checked_histories(some))
    log_likelihood = -1000 * loss(np.log(list(fit.parameters.values())))[0]
    assert fit.log_likelihood == pytest.approx(log_likelihood, rel=1e-9)
    days = fit_bg_nbd(
        some.assign(
            recency_weeks=some["recency_weeks"] * 7, age_weeks=some["age_weeks"] * 7
        )
    )
    assert days.parameters["alpha"] == pytest.approx(
        7 * fit.parameters["alpha"], rel=1e-4
    )


# --- expectations ------------------------------------------------------------------


def test_a_household_without_a_repeat_is_alive():
    """BG/NBD knows dropouts after a repeat purchase only, however long ago it began."""
    alive = alive_probability(
        TRUE_BG_NBD, np.zeros(3), np.zeros(3), np.array([0.0, 10.0, 500.0])
    )
    assert alive.tolist() == [1.0, 1.0, 1.0]


def test_alive_probability_by_hand():
    """All parameters 1, one repeat at week 1 of 2: 1 / (1 + (3 / 2)^2) = 4 / 13."""
    ones = dict.fromkeys(["r", "alpha", "a", "b"], 1.0)
    alive = alive_probability(ones, np.array([1]), np.array([1.0]), np.array([2.0]))
    assert alive[0] == pytest.approx(4 / 13, abs=1e-15)


def test_the_published_customer_buys_1_226_times():
    """Customer 1 of CDNOW: two repeats, the last in week 30.43 of 38.86."""
    x, t_x, age = np.array([2]), np.array([30.43]), np.array([38.86])
    expected = purchases_if_alive(CDNOW, x, age, 39.0) * alive_probability(
        CDNOW, x, t_x, age
    )
    assert expected[0] == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize(
    "parameters",
    [
        TRUE_BG_NBD,
        TRUE_BG_NBD | {"a": 1.0},
        # The real year: hardly anybody stops.
        {"r": 1.408, "alpha": 1.377, "a": 0.194, "b": 278.4},
    ],
)
@pytest.mark.parametrize(("x", "age"), [(0, 5.0), (3, 40.0), (300, 52.0)])
def test_expected_purchases_are_an_integral(
    parameters: dict[str, float], x: int, age: float
):
    """Over the dropout probability p of a household alive after x repeats.

    Its rate has shape r + x and rate alpha + T, so it expects
    (1 - ((alpha + T) / (alpha + T + p t))^(r + x)) / p purchases, p ~ Beta(a, b + x).
    """
    r, alpha, a, b = parameters.values()
    weeks = 52.0

    def purchases_at_quantile(quantile: float) -> float:
        p = max(stats.beta.ppf(quantile, a, b + x), 1e-100)
        return -np.expm1(-(r + x) * np.log1p(p * weeks / (alpha + age))) / p

    expected, _ = integrate.quad(purchases_at_quantile, 0, 1, limit=200)
    found = purchases_if_alive(parameters, np.array([x]), np.array([age]), weeks)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_expected_spend_lies_between_the_household_and_the_population():
    """With p = 2, q = 3, v = 10: the population spends 10, own weight x / (x + 1)."""
    parameters = {"p": 2.0, "q": 3.0, "v": 10.0}
    spend = expected_spend(
        parameters, np.array([0, 1, 9]), np.array([np.nan, 20.0, 20.0])
    )
    np.testing.assert_allclose(spend, [10.0, 15.0, 19.0], rtol=1e-14)
    assert np.isnan(expected_spend(parameters | {"q": 1.0}, [1], [20.0])).all()


# --- tables ------------------------------------------------------------------------


def test_tables_do_not_depend_on_row_order(known: pd.DataFrame):
    some = known.iloc[:400]
    parameters = fit_clv(some, 100)
    shuffled = some.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(parameters, fit_clv(shuffled, 100), check_exact=True)
    pd.testing.assert_frame_equal(
        predict_clv(some, parameters, 0.1),
        predict_clv(shuffled, parameters.iloc[::-1], 0.1),
        check_exact=True,
    )
    assert parameters["parameter"].tolist() == [*TRUE_BG_NBD, *TRUE_GAMMA_GAMMA]


def test_a_household_is_predicted_alone_as_in_a_batch(known: pd.DataFrame):
    some = known.iloc[:400]
    parameters = fit_clv(some, 100)
    batch = predict_clv(some, parameters, 0.1)
    alone = predict_clv(some.iloc[[17]], parameters, 0.1)
    pd.testing.assert_frame_equal(
        alone, batch.iloc[[17]].reset_index(drop=True), check_exact=True
    )


def test_discounting_by_hand(known: pd.DataFrame):
    """Purchases of week k count 1.1^(-k / 52); the last half week is week 2."""
    one = known[known["n_repeats"] > 3].iloc[[0]].assign(next_weeks=1.5)
    parameters = fit_clv(known.iloc[:400], 100)
    undiscounted = predict_clv(one, parameters, 0.0)
    assert undiscounted["discounted_purchases"].equals(
        undiscounted["expected_purchases"]
    )
    first = predict_clv(one.assign(next_weeks=1.0), parameters, 0.0)
    week_1 = first["expected_purchases"][0]
    week_2 = undiscounted["expected_purchases"][0] - week_1
    assert predict_clv(one, parameters, 0.1)["discounted_purchases"][0] == (
        pytest.approx(week_1 * 1.1 ** (-1 / 52) + week_2 * 1.1 ** (-2 / 52), rel=1e-12)
    )


def test_too_few_households_give_a_reason_and_no_numbers(known: pd.DataFrame):
    some = known[known["n_repeats"] > 0].iloc[:50]
    parameters = fit_clv(some, min_households=51)
    assert not parameters["is_converged"].any()
    assert parameters["value"].isna().all()
    assert parameters["failure"].str.startswith("Only 50 households bought again").all()
    predicted = predict_clv(some, parameters, 0.1)
    assert len(predicted) == 50
    assert predicted.drop(columns=clv.KEYS).isna().all(axis=None)


def test_data_without_dropouts_are_no_converged_fit():
    """Everybody bought on the last day: a, b run away, and the fit says so."""
    rng = np.random.default_rng(0)
    n_repeats = rng.poisson(rng.gamma(2.0, 5.0, 500)) + 1.0
    fit = fit_bg_nbd(
        pd.DataFrame({"n_repeats": n_repeats, "recency_weeks": 30.0, "age_weeks": 30.0})
    )
    assert fit.failure is not None
    assert "runs to its bounds" in fit.failure


def test_households_without_positive_spend_say_nothing_about_spend(
    known: pd.DataFrame,
):
    """Coupon days of $0 and households without a repeat are left out of the money."""
    some = known.iloc[:400]
    free = some.iloc[:20].assign(n_repeats=2, mean_repeat_spend=0.0)
    assert fit_gamma_gamma(pd.concat([some, free])) == fit_gamma_gamma(some)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_repeats": 1.5}, "not whole"),
        ({"n_repeats": -1}, "negative"),
        ({"n_repeats": 0}, "recency without repeats"),
        ({"recency_weeks": 0.0}, "or repeats without"),
        ({"recency_weeks": 99.0}, "recency_weeks above age_weeks"),
        ({"age_weeks": np.nan}, r"NULL or NaN values in \['age_weeks'\]"),
    ],
)
def test_bg_nbd_rejects(change: dict[str, float], message: str):
    one = history(n_repeats=[2], recency_weeks=[3.0], age_weeks=[5.0])
    with pytest.raises(ValueError, match=message):
        fit_bg_nbd(one.assign(**change))


def test_predictions_reject_a_mixed_horizon_and_a_negative_rate(known: pd.DataFrame):
    two = known.iloc[:2].assign(next_weeks=[1.0, 2.0])
    parameters = fit_clv(known.iloc[:400], 100)
    with pytest.raises(ValueError, match="next_weeks differs within period full"):
        predict_clv(two, parameters, 0.1)
    with pytest.raises(ValueError, match="below 0"):
        predict_clv(known.iloc[:2], parameters, -0.1)
