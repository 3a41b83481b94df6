"""Retailers that send a campaign to half of a segment by lot, with known effects.

Everybody shops at one of four rates. In the segment each household is sent the campaign
with probability 1/2; nobody else is sent it. Being sent it multiplies the chance of a
visit while the campaign runs, and both outcomes of every household are known. Who is in
the segment follows either the rate, which no table shows and which visits measure with
noise, or the visits of the look-back, which every build sees.
"""

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

Rule = Literal["rate", "visits"]

RATES = (0.05, 0.1, 0.18, 0.28)
SEGMENT_RATE = 0.18
SEGMENT_VISITS = 13  # of the look-back: about half of the households
N_HOUSEHOLDS = 600
LOOKBACK_DAYS = 91
FIRST_DAY, LAST_DAY, OUTCOME_END = 130, 150, 178  # of the campaign and its outcome
LIFT = 1.8
# Lengths of the history in days before the campaign.
HISTORIES = {"look-back": LOOKBACK_DAYS, "all": FIRST_DAY - 1}


class LotWorld(NamedTuple):
    """Households of one world, and what was known of them before the campaign.

    `households` has one row per household: is_eligible, is_sent, outcome, effect and
    lookback_amount. `covariates` has a matrix by history, one row per household.
    """

    households: pd.DataFrame
    covariates: dict[str, pd.DataFrame]


def lot_world(seed: int, rule: Rule = "rate") -> LotWorld:
    """Draw a world; one seed has the same shoppers under both rules."""
    rng = np.random.default_rng(seed)
    rate = rng.choice(RATES, N_HOUSEHOLDS)
    draws = rng.random((N_HOUSEHOLDS, OUTCOME_END))
    amounts = rng.gamma(4, 5, draws.shape).round(2)
    lot = rng.random(N_HOUSEHOLDS) < 0.5
    lifted = np.repeat(rate[:, None], OUTCOME_END, axis=1)
    lifted[:, FIRST_DAY - 1 : LAST_DAY] *= LIFT
    visits, with_it = draws < rate[:, None], draws < lifted
    before = visits[:, : FIRST_DAY - 1]
    n_visits = before[:, -LOOKBACK_DAYS:].sum(axis=1)
    is_eligible = rate >= SEGMENT_RATE if rule == "rate" else n_visits >= SEGMENT_VISITS
    is_sent = is_eligible & lot
    window = slice(FIRST_DAY - 1, OUTCOME_END)
    untouched, touched = (
        (amounts * shopped)[:, window].sum(axis=1) for shopped in (visits, with_it)
    )
    spent = (amounts * visits)[:, : FIRST_DAY - 1]
    households = pd.DataFrame(
        {
            "household_id": np.arange(1, N_HOUSEHOLDS + 1),
            "is_eligible": is_eligible,
            "is_sent": is_sent,
            "outcome": np.where(is_sent, touched, untouched),
            "effect": touched - untouched,
            "lookback_amount": spent[:, -LOOKBACK_DAYS:].sum(axis=1),
        }
    )
    covariates = {
        name: _history(before[:, -n_days:], spent[:, -n_days:])
        for name, n_days in HISTORIES.items()
    }
    return LotWorld(households, covariates)


def _history(visits: np.ndarray, spent: np.ndarray) -> pd.DataFrame:
    """Recency, visits, sales, sales per visit and weeks of households by days."""
    n_days = visits.shape[1]
    n_visits = visits.sum(axis=1)
    first, last = visits.argmax(axis=1), n_days - 1 - visits[:, ::-1].argmax(axis=1)
    weeks = np.add.reduceat(visits, np.arange(0, n_days, 7), axis=1) > 0
    gaps = (last - first) / np.maximum(1, n_visits - 1)
    return pd.DataFrame(
        {
            "recency": np.where(n_visits > 0, n_days - 1 - last, n_days),
            "gap": np.where(n_visits > 1, gaps, n_days),
            "visits": n_visits,
            "sales": spent.sum(axis=1),
            "sales_per_visit": spent.sum(axis=1) / np.maximum(1, n_visits),
            "weeks": weeks.mean(axis=1),
        }
    )
