"""How covariates go with treatment and with outcomes, by linear projections.

These describe assignment and set a scale for hidden causes (Cinelli and Hazlett 2020,
JRSS B 82). They choose no covariate: one that goes with neither in this sample may
still confound, and dropping it by what the sample says would bias every later fit.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from retail_uplift._one_thread import one_thread
from retail_uplift.frames import (
    TREATMENT,
    UNIT_KEYS,
    empty_frame,
    numeric_matrix,
    sort_by_key,
)

PARTIAL_R2_TYPES = {
    "design": "str",
    "target": "str",
    "benchmark_level": "str",
    "benchmark": "str",
    "partial_r2": "float64",
    "n_units": "int64",
}
COEFFICIENT_TYPES = {
    "design": "str",
    "covariate": "str",
    "logit_coefficient": "float64",
}

# Tells correlated covariates apart without letting two of them run to opposite
# infinities where arms hardly overlap; the nuisance fits choose theirs by loss.
LOGISTIC_C = 1.0
# Of the gradient. At the default the coefficients of two covariates that say nearly the
# same are off in the third decimal place.
TOLERANCE = 1e-9


def partial_r2(
    units: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    groups: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Return what each covariate explains of what the others leave.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, with `is_treated` (0/1) and
        the covariates.
    outcomes : DataFrame
        The same keys, `outcome` and `outcome_value`.
    groups : mapping of str to sequence of str
        Covariates by the group they belong to; each in one group.

    Returns
    -------
    DataFrame
        `design`, `target` (`treatment` or an outcome), `benchmark_level` (`covariate`
        or `group`), `benchmark`, `partial_r2`, `n_units`; ordered by the first four.
        The share, from 0 to 1, of the variance that the linear projection on all other
        covariates and the campaign leaves; for an outcome treatment is among the
        others. NULL where they leave none. A covariate that does not vary in the design
        has no row. No rows where there is no unit.

    Raises
    ------
    ValueError
        If a column or a unit's outcome is missing, a key repeated or
        a value not finite.
    """
    if units.empty:
        return empty_frame(PARTIAL_R2_TYPES)
    units = sort_by_key(units, UNIT_KEYS, "units")
    outcomes = sort_by_key(outcomes, [*UNIT_KEYS, "outcome"], "outcomes")
    rows = []
    with one_thread():
        for design, own in units.groupby("design", sort=True):
            varying = {name: _varying(own, members) for name, members in groups.items()}
            covariates = [name for members in varying.values() for name in members]
            terms = [("covariate", name, [name]) for name in covariates]
            terms += [("group", name, kept) for name, kept in varying.items() if kept]
            x = _standardised(own, covariates)
            treated = numeric_matrix(own, [TREATMENT], "units")
            base = np.hstack([np.ones((len(own), 1)), _campaigns(own)])
            targets = {"treatment": (treated[:, 0], base)}
            for outcome, values in _outcomes_of(own, outcomes, design):
                targets[outcome] = (values, np.hstack([base, treated]))
            for target, (y, others) in targets.items():
                # Every shorter projection is one of this small triangle's columns.
                triangle = np.linalg.qr(np.column_stack([x, others, y]), mode="r")
                full = _squared_residuals(triangle, [])
                for level, name, members in terms:
                    left_out = [k for k, c in enumerate(covariates) if c in members]
                    short = _squared_residuals(triangle, left_out)
                    # What rounding leaves of a target that others tell exactly is none.
                    is_told = short <= 1e-12 * (y @ y)
                    share = np.nan if is_told else (short - full) / short
                    rows.append((design, target, level, name, share, len(own)))
    columns = list(PARTIAL_R2_TYPES)
    frame = pd.DataFrame(rows, columns=columns)
    # Rounding can leave a covariate that adds nothing a hair below 0.
    frame["partial_r2"] = frame["partial_r2"].clip(lower=0.0)
    return frame.sort_values(columns[:4], ignore_index=True)


def assignment_coefficients(
    units: pd.DataFrame, *, covariates: Sequence[str]
) -> pd.DataFrame:
    """Return what a standard deviation of each covariate adds to the treatment's logit.

    Parameters
    ----------
    units : DataFrame
        As in `partial_r2`.
    covariates : sequence of str

    Returns
    -------
    DataFrame
        `design`, `covariate`, `logit_coefficient`; ordered by the first two. From one
        logistic regression per design on all covariates, standardised, and the
        campaigns, with a light ridge penalty (`LOGISTIC_C`). A covariate that does not
        vary in the design has no row. No rows where there is no unit.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated, a value not finite, or
        a design has units of one arm only.
    """
    if units.empty:
        return empty_frame(COEFFICIENT_TYPES)
    units = sort_by_key(units, UNIT_KEYS, "units")
    frames = []
    with one_thread():
        for design, own in units.groupby("design", sort=True):
            treated = numeric_matrix(own, [TREATMENT], "units")[:, 0]
            if len(np.unique(treated)) < 2:
                raise ValueError(f"Design {design} has units of one arm only.")
            varying = _varying(own, covariates)
            x = np.hstack([_standardised(own, varying), _campaigns(own)])
            fit = LogisticRegression(
                C=LOGISTIC_C, solver="newton-cholesky", tol=TOLERANCE, max_iter=200
            ).fit(x, treated)
            frames.append(
                pd.DataFrame(
                    {
                        "design": design,
                        "covariate": varying,
                        "logit_coefficient": fit.coef_[0, : len(varying)],
                    }
                )
            )
    return pd.concat(frames, ignore_index=True).sort_values(
        ["design", "covariate"], ignore_index=True
    )


def _varying(units: pd.DataFrame, covariates: Sequence[str]) -> list[str]:
    """Return the covariates that have more than one value."""
    values = numeric_matrix(units, covariates, "units")
    return [name for name, x in zip(covariates, values.T, strict=True) if np.ptp(x) > 0]


def _standardised(units: pd.DataFrame, covariates: Sequence[str]) -> np.ndarray:
    """Return covariates with mean 0 and variance 1."""
    return StandardScaler().fit_transform(numeric_matrix(units, covariates, "units"))


def _campaigns(units: pd.DataFrame) -> np.ndarray:
    """Return an indicator of each campaign but the first, centred."""
    campaign = units["campaign_id"].to_numpy()
    names = np.unique(campaign)[1:]
    indicators = (campaign[:, None] == names[None, :]).astype(np.float64)
    return indicators - indicators.mean(axis=0)


def _outcomes_of(
    units: pd.DataFrame, outcomes: pd.DataFrame, design: object
) -> list[tuple[str, np.ndarray]]:
    """Return each outcome of the design in the order of its units."""
    keys = units[list(UNIT_KEYS)]
    found = []
    for outcome, rows in outcomes[outcomes["design"] == design].groupby("outcome"):
        joined = keys.merge(rows, on=list(UNIT_KEYS), how="left")
        values = numeric_matrix(joined, ["outcome_value"], f"outcome {outcome}")
        found.append((str(outcome), values[:, 0]))
    return found


def _squared_residuals(triangle: np.ndarray, left_out: Sequence[int]) -> float:
    """Return what the projection of the last column on the others leaves, squared.

    Columns that others already span add nothing.
    """
    x = np.delete(triangle[:, :-1], left_out, axis=1)
    y = triangle[:, -1]
    residuals = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(residuals @ residuals)
