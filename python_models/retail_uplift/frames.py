"""Checks and layouts shared by the fits on frames of households and trial units."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

UNIT_KEYS = ("design", "campaign_id", "household_id")
FOLD_KEYS = ("household_id", "split_id")
TREATMENT = "is_treated"
# Columns of effects that are predicted per unit, out of fold.
EFFECT_TYPES = {
    "design": "str",
    "campaign_id": "int64",
    "household_id": "int64",
    "outcome": "str",
    "learner": "str",
    "split_id": "int64",
    "fold": "int64",
    "cate": "float64",
    "ci_lower": "float64",
    "ci_upper": "float64",
    "is_out_of_fold": "bool",
}
# Columns of the leaves of policy trees, one row per condition.
RULE_TYPES = {
    "design": "str",
    "split_id": "int64",
    "fold": "int64",
    "policy": "str",
    "leaf_id": "int64",
    "position": "int64",
    "covariate": "str",
    "operator": "str",
    "threshold": "float64",
    "is_target": "int64",
    "n_units": "int64",
    "mean_profit": "float64",
}
# Optional column: false for units of a large design that are scored only.
FIT_UNIT = "is_fit_unit"

# An inner split leaves about two thirds of an arm, and every tree learner keeps
# 20 units in a leaf: with fewer than 60 households an arm cannot be split even once.
MIN_ARM_HOUSEHOLDS = 60


def check_columns(frame: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Check that a frame has rows and the columns asked for.

    Parameters
    ----------
    frame : DataFrame
    columns : sequence of str
    name : str
        What the frame is called in the error message.

    Raises
    ------
    ValueError
        If the frame is empty, a column is missing, or a column is named twice.
    """
    if len(set(columns)) < len(columns):
        raise ValueError(f"The columns asked of {name} name one column twice.")
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{name} lacks the columns {missing}.")
    if frame.empty:
        raise ValueError(f"{name} has no rows.")


