"""Customer lifetime value: BG/NBD for purchases, Gamma-Gamma for spend per purchase.

Time is in weeks, a purchase is a purchase day. A history is `n_repeats` (x: purchase
days after the first), `recency_weeks` (t_x: first to last purchase), `age_weeks` (T:
first purchase to the end of the period) and `mean_repeat_spend` (dollars a repeat day).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, gammaln, hyp2f1, psi

from retail_uplift.frames import check_columns, numeric_matrix, sort_by_key

BG_NBD = "bg_nbd"
GAMMA_GAMMA = "gamma_gamma"
PARAMETERS = {BG_NBD: ("r", "alpha", "a", "b"), GAMMA_GAMMA: ("p", "q", "v")}

KEYS = ["household_id", "period"]
HISTORY = ["n_repeats", "recency_weeks", "age_weeks", "mean_repeat_spend"]

# A parameter this far from 1, in units of the data's own mean, is one that the data do
# not determine: no household ever stops, say.
MAX_LOG_PARAMETER = 12.0
# Of the mean log-likelihood, by the logarithm of a parameter.
MAX_GRADIENT = 1e-6
# The expectation has a removable singularity at a = 1.
SINGULAR_GAP = 1e-6

MeanLoss = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class ClvFit:
    """A maximum-likelihood fit.

    Attributes
    ----------
    parameters : dict of str to float
        In the order of `PARAMETERS`; empty if there is no fit.
    log_likelihood : float
        Summed over households; NaN if there is no fit.
    n_households : int
        Households that the fit used.
    max_gradient : float
        Largest slope of the mean log-likelihood by the logarithm of a parameter.
    failure : str or None
        Why the fit must not be used.
    """

    parameters: dict[str, float]
    log_likelihood: float
    n_households: int
    max_gradient: float
    failure: str | None


def fit_bg_nbd(histories: pd.DataFrame, min_households: int = 1) -> ClvFit:
    """Fit the BG/NBD model of purchases and dropout.

    Parameters
    ----------
    histories : DataFrame, n rows
        `n_repeats`, `recency_weeks`, `age_weeks`. Households without a repeat purchase
        belong to the model and stay.
    min_households : int
        With fewer households that bought again, nothing is fitted.

    Returns
    -------
    ClvFit
        `r`, `alpha` (weeks) of the purchase rate, `a`, `b` of the dropout probability.

    Raises
    ------
    ValueError
        If a column is missing, NULL or negative, a count is not whole, recency exceeds
        age, or recency is 0 with repeats or above 0 without.

    References
    ----------
    Fader, Hardie and Lee (2005), Marketing Science 24, equation 6.
    """
    x, t_x, age = _checked_histories(histories)
    if (x > 0).sum() < min_households:
        return _no_fit((x > 0).sum(), min_households)
    # Weeks per purchase: the fit then works with numbers near 1.
    scale = age.sum() / x.sum()
    loss = _bg_nbd_loss(x, t_x / scale, age / scale)
    starts = [(1, 1, 1, 1), (1, 1, 0.1, 10), (0.3, 0.3, 0.1, 100), (3, 3, 1, 3)]
    theta, value, slope = _minimise(loss, starts)
    r, alpha, a, b = np.exp(theta).tolist()
    # The likelihood has x rates per household, each in purchases per unit of time.
    log_likelihood = -value * len(x) - x.sum() * np.log(scale)
    return ClvFit(
        {"r": r, "alpha": float(alpha * scale), "a": a, "b": b},
        float(log_likelihood),
        len(x),
        slope,
        _failure(theta, slope, PARAMETERS[BG_NBD]),
    )


def fit_gamma_gamma(histories: pd.DataFrame, min_households: int = 1) -> ClvFit:
    """Fit the Gamma-Gamma model of spend per purchase.

    Parameters
    ----------
    histories : DataFrame, n rows
        `n_repeats`, `mean_repeat_spend` (dollars). Only households with a repeat
        purchase and positive spend enter; the others say nothing about spend.
    min_households : int
        With fewer such households, nothing is fitted.

    Returns
    -------
    ClvFit
        `p`, `q`, `v` (dollars).

    Raises
    ------
    ValueError
        If a column is missing or a spend of a household with repeats is NULL.

    References
    ----------
    Fader and Hardie (2013), The Gamma-Gamma model of monetary value, equation 1a.
    """
    check_columns(histories, ["n_repeats", "mean_repeat_spend"], "histories")
    repeaters = histories[histories["n_repeats"] > 0]
    repeaters = repeaters[~(repeaters["mean_repeat_spend"] <= 0)]
    if len(repeaters) < min_households:
        return _no_fit(len(repeaters), min_households)
    x, spend = numeric_matrix(
        repeaters, ["n_repeats", "mean_repeat_spend"], "histories"
    ).T
    x, spend = np.array([x, spend])[:, np.lexsort((spend, x))]
    scale = spend.mean()
    loss = _gamma_gamma_loss(x, spend / scale)
    theta, value, slope = _minimise(loss, [(1, 3, 2), (5, 2, 0.3), (0.5, 10, 10)])
    p, q, v = np.exp(theta).tolist()
    return ClvFit(
        {"p": p, "q": q, "v": float(v * scale)},
        float(-value * len(x) - len(x) * np.log(scale)),
        len(x),
        slope,
        _failure(theta, slope, PARAMETERS[GAMMA_GAMMA]),
    )


def alive_probability(
    parameters: Mapping[str, float],
    n_repeats: np.ndarray,
    recency_weeks: np.ndarray,
    age_weeks: np.ndarray,
) -> np.ndarray:
    """Return the probability that a household still buys, shape (n,).

    In BG/NBD a household can stop only after a repeat purchase: without one it is 1.

    References
    ----------
    Fader, Hardie and Lee (2008), Computing P(alive) using the BG/NBD model.
    """
    x = np.asarray(n_repeats, dtype=np.float64)
    r, alpha, a, b = (parameters[name] for name in PARAMETERS[BG_NBD])
    repeats = np.maximum(x, 1.0)
    log_odds_gone = (
        np.log(a)
        - np.log(b + repeats - 1)
        + (r + repeats)
        * (np.log(alpha + age_weeks) - np.log(alpha + np.asarray(recency_weeks)))
    )
    return np.where(x > 0, expit(-log_odds_gone), 1.0)


def purchases_if_alive(
    parameters: Mapping[str, float],
    n_repeats: np.ndarray,
    age_weeks: np.ndarray,
    weeks: float,
) -> np.ndarray:
    """Return the expected purchases of the next weeks of a household still buying.

    Times `alive_probability` it is E[X(t) | x, t_x, T].

    Notes
    -----
    The published 2F1(r + x, b + x; a + b + x - 1; z) overflows for a grocer's hundreds
    of purchases. Euler's transformation takes the power of 1 - z out of it and leaves a
    series whose first two parameters do not grow with x.

    References
    ----------
    Fader, Hardie and Lee (2005), Marketing Science 24, equation 10.
    """
    x = np.asarray(n_repeats, dtype=np.float64)
    r, alpha, a, b = (parameters[name] for name in PARAMETERS[BG_NBD])
    if abs(a - 1) < SINGULAR_GAP:
        a = 1 + SINGULAR_GAP
    z = weeks / (alpha + np.asarray(age_weeks) + weeks)
    series = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, z)
    return (a + b + x - 1) / (a - 1) * (1 - np.power(1 - z, a - 1) * series)


def expected_spend(
    parameters: Mapping[str, float],
    n_repeats: np.ndarray,
    mean_repeat_spend: np.ndarray,
) -> np.ndarray:
    """Return the expected dollars per purchase of each household, shape (n,).

    The population's mean and the household's own, weighed by its number of repeats;
    without one it is the population's mean. NaN if q <= 1: that mean does not exist.

    References
    ----------
    Fader and Hardie (2013), equation 5.
    """
    p, q, v = (parameters[name] for name in PARAMETERS[GAMMA_GAMMA])
    x = np.asarray(n_repeats, dtype=np.float64)
    if q <= 1:
        return np.full(len(x), np.nan)
    own = np.where(x > 0, np.asarray(mean_repeat_spend, dtype=np.float64), 0.0)
    return p * (v + x * own) / (p * x + q - 1)


def fit_clv(histories: pd.DataFrame, min_households: int) -> pd.DataFrame:
    """Fit both models on each period.

    Parameters
    ----------
    histories : DataFrame
        One row per `household_id` and `period`, with the columns of `HISTORY`.
    min_households : int
        See `fit_bg_nbd`.

    Returns
    -------
    DataFrame
        `model`, `period`, `parameter`, `value`, `is_converged`, `failure` (empty if
        there is none), `log_likelihood`, `n_households`, `max_gradient`: one row per
        parameter. A model without a fit keeps its rows, with NaN.

    Raises
    ------
    ValueError
        If a key is NULL or repeated, or see the fits.
    """
    check_columns(histories, [*KEYS, *HISTORY], "histories")
    rows = []
    for period, chosen in sort_by_key(histories, KEYS, "histories").groupby("period"):
        fits = {
            BG_NBD: fit_bg_nbd(chosen, min_households),
            GAMMA_GAMMA: fit_gamma_gamma(chosen, min_households),
        }
        rows += [
            {
                "model": model,
                "period": period,
                "parameter": name,
                "value": fit.parameters.get(name, np.nan),
                "is_converged": fit.failure is None,
                "failure": fit.failure or "",
                "log_likelihood": fit.log_likelihood,
                "n_households": fit.n_households,
                "max_gradient": fit.max_gradient,
            }
            for model, fit in fits.items()
            for name in PARAMETERS[model]
        ]
    return pd.DataFrame(rows)


def predict_clv(
    histories: pd.DataFrame, parameters: pd.DataFrame, annual_discount_rate: float
) -> pd.DataFrame:
    """Apply the fitted parameters to every household.

    Parameters
    ----------
    histories : DataFrame
        As in `fit_clv`, with `next_weeks`: how far to look ahead.
    parameters : DataFrame
        As `fit_clv` returns it.
    annual_discount_rate : float
        0.10 = a dollar in 52 weeks is worth 1 / 1.10 today.

    Returns
    -------
    DataFrame, n rows
        `household_id`, `period`, `p_alive`, `expected_purchases`,
        `discounted_purchases` (a purchase in week k counts (1 + rate) ** (-k / 52)) and
        `expected_spend_per_purchase` (dollars), ordered by period and household. NaN
        where the period's model has no fit that may be used.

    Raises
    ------
    ValueError
        If the discount rate is negative, `next_weeks` differs within a period, or see
        the fits.
    """
    if annual_discount_rate < 0:
        raise ValueError(f"annual_discount_rate is {annual_discount_rate}, below 0.")
    check_columns(histories, [*KEYS, *HISTORY, "next_weeks"], "histories")
    usable = parameters[parameters["is_converged"].astype(bool)]
    values = {
        key: dict(zip(rows["parameter"], rows["value"], strict=True))
        for key, rows in usable.groupby(["period", "model"])
    }
    parts = []
    for period, chosen in sort_by_key(histories, KEYS, "histories").groupby("period"):
        if chosen["next_weeks"].nunique(dropna=False) > 1:
            raise ValueError(f"next_weeks differs within period {period}.")
        part = chosen[KEYS].assign(
            p_alive=np.nan,
            expected_purchases=np.nan,
            discounted_purchases=np.nan,
            expected_spend_per_purchase=np.nan,
        )
        if (period, BG_NBD) in values:
            _add_purchases(part, chosen, values[period, BG_NBD], annual_discount_rate)
        if (period, GAMMA_GAMMA) in values:
            part["expected_spend_per_purchase"] = expected_spend(
                values[period, GAMMA_GAMMA],
                chosen["n_repeats"].to_numpy(),
                chosen["mean_repeat_spend"].to_numpy(dtype=np.float64),
            )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _add_purchases(
    part: pd.DataFrame,
    chosen: pd.DataFrame,
    parameters: Mapping[str, float],
    annual_discount_rate: float,
) -> None:
    """Write p_alive and both expectations of purchases into `part`."""
    x, t_x, age = _checked_histories(chosen, in_order=True)
    weeks = float(chosen["next_weeks"].iloc[0])
    alive = alive_probability(parameters, x, t_x, age)
    # Households of the same number and age expect the same if they still buy: a few
    # thousand pairs, however many households.
    pairs, number = np.unique(np.column_stack([x, age]), axis=0, return_inverse=True)
    number = number.ravel()
    discounted = np.zeros(len(pairs))
    before = np.zeros(len(pairs))
    for week in range(1, int(np.ceil(weeks)) + 1):
        until = purchases_if_alive(parameters, *pairs.T, min(week, weeks))
        discounted += (until - before) * (1 + annual_discount_rate) ** (-week / 52)
        before = until
    part["p_alive"] = alive
    part["expected_purchases"] = alive * before[number]
    part["discounted_purchases"] = alive * discounted[number]


def _checked_histories(
    histories: pd.DataFrame, in_order: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x, t_x and T; sorted by value, so that a fit ignores the row order."""
    columns = ["n_repeats", "recency_weeks", "age_weeks"]
    values = numeric_matrix(histories, columns, "histories")
    x, t_x, age = values.T
    if (values < 0).any() or (x != np.floor(x)).any():
        raise ValueError("histories has negative values or a count that is not whole.")
    if (t_x > age).any():
        raise ValueError("histories has a recency_weeks above age_weeks.")
    if ((x > 0) != (t_x > 0)).any():
        raise ValueError("histories has a recency without repeats, or repeats without.")
    if not in_order:
        x, t_x, age = values[np.lexsort((age, t_x, x))].T
    return x.copy(), t_x.copy(), age.copy()


