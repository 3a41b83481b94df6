"""What is true in a simulated world: campaigns, targeting and effects.

Everything that a study of the simulated year tries to find out is stated here: when
campaigns run, the propensity of being sent one as a function of the look-back, and the
effect of being sent one as a function of the look-back.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import expit, logit

World = Literal["null", "constant", "heterogeneous", "hidden_confounder", "no_overlap"]
WORLDS: tuple[World, ...] = get_args(World)

# The study design (design.md section 6; vars of the same names in dbt_project.yml).
LOOKBACK_DAYS = 91
WASHOUT_DAYS = 28
MARGIN = 0.30
# The source study's (seed cost_models), by which sending pays for some households only.
# Set var cost_per_contact to it to compare decisions with the truth.
COST_PER_CONTACT = 12.73

# Week 1 has five days, so that week = ceil(day / 7) is wrong, as in the real data.
FIRST_DATE = np.datetime64("2023-01-04")
MIN_WEEKS = 27
MAX_WEEKS = 260
# With fewer households a day without any purchase would move the calendar's bounds.
MIN_HOUSEHOLDS = 100

# Days of a TypeA campaign, and from one start to the next: with the washout one outcome
# window ends before the next campaign starts.
TYPE_A_DAYS = 49
TYPE_A_STEP = 88
# The first one starts too early for a full look-back, as in the real year.
EARLY_START = 39
FIRST_TRIAL_START = 128

# Share of the households at risk that a campaign is sent to when targeting is random.
EARLY_SHARE = 0.06
FIRST_TRIAL_SHARE = 0.35
LATER_TRIAL_SHARE = 0.09
REPEAT_SHARE = 0.75
SMALL_SHARE = {"B": 0.010, "C": 0.010}

# Multiplies the targeting logit in world no_overlap.
NO_OVERLAP_SCALE = 6.0

# The world "heterogeneous", by baskets in the look-back: shoppers around the peak are
# won over by a campaign, rare ones hardly, and regulars stock up on offers, after which
# they skip some of the visits that they would have made.
# Both grow in proportion to the effect that is asked for.
USUAL_EFFECT = 60.0  # dollars
PEAK_EFFECT = 110.0  # dollars
PEAK_BASKETS = 12.0
PEAK_WIDTH = 0.75  # on the log scale
REGULAR_BASKETS = 26
SKIPPED_SHARE = 0.20


@dataclass(frozen=True)
class Settings:
    """What a simulation is asked for.

    Attributes
    ----------
    world
        One of `WORLDS`.
    n_households
        Number of households, at least `MIN_HOUSEHOLDS`.
    n_weeks
        Number of weeks, `MIN_WEEKS` to `MAX_WEEKS`; the first one has five days.
    seed
        Seed of every random number.
    overlap
        Multiplies the targeting logit: 0 draws audiences at random, 1 separates the
        arms as in the bundled real year, more is worse.
    effect
        Dollars that a sent household spends on top over the outcome window, in
        expectation (worlds constant, hidden_confounder and no_overlap). In world
        heterogeneous it scales gains and losses, which at 60 are those of
        `PEAK_EFFECT` and `SKIPPED_SHARE`.
    hidden_strength
        Log odds ratio of being sent for the households with the hidden trait (world
        hidden_confounder).
    hidden_spend
        Dollars that an eligible household with the hidden trait spends on top in the
        outcome window of each TypeA campaign with a full look-back, sent or not (world
        hidden_confounder).
    n_trials
        TypeA campaigns with a full look-back; None for as many as fit into the weeks.
        With one of them being sent is as good as random given the look-back. With
        more, a study whose controls are never sent any campaign conditions on what
        they did after time zero, because later campaigns look at it.
    n_products
        Products in the catalogue.
    n_stores
        Stores.

    Raises
    ------
    ValueError
        If an argument is outside of its range; the message says which range that is.
    """

    world: World
    n_households: int
    n_weeks: int
    seed: int
    overlap: float = 1.0
    effect: float = USUAL_EFFECT
    hidden_strength: float = 1.5
    hidden_spend: float = 80.0
    n_trials: int | None = None
    n_products: int = 20_000
    n_stores: int = 40

    def __post_init__(self) -> None:
        """Check every argument."""
        if self.world not in WORLDS:
            raise ValueError(
                f"world is {self.world!r}, expected one of {', '.join(WORLDS)}"
            )
        _check("households", self.n_households, MIN_HOUSEHOLDS)
        _check("weeks", self.n_weeks, MIN_WEEKS, MAX_WEEKS)
        _check("seed", self.seed, 0)
        _check("overlap", self.overlap, 0, 100)
        _check("effect", self.effect, 0, 10_000)
        _check("hidden strength", self.hidden_strength, 0, 10)
        _check("hidden spend", self.hidden_spend, 0, 10_000)
        _check("products", self.n_products, 1_000, 500_000)
        _check("stores", self.n_stores, 2, 1_000)
        n_possible = len(_trial_starts(self.last_day))
        if self.n_trials is not None:
            _check(f"trials in {self.n_weeks} weeks", self.n_trials, 1, n_possible)

    @property
    def last_day(self) -> int:
        """Last day of the data, which start with day 1."""
        return 7 * self.n_weeks - 2


def _check(
    name: str, value: float, lowest: float, highest: float | None = None
) -> None:
    # A comparison with nan is False, so nan is refused too.
    if not (value >= lowest and (highest is None or value <= highest)):
        bounds = (
            f"at least {lowest}"
            if highest is None
            else f"between {lowest} and {highest}"
        )
        raise ValueError(f"{name} is {value}, expected {bounds}")


def week_of(day: np.ndarray) -> np.ndarray:
    """Return the retailer's week of a day: days 1 to 5 are week 1."""
    return 1 + (day + 1) // 7