def empty_frame(dtypes: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame without rows, whose columns have the types that rows would have.

    Parameters
    ----------
    dtypes : mapping of str to str
        Type by column. Without types a database would take the columns for numbers.
    """
    return pd.DataFrame({name: pd.Series(dtype=t) for name, t in dtypes.items()})


def sort_by_key(frame: pd.DataFrame, keys: Sequence[str], name: str) -> pd.DataFrame:
    """Return a copy in key order, so that results do not depend on row order.

    Parameters
    ----------
    frame : DataFrame
    keys : sequence of str
        Columns that identify a row.
    name : str
        What the frame is called in the error message.

    Returns
    -------
    DataFrame
        The same rows and columns, sorted by `keys`, with a fresh index.

    Raises
    ------
    ValueError
        If a key is missing, NULL or repeated.
    """
    check_columns(frame, keys, name)
    if frame[list(keys)].isna().any(axis=None):
        raise ValueError(f"{name} has a NULL in its key {list(keys)}.")
    if frame.duplicated(list(keys)).any():
        raise ValueError(f"{name} repeats a row of its key {list(keys)}.")
    return frame.sort_values(list(keys), ignore_index=True)


def checked_rows(
    frame: pd.DataFrame, keys: Sequence[str], columns: Sequence[str], name: str
) -> pd.DataFrame:
    """Return the rows in key order after a check of keys and columns.

    Parameters
    ----------
    frame : DataFrame
    keys : sequence of str
        Columns that identify a row.
    columns : sequence of str
        Other columns that must be there.
    name : str
        What the frame is called in the error message.

    Returns
    -------
    DataFrame
        As by `sort_by_key`.

    Raises
    ------
    ValueError
        If the frame is empty, lacks a column, or a key is NULL or repeated.
    """
    check_columns(frame, [*keys, *columns], name)
    return sort_by_key(frame, keys, name)


def numeric_matrix(
    frame: pd.DataFrame, columns: Sequence[str], name: str
) -> np.ndarray:
    """Return columns as a matrix of finite floats.

    Parameters
    ----------
    frame : DataFrame, n rows
    columns : sequence of str, length p
    name : str
        What the frame is called in the error message.

    Returns
    -------
    ndarray of float64, shape (n, p)
        A copy in row-major order.

    Raises
    ------
    ValueError
        If a column is missing, not numeric, NULL, NaN or infinite, or no row is left.
    """
    check_columns(frame, columns, name)
    # The columns at once: one at a time took a quarter of a fit of 1,000 units.
    chosen = frame[list(columns)]
    has_null = chosen.isna().any()
    if has_null.any():
        raise ValueError(
            f"{name} has NULL or NaN values in {has_null.index[has_null].to_list()}."
        )
    dtypes = chosen.dtypes
    text = [c for c, t in dtypes.items() if not pd.api.types.is_numeric_dtype(t)]
    if text:
        raise ValueError(f"{name} has columns that are not numeric: {text}.")
    matrix = np.array(chosen.to_numpy(dtype=np.float64), order="C")
    finite = np.isfinite(matrix).all(axis=0)
    if not finite.all():
        infinite = [
            c for c, is_finite in zip(columns, finite, strict=True) if not is_finite
        ]
        raise ValueError(f"{name} has infinite values in {infinite}.")
    return matrix


def pivot_features(rows: pd.DataFrame, value: str) -> tuple[pd.DataFrame, list[str]]:
    """Lay features out as columns.

    Parameters
    ----------
    rows : DataFrame
        `household_id`, `feature`, `position` and a value: one row per household and
        feature.
    value : str
        Name of the value column.

    Returns
    -------
    DataFrame
        `household_id` and one column per feature, ordered by household.
    list of str
        The features by position.

    Raises
    ------
    ValueError
        If the frame is empty, a column is missing, a household repeats a feature or
        lacks one.
    """
    check_columns(rows, ["household_id", "feature", "position", value], "rows")
    if rows.duplicated(["household_id", "feature"]).any():
        raise ValueError("rows repeats a feature of a household.")
    wide = rows.pivot(index="household_id", columns="feature", values=value)
    if wide.isna().any(axis=None):
        raise ValueError("rows lacks a feature of a household.")
    order = rows.drop_duplicates("feature").sort_values("position")
    features = [str(feature) for feature in order["feature"]]
    return wide[features].reset_index().rename_axis(columns=None), features


@dataclass(frozen=True)
class Trial:
    """The units of one design as arrays, in the order of the unit key.

    Attributes
    ----------
    keys : DataFrame, n rows
        `design`, `campaign_id`, `household_id`.
    households : ndarray, shape (n,)
    covariates : ndarray of float, shape (n, p)
        Those that are not one value for all units: a constant says nothing.
    campaigns : ndarray of float, shape (n, c)
        One indicator per campaign, in sorted order; c = 0 in a one-campaign design.
    treated : ndarray of bool, shape (n,)
    outcomes : ndarray of float, shape (n, m)
    may_train : ndarray of bool, shape (n,)
        Units that fits may learn from; all are predicted.
    """

    keys: pd.DataFrame
    households: np.ndarray
    covariates: np.ndarray
    campaigns: np.ndarray
    treated: np.ndarray
    outcomes: np.ndarray
    may_train: np.ndarray

    @property
    def design_matrix(self) -> np.ndarray:
        """Covariates, then campaign indicators: shape (n, p + c)."""
        return np.hstack([self.covariates, self.campaigns])


@dataclass(frozen=True)
class FoldTask:
    """One fold to predict: the rows of a trial to learn from and to predict.

    Attributes
    ----------
    trial : Trial
    split_id, fold : scalar
        As in the fold table.
    train, test : ndarray of int
        Row numbers in `trial`; no household has rows in both.
    """

    trial: Trial
    split_id: Any
    fold: Any
    train: np.ndarray
    test: np.ndarray

    @property
    def design(self) -> str:
        """Name of the design of the trial."""
        return self.trial.keys["design"].iloc[0]

    def with_outcomes(self, columns: Sequence[int]) -> "FoldTask":
        """Return the same task with some outcomes of the trial, by their numbers."""
        trial = replace(self.trial, outcomes=self.trial.outcomes[:, list(columns)])
        return replace(self, trial=trial)

    def without_keys(self) -> "FoldTask":
        """Return the same task without the keys of its trial."""
        return replace(self, trial=replace(self.trial, keys=pd.DataFrame()))

    def test_frame(self) -> pd.DataFrame:
        """Return the keys of the predicted rows, with `split_id` and `fold`."""
        keys = self.trial.keys.iloc[self.test].reset_index(drop=True)
        return keys.assign(split_id=self.split_id, fold=self.fold)


def fold_tasks(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    covariates: Sequence[str],
    outcomes: Sequence[str],
) -> list[FoldTask]:
    """List every design x split x fold to fit, in sorted order.

    Parameters
    ----------
    units : DataFrame
        One row per `design`, `campaign_id`, `household_id`, with `is_treated`
        (boolean or 0/1), numeric covariates and numeric outcomes. Where it has
        `is_fit_unit` (boolean), fits learn from those units alone.
    folds : DataFrame
        One row per `household_id` and `split_id`, with `fold`. It may hold households
        that have no unit.
    covariates, outcomes : sequence of str
        Column names; `outcomes` may be empty.

    Returns
    -------
    list of FoldTask
        None where there is no unit: a build may have no design that is large enough.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated, a value NULL or
        infinite, a covariate is also a key, the treatment or an outcome, a household
        has no fold, a fold has no unit, or an arm has fewer than `MIN_ARM_HOUSEHOLDS`
        households to learn from.
    """
    trials = design_trials(units, covariates, outcomes)
    if not trials:
        return []
    folds = sort_by_key(folds, FOLD_KEYS, "folds")
    check_columns(folds, ["fold"], "folds")
    if folds["fold"].isna().any():
        raise ValueError("folds has a NULL fold.")
    return [task for trial in trials for task in _design_tasks(trial, folds)]


def design_trials(
    units: pd.DataFrame, covariates: Sequence[str], outcomes: Sequence[str]
) -> list[Trial]:
    """Return the units of each design as arrays, in the order of the designs' names.

    Parameters
    ----------
    units, covariates, outcomes
        As in `fold_tasks`.

    Returns
    -------
    list of Trial
        None where there is no unit.

    Raises
    ------
    ValueError
        If a column is missing, a key repeated, a value NULL or
        infinite, the treatment other than 0 and 1, or a covariate is also a key, the
        treatment or an outcome.
    """
    if not covariates:
        raise ValueError("No covariate is named.")
    # With the outcome or treatment among the covariates every fit looks perfect.
    taken = sorted({*UNIT_KEYS, TREATMENT, *outcomes} & set(covariates))
    if taken:
        raise ValueError(f"The covariates hold a key, treatment or outcome: {taken}.")
    if units.empty:
        return []
    units = sort_by_key(units, UNIT_KEYS, "units")
    # Checked for all designs at once, so that the message does not depend on the first.
    numeric_matrix(units, [*covariates, *outcomes], "units")
    return [
        _trial(design_units, covariates, outcomes)
        for _, design_units in units.groupby("design", sort=True)
    ]


def whole_task(trial: Trial) -> FoldTask:
    """Return the task of a fit for households that no trial holds.

    Parameters
    ----------
    trial : Trial

    Returns
    -------
    FoldTask
        Learns from all units that fits may learn from, and predicts none of them.

    Raises
    ------
    ValueError
        If an arm has fewer than `MIN_ARM_HOUSEHOLDS` households to learn from.
    """
    nobody = np.empty(0, dtype=np.intp)
    task = FoldTask(trial, 0, 0, np.flatnonzero(trial.may_train), nobody)
    _check_arms(task, f"Design {task.design}")
    return task


def household_matrix(
    households: pd.DataFrame, units: pd.DataFrame, covariates: Sequence[str]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return households in order, and their covariates as the trial of units has them.

    Parameters
    ----------
    households : DataFrame, n rows
        One row per `household_id`, with the covariates.
    units : DataFrame
        Units of one design, with the covariates.
    covariates : sequence of str

    Returns
    -------
    DataFrame
        The households, ordered by `household_id`.
    ndarray of float, shape (n, p)
        As in `Trial`, without covariates that are one value for all units.

    Raises
    ------
    ValueError
        If a column is missing, a household repeated, or a value NULL or infinite.
    """
    households = checked_rows(households, ["household_id"], covariates, "households")
    varying = [name for name in covariates if units[name].nunique() > 1]
    return households, numeric_matrix(households, varying, "households")


def campaign_mix(
    trial: Trial, train: np.ndarray, n_rows: int
) -> Iterator[tuple[float, np.ndarray]]:
    """Yield each campaign's share of the training units and its indicator columns.

    A next campaign is none of the past ones: what is predicted for a household under
    each of them is averaged by these shares.

    Parameters
    ----------
    trial : Trial
    train : ndarray of int
        Row numbers in `trial`.
    n_rows : int
        Households to predict.

    Yields
    ------
    float
    ndarray of float, shape (n_rows, c)
        As `Trial.campaigns`, all rows in the one campaign.
    """
    n_campaigns = trial.campaigns.shape[1]
    if not n_campaigns:
        yield 1.0, np.empty((n_rows, 0))
        return
    shares = trial.campaigns[train].mean(axis=0)
    for campaign, share in enumerate(shares):
        yield share, np.tile(np.eye(n_campaigns)[campaign], (n_rows, 1))


def _trial(
    units: pd.DataFrame, covariates: Sequence[str], outcomes: Sequence[str]
) -> Trial:
    """Turn the sorted units of one design into arrays."""
    treated = numeric_matrix(units, [TREATMENT], "units")[:, 0]
    if not np.isin(treated, [0.0, 1.0]).all():
        raise ValueError("is_treated has values other than 0 and 1.")
    campaign = units["campaign_id"].to_numpy()
    names = np.unique(campaign)
    may_train = np.ones(len(units), dtype=bool)
    if FIT_UNIT in units.columns:
        may_train = numeric_matrix(units, [FIT_UNIT], "units")[:, 0] == 1.0
    indicators = (campaign[:, None] == names[None, :]).astype(np.float64)
    matrix = numeric_matrix(units, covariates, "units")
    return Trial(
        keys=units[list(UNIT_KEYS)].reset_index(drop=True),
        households=units["household_id"].to_numpy(),
        covariates=matrix[:, np.ptp(matrix, axis=0) > 0],
        campaigns=indicators if len(names) > 1 else indicators[:, :0],
        treated=treated == 1.0,
        outcomes=(
            numeric_matrix(units, outcomes, "units")
            if outcomes
            else np.empty((len(units), 0))
        ),
        may_train=may_train,
    )


def _design_tasks(trial: Trial, folds: pd.DataFrame) -> Iterator[FoldTask]:
    """Yield the tasks of one design in the order of split and fold."""
    design = trial.keys["design"].iloc[0]
    for split_id, split in folds.groupby("split_id", sort=True):
        fold_of = split.set_index("household_id")["fold"].reindex(trial.households)
        if fold_of.isna().any():
            raise ValueError(
                f"Design {design} has households without a fold in split {split_id}."
            )
        for fold in sorted(split["fold"].unique()):
            is_test = fold_of.to_numpy() == fold
            task = FoldTask(
                trial,
                split_id,
                fold,
                np.flatnonzero(~is_test & trial.may_train),
                np.flatnonzero(is_test),
            )
            _check_task(task, design)
            yield task


def _check_task(task: FoldTask, design: Any) -> None:
    """Raise if a fold has nobody to predict or an arm too few to learn from."""
    where = f"Design {design}, split {task.split_id}, fold {task.fold}"
    if not task.test.size:
        raise ValueError(f"{where} has no unit to predict.")
    _check_arms(task, where)


def _check_arms(task: FoldTask, where: str) -> None:
    """Raise if an arm has too few households to learn from."""
    for arm, is_arm in (("treated", True), ("control", False)):
        rows = task.train[task.trial.treated[task.train] == is_arm]
        n_households = len(np.unique(task.trial.households[rows]))
        if n_households < MIN_ARM_HOUSEHOLDS:
            raise ValueError(
                f"{where} has {n_households} {arm} households to learn from;"
                f" {MIN_ARM_HOUSEHOLDS} are needed."
            )
