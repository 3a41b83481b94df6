"""Fixed-effects regressions of what households bought before and after a campaign."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyfixest as pf
from scipy import stats

from retail_uplift._one_thread import one_thread
from retail_uplift.frames import check_columns, checked_rows, empty_frame
from retail_uplift.impact.clustered_errors import (
    GroupedRegression,
    jackknife_std_error,
    wild_bootstrap_p_value,
)

UNIT = ("campaign_id", "household_id")
PERIODS = ("before", "after")
OUTCOMES = ("sales", "baskets", "units", "active_weeks")
REGRESSION_TYPES = {
    "model": "str",
    "scope": "str",
    "outcome": "str",
    "error_type": "str",
    "estimate": "float64",
    "std_error": "float64",
    "statistic": "float64",
    "p_value": "float64",
    "n_units": "int64",
    "n_households": "int64",
}
STACKED = "stacked two-way fixed effects"
POISSON = "Poisson with fixed effects"
MARGINS = "extensive and intensive margin"
CLUSTERED = "CRV1 by household"

Row = dict[str, Any]


@one_thread()
def regress_changes(
    units: pd.DataFrame, scopes: pd.DataFrame, *, n_draws: int, seed: int
) -> pd.DataFrame:
    """Fit the regressions of each scope.

    Parameters
    ----------
    units : DataFrame
        One row per `campaign_id`, `household_id`, with `is_sent` (boolean),
        `n_pre_weeks` and `n_effect_weeks` (those of the campaign) and, for `sales`,
        `baskets`, `units` and `active_weeks` (1 in a week with a purchase), the weekly
        means `<outcome>_before` and `<outcome>_after`.
    scopes : DataFrame
        `scope`, `campaign_id`: the campaigns whose effects count as one. A campaign
        without units of both arms is left out.
    n_draws : int
        Draws of the wild cluster bootstrap.
    seed : int

    Returns
    -------
    DataFrame
        `model`, `scope`, `outcome`, `error_type`, `estimate`, `std_error`, `statistic`,
        `p_value`, `n_units`, `n_households`; ordered by the first four. NaN stands for
        what does not exist: the bootstrap has no error, an error of 0 no statistic.

    Raises
    ------
    ValueError
        If a column is missing or a key repeated.

    Notes
    -----
    Stacked two-way fixed effects: y = campaign-household + campaign-period + effect *
    sent * after. With two periods, first differences of the unit are the same
    regression: change = campaign + effect * sent. In a weekly panel that is balanced
    within a campaign, sent * after less its unit and week means is (sent - share sent)
    * (after - share of weeks after). So the weekly coefficient is that of the changes
    of weekly means, where a campaign's weight is pre * post / (pre + post) weeks. The
    regressions here have these weights. That holds for sales, baskets and units. The
    log of a weekly mean is not the mean of weekly logs: `log1p_sales` is a regression
    of its own, for comparison with analyses that take logs.

    Poisson: E y = exp(campaign-household + campaign-period + effect * sent * after), by
    quasi-maximum likelihood (Santos Silva and Tenreyro 2006, Review of Economics and
    Statistics 88(4)). The estimate is the log of a ratio of means. It is fitted on sums
    over the weeks of a period, which is exact: campaign-week effects only divide the
    sum of a period among its weeks, so the first-order conditions of the effect, the
    households and the periods are those of the weekly model. Sums below 0 (returns)
    count as 0. A campaign in which an arm bought nothing in a period is left out: it
    says nothing of a finite ratio.

    Margins: with sales a = share of weeks with a purchase s times sales per such week
    b, a1 - a0 = (s1 - s0) b0 + s1 (b1 - b0), where 1 is the mean of sent households
    after the start and 0 the same less the effect. The two terms add up to the stacked
    effect on sales. Whether a household bought at all would be no change: by the rule
    of who is in the panel all of them did before.
    """
    if units.empty or scopes.empty:
        return empty_frame(REGRESSION_TYPES)
    check_columns(scopes, ["scope", "campaign_id"], "scopes")
    means = [f"{outcome}_{period}" for outcome in OUTCOMES for period in PERIODS]
    weeks = ["n_pre_weeks", "n_effect_weeks"]
    units = checked_rows(units, UNIT, ["is_sent", *weeks, *means], "units")
    frame = _with_changes(units)
    rows: list[Row] = []
    for number, (scope, own_scopes) in enumerate(scopes.groupby("scope", sort=True)):
        is_own = frame["campaign_id"].isin(own_scopes["campaign_id"])
        own = _with_both_arms(frame[is_own])
        if own.empty:
            continue
        fits = _fit_changes(own)
        own_rows = [
            *_stacked_rows(own, fits, n_draws, np.random.default_rng([seed, number])),
            *_poisson_rows(own),
            *_margin_rows(own, fits["active_weeks"]),
        ]
        rows += [row | {"scope": scope} for row in own_rows]
    return (
        pd.DataFrame(rows)[list(REGRESSION_TYPES)]
        .astype(REGRESSION_TYPES)
        .sort_values(list(REGRESSION_TYPES)[:4], ignore_index=True)
    )


def _with_changes(units: pd.DataFrame) -> pd.DataFrame:
    """Return the units with changes of outcomes and the weight of their weeks."""
    before, after = (
        units[name].astype(float) for name in ("n_pre_weeks", "n_effect_weeks")
    )
    logs = {p: np.log1p(units[f"sales_{p}"].clip(lower=0)) for p in PERIODS}
    changes = {
        name: units[f"{name}_after"] - units[f"{name}_before"] for name in OUTCOMES
    }
    return units.assign(
        sent=units["is_sent"].astype(float),
        weight=before * after / (before + after),
        log1p_sales=logs["after"] - logs["before"],
        **changes,
    )


def _with_both_arms(own: pd.DataFrame) -> pd.DataFrame:
    """Return the units of campaigns that have both arms: others say nothing."""
    n_arms = own.groupby("campaign_id")["sent"].transform("nunique")
    return own[n_arms == 2].reset_index(drop=True)


def _row(model: str, outcome: str, error_type: str, own: pd.DataFrame) -> Row:
    """Return what a row says of its sample."""
    return {
        "model": model,
        "outcome": outcome,
        "error_type": error_type,
        "n_units": len(own),
        "n_households": own["household_id"].nunique(),
    }


def _tested(estimate: float, std_error: float, df: float) -> Row:
    """Return an estimate with its two-sided t test on `df` degrees of freedom."""
    statistic = estimate / std_error if std_error > 0 else np.nan
    return {
        "estimate": estimate,
        "std_error": std_error,
        "statistic": statistic,
        "p_value": 2 * stats.t.sf(abs(statistic), df),
    }


def _fit_changes(own: pd.DataFrame) -> dict[str, Any]:
    """Regress changes on whether a household was sent the campaign, by outcome."""
    # Dummies, as HC3 needs the leverages of all columns.
    dummies = " + C(campaign_id)" if own["campaign_id"].nunique() > 1 else ""
    outcomes = [*OUTCOMES, "log1p_sales"]
    fits = pf.feols(
        f"{' + '.join(outcomes)} ~ sent{dummies}",
        own,
        vcov={"CRV1": "household_id"},
        weights="weight",
    )
    return dict(zip(outcomes, fits.to_list(), strict=True))


def _of_fit(fit: Any, name: str, df: int) -> Row:
    """Return a coefficient of a fit with its test."""
    return _tested(float(fit.coef()[name]), float(fit.se()[name]), df)


def _stacked_rows(
    own: pd.DataFrame, fits: dict[str, Any], n_draws: int, rng: np.random.Generator
) -> Iterator[Row]:
    """Yield the stacked regressions; that of sales with errors of each kind."""
    between = own["household_id"].nunique() - 1
    for outcome in ("sales", "baskets", "units", "log1p_sales"):
        row = _row(STACKED, outcome, CLUSTERED, own)
        yield row | _of_fit(fits[outcome], "sent", between)
    sales = fits["sales"]
    clustered = _of_fit(sales, "sent", between)
    for error_type in ("iid", "HC1", "HC3"):
        row = _row(STACKED, "sales", error_type, own)
        residual_df = len(own) - len(sales.coef())
        yield row | _of_fit(sales.vcov(error_type), "sent", residual_df)
    regression = _grouped(own, "sales")
    yield _row(STACKED, "sales", "CRV3 by household", own) | _tested(
        clustered["estimate"], jackknife_std_error(regression), between
    )
    yield _row(STACKED, "sales", "wild bootstrap by household", own) | {
        "estimate": clustered["estimate"],
        "std_error": np.nan,
        "statistic": clustered["statistic"],
        "p_value": wild_bootstrap_p_value(regression, n_draws=n_draws, rng=rng),
    }


def _grouped(own: pd.DataFrame, outcome: str) -> GroupedRegression:
    """Return the regression of a change as arrays."""
    return GroupedRegression(
        y=own[outcome].to_numpy(dtype=float),
        x=own["sent"].to_numpy(),
        weight=own["weight"].to_numpy(),
        groups=np.unique(own["campaign_id"], return_inverse=True)[1],
        clusters=np.unique(own["household_id"], return_inverse=True)[1],
    )


def _poisson_rows(own: pd.DataFrame) -> Iterator[Row]:
    """Yield the Poisson regressions on sums over the weeks of each period."""
    for outcome in ("sales", "baskets"):
        sums = _period_sums(own, outcome)
        arms = sums.groupby(["campaign_id", "sent", "after"])["y"].sum()
        has_ratio = (arms > 0).groupby("campaign_id").all()
        sums = sums[sums["campaign_id"].map(has_ratio)]
        if sums.empty:
            continue
        fit = pf.fepois(
            "y ~ sent_after | unit + campaign_period",
            sums,
            vcov={"CRV1": "household_id"},
            # What would have no finite fit is left out above.
            separation_check=[],
        )
        kept = sums[sums["after"] == 0]
        row = _row(POISSON, outcome, CLUSTERED, kept)
        yield row | _of_fit(fit, "sent_after", row["n_households"] - 1)


def _period_sums(own: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return two rows per unit that bought anything: sums before and after."""
    columns = own[[*UNIT, "sent"]].assign(unit=np.arange(len(own)))
    periods = [
        columns.assign(after=after, y=(own[mean] * own[weeks]).clip(lower=0))
        for after, (mean, weeks) in enumerate(
            [
                (f"{outcome}_before", "n_pre_weeks"),
                (f"{outcome}_after", "n_effect_weeks"),
            ]
        )
    ]
    sums = pd.concat(periods, ignore_index=True)
    sums = sums[sums.groupby("unit")["y"].transform("sum") > 0]
    return sums.assign(
        sent_after=sums["sent"] * sums["after"],
        campaign_period=2 * sums["campaign_id"] + sums["after"],
    )