def _bg_nbd_loss(x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> MeanLoss:
    """Return the mean negative log-likelihood and its gradient by log(r, alpha, a, b).

    Counts and whole days repeat: functions of them are taken once per value.
    """
    counts, count_number = np.unique(x, return_inverse=True)
    recencies, recency_number = np.unique(t_x, return_inverse=True)
    ages, age_number = np.unique(age, return_inverse=True)
    count_weight = np.bincount(count_number) / len(x)
    has_repeat = x > 0
    earlier = np.maximum(counts - 1, 0.0)

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        r, alpha, a, b = np.exp(theta)
        log_recency = np.log(alpha + recencies)[recency_number]
        log_age = np.log(alpha + ages)[age_number]
        events = r + x
        alive = -events * log_age
        gone = np.where(
            has_repeat,
            (np.log(a) - np.log(b + earlier))[count_number] - events * log_recency,
            -np.inf,
        )
        of_counts = (
            gammaln(r + counts)
            - gammaln(r)
            + r * np.log(alpha)
            + gammaln(a + b)
            + gammaln(b + counts)
            - gammaln(b)
            - gammaln(a + b + counts)
        )
        either = np.logaddexp(alive, gone)
        value = np.sum(of_counts * count_weight) + np.mean(either)
        was_gone = np.exp(gone - either)
        mean_gone = np.bincount(count_number, was_gone) / len(x)
        log_time = log_age + was_gone * (log_recency - log_age)
        inverse_age = (1 / (alpha + ages))[age_number]
        inverse_recency = (1 / (alpha + recencies))[recency_number]
        rate = inverse_age + was_gone * (inverse_recency - inverse_age)
        ends = psi(a + b) - psi(a + b + counts)
        slopes = np.array(
            [
                np.sum((psi(r + counts) - psi(r) + np.log(alpha)) * count_weight)
                - np.mean(log_time),
                r / alpha - np.mean(events * rate),
                np.sum(ends * count_weight) + mean_gone.sum() / a,
                np.sum((ends + psi(b + counts) - psi(b)) * count_weight)
                - np.sum(mean_gone / (b + earlier)),
            ]
        )
        return -value, -slopes * np.exp(theta)

    return loss


def _gamma_gamma_loss(x: np.ndarray, spend: np.ndarray) -> MeanLoss:
    """Return the mean negative log-likelihood and its gradient by log(p, q, v)."""
    counts, count_number = np.unique(x, return_inverse=True)
    weight = np.bincount(count_number) / len(x)
    log_total = np.log(x) + np.log(spend)

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, v = np.exp(theta)
        log_sum = np.log(x * spend + v)
        shape = p * x + q
        of_counts = gammaln(p * counts + q) - gammaln(p * counts) - gammaln(q)
        value = (
            np.sum(of_counts * weight)
            + q * np.log(v)
            + np.mean(p * x * log_total - np.log(spend) - shape * log_sum)
        )
        both = psi(p * counts + q)
        slopes = np.array(
            [
                np.sum(counts * (both - psi(p * counts)) * weight)
                + np.mean(x * (log_total - log_sum)),
                np.sum((both - psi(q)) * weight) + np.log(v) - np.mean(log_sum),
                q / v - np.mean(shape / (x * spend + v)),
            ]
        )
        return -value, -slopes * np.exp(theta)

    return loss


def _minimise(
    loss: MeanLoss, starts: Sequence[Sequence[float]]
) -> tuple[np.ndarray, float, float]:
    """Return the best end point of all starts, its loss and its largest slope."""
    bounds = [(-MAX_LOG_PARAMETER, MAX_LOG_PARAMETER)] * len(starts[0])
    options = {"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9}
    ends = [
        minimize(
            loss,
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options=options,
        )
        for start in starts
    ]
    best = min(ends, key=lambda end: end.fun)
    return best.x, float(best.fun), float(np.abs(best.jac).max())


def _failure(theta: np.ndarray, slope: float, names: Sequence[str]) -> str | None:
    """Say why a fit must not be used, None if it may."""
    at_bound = np.flatnonzero(np.abs(theta) > MAX_LOG_PARAMETER - 0.01)
    if at_bound.size:
        held = ", ".join(names[i] for i in at_bound)
        return f"The data do not determine {held}: the fit runs to its bounds."
    if not slope <= MAX_GRADIENT:
        return f"The fit did not converge: its slope is still {slope:.1e}."
    return None


def _no_fit(n_households: int, min_households: int) -> ClvFit:
    failure = (
        f"Only {n_households} households bought again;"
        f" a fit needs {min_households} (var clv_min_households)."
    )
    return ClvFit({}, np.nan, int(n_households), np.nan, failure)
