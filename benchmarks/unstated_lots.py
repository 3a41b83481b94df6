"""What a campaign sent to half of a segment by lot looks like if nobody says so.

The households that were held out by lot and those outside the segment are controls
alike then. Each world of `tests/python/lot_worlds.py` is estimated with the learners of
the build, from the history of the look-back or from all of it, with and without the
regions that targeting excludes by rule. With the true propensities, which are 1/2 in
the segment and 0 elsewhere, the overlap-weighted effect is the mean effect in the
segment. Estimated ones may weigh households outside of it, too.

`make unstated-lots` writes `benchmarks/unstated_lots.csv`, which KNOWN_TRUTH.md shows;
`tests/python/effects/test_lot_worlds.py` proves the estimate with the lot stated.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd
import yaml

# Names the folder of the helpers of tests, too.
from bench import ROOT, say, write_csv
from lot_worlds import HISTORIES, LotWorld, Rule, lot_world
from scipy.stats import beta

from retail_uplift.effects.nuisance import cross_fit_outcomes, cross_fit_propensity
from retail_uplift.effects.sending_tree import fit_sending_tree

GRADES = ROOT / "benchmarks" / "unstated_lots.csv"
VARS = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
SEEDS = range(101, 151)
KEY = "household_id"


def graded_estimates(world: LotWorld, history: str, seed: int) -> Iterator[dict]:
    """Estimate one world without and with the exclusion rules, by each learner.

    Yields
    ------
    dict
        `exclusion_rules` (whether they are applied), `n_excluded` households,
        `segment_effect` (true mean effect in the segment, in dollars), and what
        `learner_estimates` returns.
    """
    covariates = world.covariates[history]
    shoppers = world.households[covariates["visits"] > 0]
    units = shoppers.join(covariates).assign(
        design="lot", campaign_id=1, is_treated=shoppers["is_sent"]
    )
    segment_effect = units.loc[units["is_eligible"], "effect"].mean()
    names = list(covariates)
    excluded = never_sent(units, names, seed)
    found = list(learner_estimates(units, names, seed))
    for has_rules in (False, True):
        if has_rules and excluded.any():
            found = list(learner_estimates(units[~excluded], names, seed))
        about = {
            "exclusion_rules": has_rules,
            "n_excluded": int(has_rules * excluded.sum()),
            "segment_effect": round(segment_effect, 2),
        }
        yield from (about | row for row in found)


def never_sent(units: pd.DataFrame, covariates: Sequence[str], seed: int) -> np.ndarray:
    """Flag the units in regions that are never sent the campaign: shape (n,).

    A tree learns the regions from a random half of the units, and the other half is
    counted, as models int_sending_units to int_excluded_units do.
    """
    learns = np.random.default_rng(seed).permutation(len(units)) % 2 == 0
    conditions = fit_sending_tree(
        units.assign(is_fit_unit=learns),
        covariates=sorted(covariates),
        max_depth=VARS["sending_tree_max_depth"],
        min_leaf_units=VARS["sending_tree_min_leaf_units"],
        seed=VARS["sending_tree_seed"],
    )
    excluded = np.zeros(len(units), dtype=bool)
    for _, leaf in conditions.dropna().groupby("leaf_id"):
        reached = np.ones(len(units), dtype=bool)
        for rule in leaf.itertuples():
            is_low = units[rule.covariate].to_numpy() <= rule.threshold
            reached &= is_low if rule.operator == "<=" else ~is_low
        counted = units.loc[reached & ~learns, "is_sent"]
        n_sent, n_others = counted.sum(), (~counted).sum()
        # Clopper and Pearson's limit: macro binomial_upper_limit.
        if beta.ppf(0.95, n_sent + 1, n_others) < VARS["max_exception_share"]:
            excluded |= reached
    return excluded


def learner_estimates(
    units: pd.DataFrame, covariates: Sequence[str], seed: int
) -> Iterator[dict[str, Any]]:
    """Estimate the overlap-weighted effect with each learner of the propensity.

    Yields
    ------
    dict
        `propensity` (the learner), `is_chosen` (its log-loss is the least, so a build
        takes it), `true_effect` (mean of the true effects by the weights of the
        estimate), `estimate`, `std_error` (all in dollars) and `has_overlap`. The
        outcome means are those of the learner with the least squared error.
    """
    folds = pd.DataFrame({KEY: units[KEY], "split_id": 1})
    draw = np.random.default_rng(seed).permutation(len(units))
    folds["fold"] = draw % VARS["n_folds"] + 1
    fits = {"covariates": covariates, "seed": VARS["nuisance_seed"]}
    means = cross_fit_outcomes(units, folds, outcomes=["outcome"], **fits)
    propensities = cross_fit_propensity(units, folds, **fits)
    rows = units.set_index(KEY)
    t, y = rows["is_sent"].to_numpy(float), rows["outcome"].to_numpy()
    outcome_models = {}
    for _, own in means.groupby("learner"):
        mu0, mu1 = own.set_index(KEY).loc[rows.index, ["mu0", "mu1"]].to_numpy().T
        error = ((y - np.where(t == 1, mu1, mu0)) ** 2).mean()
        outcome_models[error] = mu0, mu1
    mu0, mu1 = outcome_models[min(outcome_models)]
    scores = {
        learner: own.set_index(KEY).loc[rows.index, "propensity"].to_numpy()
        for learner, own in propensities.groupby("learner")
    }
    losses = {
        learner: -np.log(np.where(t == 1, e, 1 - e)).mean()
        for learner, e in scores.items()
    }
    for learner, e in scores.items():
        yield {
            "propensity": learner,
            "is_chosen": losses[learner] == min(losses.values()),
            "true_effect": round(np.average(rows["effect"], weights=e * (1 - e)), 2),
            **overlap_weighted(t, y, e, mu0, mu1),
        }


def overlap_weighted(
    t: np.ndarray, y: np.ndarray, e: np.ndarray, mu0: np.ndarray, mu1: np.ndarray
) -> dict[str, Any]:
    """Compute what macros overlap_averages, overlap_influence and overlap_gate do."""
    has_overlap = np.mean((e >= 0.1) & (e <= 0.9)) >= VARS["min_overlap_share"]
    e = e.clip(VARS["propensity_clip"], 1 - VARS["propensity_clip"])
    for arm, weight in ((t, t / e), (1 - t, (1 - t) / (1 - e))):
        effective_n = weight.sum() ** 2 / (weight**2).sum()
        has_overlap &= effective_n >= VARS["min_ess_share"] * arm.sum()
    h, w1, w0 = e * (1 - e), t * (1 - e), (1 - t) * e
    model = np.average(mu1 - mu0, weights=h)
    r1, r0 = np.average(y - mu1, weights=w1), np.average(y - mu0, weights=w0)
    influence = (
        (t - e) ** 2 * (mu1 - mu0 - model) / h.mean()
        + w1 * (y - mu1 - r1) / w1.mean()
        - w0 * (y - mu0 - r0) / w0.mean()
    )
    error = influence.std(ddof=1) / np.sqrt(len(y))
    return {
        "estimate": round(model + r1 - r0, 2),
        "std_error": round(error, 2),
        "has_overlap": bool(has_overlap),
    }


def main() -> None:
    rows = []
    for seed in SEEDS:
        for rule in get_args(Rule):
            world = lot_world(seed, rule)
            rows += [
                {"segment_follows": rule, "seed": seed, "history": history} | found
                for history in HISTORIES
                for found in graded_estimates(world, history, seed)
            ]
        say(f"estimated the worlds of seed {seed}")
    write_csv(rows, GRADES)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"unstated lots: {error}")
