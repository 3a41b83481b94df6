"""What a linear regression on the covariates leaves of treatment and outcomes.

The regression of an outcome on treatment and covariates gives treatment the coefficient
of the regression of the outcome's residual on the treatment's (Frisch and Waugh 1933,
Econometrica 1; Lovell 1963, JASA 58). SQL does that second regression.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retail_uplift._one_thread import one_thread
from retail_uplift.frames import UNIT_KEYS, Trial, design_trials, empty_frame

RESIDUAL_TYPES = {
    "design": "str",
    "campaign_id": "int64",
    "household_id": "int64",
    "outcome": "str",
    "treatment_residual": "float64",
    "outcome_residual": "float64",
    "n_coefficients": "int64",
}
# Variance of the treatment's residual up to which it is rounding error; for a covariate
# the same share of its largest value.
LEAST_VARIATION = 1e-12


def linear_residuals(
    units: pd.DataFrame, *, covariates: Sequence[str], outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return the residuals of treatment and outcomes on the covariates, by design.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, with `is_treated` (boolean
        or 0/1), the covariates and the outcomes.
    covariates, outcomes : sequence of str
        Numeric columns. A constant joins the covariates, and one indicator per campaign
        where a design has several. Covariates may be collinear.

    Returns
    -------
    DataFrame
        `design`, `campaign_id`, `household_id`, `outcome`, `treatment_residual`,
        `outcome_residual` (in units of the outcome) and `n_coefficients`, those of the
        regression on a constant, the treatment and what varies of the covariates;
        ordered by the first four. No rows where there is no unit, and none of a design
        whose covariates determine the treatment: no regression tells the two apart.

    Raises
    ------
    ValueError
        If an input is malformed (see `design_trials`), or no outcome is named.
    """
    if not outcomes:
        raise ValueError("No outcome is named.")
    frames = []
    with one_thread():
        for trial in design_trials(units, covariates, outcomes):
            basis = _orthonormal_basis(trial.design_matrix)
            treatment, *residuals = _residuals(trial, basis).T
            if treatment.var() <= LEAST_VARIATION:
                continue
            frames += [
                trial.keys.assign(
                    outcome=outcome,
                    treatment_residual=treatment,
                    outcome_residual=residual,
                    n_coefficients=basis.shape[1] + 1,
                )
                for outcome, residual in zip(outcomes, residuals, strict=True)
            ]
    if not frames:
        return empty_frame(RESIDUAL_TYPES)
    keys = [*UNIT_KEYS, "outcome"]
    rows = pd.concat(frames, ignore_index=True).sort_values(keys, ignore_index=True)
    return rows[list(RESIDUAL_TYPES)]


def _residuals(trial: Trial, basis: np.ndarray) -> np.ndarray:
    """Return the residuals of treatment and outcomes: shape (n, 1 + m)."""
    values = np.column_stack([trial.treated.astype(np.float64), trial.outcomes])
    return values - basis @ (basis.T @ values)


def _orthonormal_basis(matrix: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of a constant and the columns: shape (n, rank)."""
    n_rows = len(matrix)
    constant = np.full((n_rows, 1), n_rows**-0.5)
    centred = matrix - matrix.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    # Dollars beside shares: unscaled, a share would look like rounding error.
    varying = spread > LEAST_VARIATION * np.abs(matrix).max(axis=0)
    scaled = centred[:, varying] / spread[varying]
    vectors, lengths, _ = np.linalg.svd(scaled, full_matrices=False)
    least = lengths.max(initial=0.0) * max(scaled.shape) * np.finfo(float).eps
    return np.hstack([constant, vectors[:, lengths > least]])
