"""Grades who is sent a campaign by the published scores, at any cost and margin.

The formulas are those of ``int_scenario_splits``, ``int_roi_splits`` and macros
``clustered_sum_error`` and ``median_std_error``: a unit that is sent the campaign earns
the margin on its doubly robust score less the cost of the contact; units of a household
vary together; of repeated splits the median counts.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

Z = 1.959963984540054  # of a 95 % normal interval
RESULT = ["profit", "std_error", "ci_lower", "ci_upper"]
# Columns of fct_policy_units that are read here.
UNIT_COLUMNS = (
    "split_id",
    "household_number",
    "unit_number",
    "segment_id",
    "is_treated",
    "dr_score",
    "att_score",
    "predicted_effect",
    "rank_share",
)


def graded(units: pd.DataFrame, profits: np.ndarray) -> pd.DataFrame:
    """Add up profits of units, with 95 % intervals.

    Parameters
    ----------
    units : DataFrame, n rows
        `split_id` and `household_number`, of one design and population.
    profits : ndarray, shape (n, k)
        What each unit earns in each of k cases, in money.

    Returns
    -------
    DataFrame, k rows
        `profit`, `std_error`, `ci_lower` and `ci_upper`, in money; without a unit all
        are 0, and with one household no error is known.
    """
    profits = np.asarray(profits, float)
    if units.empty:
        return pd.DataFrame(0.0, index=range(profits.shape[1]), columns=RESULT)
    keys = units[["split_id", "household_number"]].to_numpy()
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    keys = keys[order]
    first = np.r_[True, (keys[1:] != keys[:-1]).any(axis=1)]
    starts = np.flatnonzero(first)
    of_households = np.add.reduceat(profits[order], starts, axis=0)
    n_units = np.diff(np.r_[starts, len(units)]).astype(float)
    splits = keys[starts, 0]
    sums, errors = [], []
    for split in np.unique(splits):
        own, n = of_households[splits == split], n_units[splits == split]
        total = own.sum(axis=0)
        mean = total / n.sum()
        squares = (own**2).sum(axis=0) - 2 * mean * (own * n[:, None]).sum(axis=0)
        squares = np.maximum(squares + mean**2 * (n**2).sum(), 0)
        correction = len(n) / (len(n) - 1) if len(n) > 1 else np.nan
        sums.append(total)
        errors.append(np.sqrt(squares * correction))
    profit = np.median(sums, axis=0)
    around = np.square(errors) + np.square(np.subtract(sums, profit))
    error = np.sqrt(np.median(around, axis=0))
    limits = profit - Z * error, profit + Z * error
    return pd.DataFrame(dict(zip(RESULT, (profit, error, *limits), strict=True)))


def policy_profits(
    units: pd.DataFrame, *, cost: float, margin: float, max_contacts: int | None = None
) -> pd.DataFrame:
    """Grade the policies that need no fit at a cost and margin.

    Parameters
    ----------
    units : DataFrame
        Rows of fct_policy_units, of one design and population: `UNIT_COLUMNS`.
    cost : float
        Of a contact, in money.
    margin : float
        On sales, above 0, to 1.
    max_contacts : int, optional
        A cap on the contacts; it keeps the largest predicted effects of the break-even
        rule, and as large a random part of everybody.

    Returns
    -------
    DataFrame
        `policy` (as in seed policies), `n_targeted` (mean of the splits),
        `share_targeted`, then as in `graded`: of everybody, the rule that sends where
        the predicted effect is above cost / margin, and the retailer's practice, which
        no cap changes.

    Raises
    ------
    ValueError
        If the cost is negative or the margin is not above 0.
    """
    contact = contact_profits(units, cost=cost, margin=margin)
    per_split = units.groupby("split_id")["unit_number"].transform("count").to_numpy()
    everybody = np.ones(len(units))
    rule = (units["predicted_effect"] > cost / margin).to_numpy(float)
    if max_contacts is not None:
        everybody = np.minimum(1, max_contacts / per_split)
        places = units["rank_share"].where(rule > 0).groupby(units["split_id"])
        rule = rule * (places.rank(method="first") <= max_contacts).to_numpy()
    practice = units["is_treated"].to_numpy(float)
    own = margin * units["att_score"].to_numpy() - cost * practice
    chances = np.column_stack([everybody, rule, practice])
    profits = np.column_stack([everybody * contact, rule * contact, own])
    names = ["treat_all", "effect_above_break_even", "current_practice"]
    return pd.concat(
        [
            pd.Series(names, name="policy"),
            sizes(units, chances),
            graded(units, profits),
        ],
        axis=1,
    )


def profit_curve(
    units: pd.DataFrame, *, cost: float, margin: float, percents: Sequence[int]
) -> pd.DataFrame:
    """Grade sending to the largest predicted effects, by share (fct_roi_curve).

    Parameters
    ----------
    units, cost, margin
        As in `policy_profits`.
    percents : sequence of int
        Shares of the units in per cent.

    Returns
    -------
    DataFrame
        `share_targeted` (0 to 1), then as in `graded`.

    Raises
    ------
    ValueError
        If the cost is negative or the margin is not above 0.
    """
    shares = np.asarray(percents) / 100
    chosen = units["rank_share"].to_numpy()[:, None] <= shares
    contact = contact_profits(units, cost=cost, margin=margin)
    result = graded(units, chosen * contact[:, None])
    result.insert(0, "share_targeted", shares)
    return result


def handed_out(
    units: pd.DataFrame, coupons: Mapping[int, int], *, cost: float, margin: float
) -> pd.DataFrame:
    """Grade coupons that are given to segments, inside them at random.

    Parameters
    ----------
    units, cost, margin
        As in `policy_profits`.
    coupons : mapping of int to int
        Number of coupons by `segment_id`.

    Returns
    -------
    DataFrame
        `policy`: picked (these coupons), random (as many to anybody), ranked (as many
        to the largest predicted effects), current_practice (as many of those that the
        retailer sent it to), picked_less_random; `n_targeted`, then as in `graded`.

    Raises
    ------
    ValueError
        If a segment gets more coupons than it has units in a split, the cost is
        negative or the margin is not above 0.
    """
    contact = contact_profits(units, cost=cost, margin=margin)
    by_split = units.groupby("split_id")
    n_split = by_split["unit_number"].transform("count")
    n_segment = units.groupby(["split_id", "segment_id"])["unit_number"].transform(
        "count"
    )
    given = units["segment_id"].map(coupons).fillna(0)
    if (given > n_segment).any():
        raise ValueError("a segment gets more coupons than it has mailings")
    total = sum(coupons.values())
    # Units without a segment get none.
    picked = (given / n_segment).fillna(0).to_numpy()
    anybody = (total / n_split).to_numpy()
    ranked = (by_split["rank_share"].rank(method="first") <= total).to_numpy(float)
    n_sent = by_split["is_treated"].transform("sum")
    # Sent by the retailer to more or fewer: the same coupon by coupon.
    of_practice = (total / n_sent).to_numpy()
    practice = of_practice * units["is_treated"].to_numpy(float)
    att = of_practice * margin * units["att_score"].to_numpy() - cost * practice
    chances = np.column_stack([picked, anybody, ranked, practice, picked])
    profits = np.column_stack([*(chances[:, :3] * contact[:, None]).T, att, att])
    profits[:, 4] = profits[:, 0] - profits[:, 1]
    names = ["picked", "random", "ranked", "current_practice", "picked_less_random"]
    return pd.concat(
        [
            pd.Series(names, name="policy"),
            sizes(units, chances),
            graded(units, profits),
        ],
        axis=1,
    )


def segment_profits(units: pd.DataFrame, *, cost: float, margin: float) -> pd.DataFrame:
    """Return what a contact earned in each segment, with 95 % intervals.

    Parameters
    ----------
    units, cost, margin
        As in `policy_profits`.

    Returns
    -------
    DataFrame
        `segment_id`, then as in `graded`, per contact.

    Raises
    ------
    ValueError
        If the cost is negative or the margin is not above 0.
    """
    results = []
    for segment, own in units.groupby("segment_id"):
        n_split = own.groupby("split_id")["unit_number"].transform("count").to_numpy()
        each = contact_profits(own, cost=cost, margin=margin) / n_split
        results.append(graded(own, each[:, None]).assign(segment_id=segment))
    if not results:
        return pd.DataFrame(columns=["segment_id", *RESULT])
    return pd.concat(results, ignore_index=True)[["segment_id", *RESULT]]


def contact_profits(units: pd.DataFrame, *, cost: float, margin: float) -> np.ndarray:
    """Return what a contact to each unit earns: margin * score - cost, shape (n,).

    Raises
    ------
    ValueError
        If the cost is negative or the margin is not above 0.
    """
    if cost < 0 or not 0 < margin <= 1:
        raise ValueError(
            f"cost {cost} must be 0 or more, margin {margin} above 0, to 1"
        )
    return margin * units["dr_score"].to_numpy() - cost


def sizes(units: pd.DataFrame, chances: np.ndarray) -> pd.DataFrame:
    """Count contacts, means of the splits: `n_targeted` and `share_targeted`.

    Parameters
    ----------
    units : DataFrame, n rows
        `split_id`.
    chances : ndarray, shape (n, k)
        Chance of each unit to be sent the campaign, in each of k cases.

    Returns
    -------
    DataFrame, k rows
    """
    by_split = pd.DataFrame(chances).groupby(units["split_id"].to_numpy())
    columns = {"n_targeted": by_split.sum(), "share_targeted": by_split.mean()}
    return pd.DataFrame({name: frame.mean() for name, frame in columns.items()})
