"""Simulated trials with known propensity, means and effect, for the unit tests."""

import numpy as np
import pandas as pd

COVARIATES = ["x1", "x2", "x3"]


def simulate_trial(
    n_units: int, seed: int, *, n_campaigns: int = 1, slope: float = 0.0
) -> pd.DataFrame:
    """Draw confounded units whose effect is 2 + slope * x2.

    P(T = 1) = expit(0.8 x1 - 0.5 x2), E[Y | T = 0] = 3 + 2 x1 + x3, noise sd 1. The
    columns `true_propensity`, `true_mu0` and `true_effect` hold the truth per unit.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_units, 3))
    propensity = 1 / (1 + np.exp(-(0.8 * x[:, 0] - 0.5 * x[:, 1])))
    treated = rng.random(n_units) < propensity
    mu0 = 3 + 2 * x[:, 0] + x[:, 2]
    effect = 2 + slope * x[:, 1]
    return pd.DataFrame(x, columns=COVARIATES).assign(
        design="trial",
        campaign_id=np.arange(n_units) % n_campaigns,
        household_id=np.arange(n_units),
        is_treated=treated,
        amount=mu0 + treated * effect + rng.normal(size=n_units),
        true_propensity=propensity,
        true_mu0=mu0,
        true_effect=effect,
    )


def household_folds(n_households: int, n_folds: int, n_splits: int = 1) -> pd.DataFrame:
    """Deal households 0 .. n - 1 into folds 1 .. n_folds, anew in each split."""
    households = np.arange(n_households)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "household_id": households,
                    "split_id": split,
                    "fold": (households // split) % n_folds + 1,
                }
            )
            for split in range(1, n_splits + 1)
        ],
        ignore_index=True,
    )


def disturb_fold(units: pd.DataFrame, folds: pd.DataFrame, fold: int) -> pd.DataFrame:
    """Flip the treatment and shift the outcome of the households of one fold."""
    households = folds.loc[folds["fold"] == fold, "household_id"]
    hit = units["household_id"].isin(households)
    return units.assign(
        is_treated=units["is_treated"] ^ hit, amount=units["amount"] + 1000.0 * hit
    )