@dataclass(frozen=True)
class Campaign:
    """One campaign; days are inclusive.

    Attributes
    ----------
    campaign_id
        Number of the campaign, in order of the start days.
    campaign_type
        ``A``, ``B`` or ``C``.
    start_day, end_day
        First and last day; the end may lie after the last day of the data.
    outcome_end_day
        Last day of the outcome window, which starts with the campaign.
    share
        Share sent to among the households at risk when targeting is random.
    """

    campaign_id: int
    campaign_type: str
    start_day: int
    end_day: int
    outcome_end_day: int
    share: float


def _trial_starts(last_day: int) -> list[int]:
    # Room for the campaign itself and some days after it.
    return list(range(FIRST_TRIAL_START, last_day - TYPE_A_DAYS - 5, TYPE_A_STEP))


def campaign_plan(settings: Settings) -> list[Campaign]:
    """Return the campaigns of a simulation, numbered in order of their start days.

    As in the real year: few long TypeA campaigns to large audiences, the first of them
    too early for a full look-back; many short TypeB ones and a few long TypeC ones to
    small audiences, some of which end after the data do.
    """
    last_day = settings.last_day
    starts = _trial_starts(last_day)[: settings.n_trials]
    plan = [("A", EARLY_START, TYPE_A_DAYS, EARLY_SHARE)]
    plan += [
        ("A", start, TYPE_A_DAYS, FIRST_TRIAL_SHARE if k == 0 else LATER_TRIAL_SHARE)
        for k, start in enumerate(starts)
    ]
    plan += [
        ("B", start, 33, SMALL_SHARE["B"]) for start in range(62, last_day - 5, 19)
    ]
    plan += [
        ("C", start, 66, SMALL_SHARE["C"]) for start in range(72, last_day - 5, 87)
    ]
    plan.sort(key=lambda row: (row[1], row[0]))
    type_a_starts = [EARLY_START, *starts]
    return [
        Campaign(
            campaign_id=number,
            campaign_type=kind,
            start_day=start,
            end_day=start + n_days - 1,
            outcome_end_day=outcome_end_day(
                start, start + n_days - 1, type_a_starts, last_day
            ),
            share=share,
        )
        for number, (kind, start, n_days, share) in enumerate(plan, start=1)
    ]