def _margin_rows(own: pd.DataFrame, fit: Any) -> Iterator[Row]:
    """Yield the effect on active weeks, and the sales that come by it or otherwise."""
    between = own["household_id"].nunique() - 1
    row = _row(MARGINS, "active_weeks", CLUSTERED, own)
    yield row | _of_fit(fit, "sent", between)
    sales = _sent_mean(own, "sales", "sales_after")
    active = _sent_mean(own, "active_weeks", "active_weeks_after")
    a1, s1 = sales.sent, active.sent
    a0, s0 = a1 - sales.effect, s1 - active.effect
    if s0 <= 0:
        return
    ratio = s1 / s0
    by_weeks = (s1 - s0) * a0 / s0
    # The chain rule for a0 (s1 / s0 - 1), with a0 = a1 - effect on a, and so on.
    influence = (
        (ratio - 1) * (sales.sent_influence - sales.effect_influence)
        + a0 / s0 * active.sent_influence
        - a0 * s1 / s0**2 * (active.sent_influence - active.effect_influence)
    )
    parts = {
        "sales_by_active_weeks": (by_weeks, influence),
        "sales_by_sales_per_active_week": (
            sales.effect - by_weeks,
            sales.effect_influence - influence,
        ),
    }
    for outcome, (estimate, influences) in parts.items():
        std_error = _clustered_error(own, influences, len(fit.coef()))
        row = _row(MARGINS, outcome, CLUSTERED, own)
        yield row | _tested(estimate, std_error, between)


class _SentMean(NamedTuple):
    """The mean of sent units after the start, and the effect on it.

    The influences are what each unit adds to the errors of both.
    """

    sent: float
    sent_influence: np.ndarray
    effect: float
    effect_influence: np.ndarray


def _sent_mean(own: pd.DataFrame, change: str, after: str) -> _SentMean:
    """Return the mean of sent units, weighted as the regression weights them."""
    regression = _grouped(own, change)
    x = regression.within(regression.x)
    share = regression.weight * x * regression.x
    share /= share.sum()
    values = own[after].to_numpy(dtype=float)
    mean = share @ values
    return _SentMean(
        sent=mean,
        sent_influence=share * (values - mean),
        effect=regression.estimate,
        effect_influence=regression.influences,
    )


def _clustered_error(own: pd.DataFrame, influences: np.ndarray, n_fitted: int) -> float:
    """Return the CRV1 error of influences, with the small-sample factor of pyfixest."""
    households = np.unique(own["household_id"], return_inverse=True)[1]
    sums = np.bincount(households, influences)
    n_units, n_households = len(own), len(sums)
    factor = n_households / (n_households - 1) * (n_units - 1) / (n_units - n_fitted)
    return float(np.sqrt(factor * (sums**2).sum()))