def outcome_end_day(
    start_day: int, end_day: int, type_a_starts: list[int], last_day: int
) -> int:
    """Return the last day of a campaign's outcome window, as int_trial_campaigns.

    The window ends `WASHOUT_DAYS` after the campaign, but not inside the next TypeA
    campaign, never before the campaign itself and never after the data.
    """
    later = [start for start in type_a_starts if start > start_day]
    limit = min(later) - 1 if later else last_day
    return min(end_day + WASHOUT_DAYS, max(end_day, limit), last_day)


@dataclass(frozen=True)
class Lookback:
    """What households did in the days before a campaign; one entry per household.

    Attributes
    ----------
    n_baskets
        Baskets.
    sales
        Dollars of sales.
    recency
        Days from the last purchase to the day before the campaign.
    discount_share
        Share of the item lines with a retail discount.
    """

    n_baskets: np.ndarray
    sales: np.ndarray
    recency: np.ndarray
    discount_share: np.ndarray

    @property
    def is_eligible(self) -> np.ndarray:
        """Whether the household bought in the look-back."""
        return self.n_baskets > 0


def targeting_score(lookback: Lookback) -> np.ndarray:
    """Return how attractive a household looks to the retailer.

    Retailers mail their good customers: more sales, more visits, a recent visit and a
    taste for offers raise the score. The constants put its mean near 0 among eligible
    households. Its spread is such that a propensity model separates the arms as well as
    in the bundled real year, where the AUC is 0.92 and 53 % of the propensities lie in
    [0.1, 0.9] (mart fct_overlap).
    """
    return (
        1.2 * (np.log1p(lookback.sales) - 5.4)
        + 0.75 * (np.log1p(lookback.n_baskets) - 2.3)
        - 0.022 * (lookback.recency - 13)
        + 3.3 * (lookback.discount_share - 0.5)
    )


def propensity(
    settings: Settings,
    share: float,
    lookback: Lookback,
    has_trait: np.ndarray,
) -> np.ndarray:
    """Return the probability that an eligible household is sent a campaign.

    logit e = logit(share) + overlap * score(look-back), times 6 on the score in world
    no_overlap, plus strength * (trait - 1/2) in world hidden_confounder. It is 0 for
    a household without a purchase in the look-back.
    """
    scale = settings.overlap
    if settings.world == "no_overlap":
        scale *= NO_OVERLAP_SCALE
    logits = logit(share) + scale * targeting_score(lookback)
    if settings.world == "hidden_confounder":
        logits = logits + settings.hidden_strength * (has_trait - 0.5)
    return np.where(lookback.is_eligible, expit(logits), 0.0)


def expected_gain(settings: Settings, lookback: Lookback) -> np.ndarray:
    """Return the dollars that a campaign adds in expectation, from extra baskets."""
    if settings.world == "null":
        return np.zeros(len(lookback.sales))
    if settings.world != "heterogeneous":
        return np.full(len(lookback.sales), settings.effect)
    distance = np.log(np.maximum(lookback.n_baskets, 1) / PEAK_BASKETS) / PEAK_WIDTH
    peak = PEAK_EFFECT * settings.effect / USUAL_EFFECT
    return np.where(
        lookback.n_baskets < REGULAR_BASKETS, peak * np.exp(-(distance**2)), 0.0
    )


def skip_probability(settings: Settings, lookback: Lookback) -> np.ndarray:
    """Return the probability that a campaign makes a household skip a basket.

    The expected loss is this probability times the sales that the household would have
    made without the campaign. Where it is above 0, `expected_gain` is 0.
    """
    if settings.world != "heterogeneous":
        return np.zeros(len(lookback.sales))
    share = min(1.0, SKIPPED_SHARE * settings.effect / USUAL_EFFECT)
    return np.where(lookback.n_baskets >= REGULAR_BASKETS, share, 0.0)


def is_worth_sending(gain: np.ndarray) -> np.ndarray:
    """Return the optimal decision by the expected dollars that a campaign adds.

    Sending pays if margin * gain > cost per contact. Households that skip baskets have
    a gain of 0 and are never worth it.
    """
    return MARGIN * gain > COST_PER_CONTACT
