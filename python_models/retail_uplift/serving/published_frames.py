"""Frames of a published build for whoever fits a model of their own."""

import json
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pandas as pd

from retail_uplift.serving.published import POINTER, connect

UNIT = ["campaign_id", "household_id"]


@dataclass(frozen=True)
class Units:
    """The units of one design, with the names of the columns by role.

    Attributes
    ----------
    design : str
    frame : DataFrame
        One row per campaign and household, in this order.
    keys : tuple of str
        `design`, `campaign_id`, `household_id`.
    treatment : str
        Boolean: whether the household was sent the campaign.
    covariates : tuple of str
        Floats known before time zero, in the order of the project's own fits.
    outcomes : tuple of str
        Floats of the outcome window, in the units of seed outcomes.
    propensity : str
        Probability of being sent the campaign, out of fold, clipped.
    fold : str
        Fold of the household: the nuisances of its scores never saw it.
    scores : dict of str to str
        Column of the doubly robust score by outcome. Its mean is the average effect.
    may_train : str
        Whether the project's learners may learn from the unit; NULL in designs of which
        no effect is predicted.
    """

    design: str
    frame: pd.DataFrame
    covariates: tuple[str, ...]
    outcomes: tuple[str, ...]
    scores: dict[str, str]
    keys: tuple[str, ...] = ("design", *UNIT)
    treatment: str = "is_treated"
    propensity: str = "propensity"
    fold: str = "fold"
    may_train: str = "is_fit_unit"


class PublishedBuild:
    """One published build, open for reading; a context manager.

    Attributes
    ----------
    connection : duckdb.DuckDBPyConnection
        For SQL on the public tables: read-only, without files or other databases.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def __enter__(self) -> "PublishedBuild":
        """Return the build itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection; frames already read stay."""
        self.connection.close()

    def households(self) -> pd.DataFrame:
        """Return who each customer is: one row per household, as `dim_households`.

        Returns
        -------
        DataFrame
            Ordered by `household_id`.

        Raises
        ------
        LookupError
            If the build has no such table, or was published without household ids.
        """
        return self._rows("marts.dim_households", ["household_id"])

    def latest_covariates(self) -> pd.DataFrame:
        """Return what is known of each household now, ready for `score`.

        Returns
        -------
        DataFrame
            `household_id` and one float column per covariate, ordered by household. A
            household without a purchase in the last look-back has no covariates.

        Raises
        ------
        LookupError
            As by `households`.
        """
        rows = self._rows("evidence.fct_latest_covariates", ["household_id"])
        wide = rows.pivot(
            index="household_id", columns="covariate", values="covariate_value"
        )
        return wide.rename_axis(columns=None).reset_index()

    def units(self, design: str | None = None) -> Units:
        """Return the units of a design with covariates, folds, outcomes and scores.

        Parameters
        ----------
        design : str, optional
            Of seed designs; the build's primary design by default.

        Returns
        -------
        Units
            Every unit that the estimators of the design use.

        Raises
        ------
        LookupError
            If the design has no estimable units in this build, or as by `households`.
        """
        design = design or self._settings()["primary_design"]
        scores = self._rows("evidence.fct_dr_scores", UNIT, design)
        if scores.empty:
            known = self.connection.sql(
                "select distinct design from evidence.fct_dr_scores order by design"
            ).fetchall()
            names = ", ".join(name for (name,) in known) or "none"
            raise LookupError(
                f"design {design} has no scored units in this build; those that do: "
                f"{names}"
            )
        covariates = self._rows(
            "evidence.fct_unit_covariates", ["position", *UNIT], design
        )
        frame = _one_row_per_unit(scores, [*UNIT, "is_treated", "propensity", "fold"])
        may_train = _one_row_per_unit(covariates, [*UNIT, "is_fit_unit"])
        outcomes = scores.pivot(index=UNIT, columns="outcome", values="outcome_value")
        own_scores = scores.pivot(index=UNIT, columns="outcome", values="dr_score")
        values = covariates.pivot(
            index=UNIT, columns="covariate", values="covariate_value"
        )[list(covariates["covariate"].unique())]
        score_names = {name: f"dr_score_{name}" for name in own_scores.columns}
        frame = frame.join(
            [may_train, values, outcomes, own_scores.rename(columns=score_names)]
        ).reset_index()
        frame.insert(0, "design", design)
        return Units(
            design=design,
            frame=frame,
            covariates=tuple(values.columns),
            outcomes=tuple(outcomes.columns),
            scores=score_names,
        )

    def score(
        self, households: pd.DataFrame, design: str | None = None
    ) -> pd.DataFrame:
        """Predict what a next campaign would add to the sales of households.

        A fitted forest is not stored. The causal forest is fitted anew on the published
        units, with the seed and sizes of the build, so that the households of
        `latest_covariates` get the numbers of the campaign list. That takes as long as
        in a build. A prediction ranks households; it never evaluates a policy.

        Parameters
        ----------
        households : DataFrame
            `household_id` and the covariates of the design as numbers, without NULL.
        design : str, optional
            As in `units`.

        Returns
        -------
        DataFrame
            `design`, `household_id`, `outcome` (`purchase_amount`), `cate`, `ci_lower`,
            `ci_upper` (in the currency), `n_fit_units`; ordered by household.

        Raises
        ------
        LookupError
            As by `units`.
        ValueError
            If the build's primary learner is no causal forest, no effect is predicted
            in the design, or a column is missing, not numeric or NULL.
        """
        # econml takes seconds to import, and no other method needs it.
        from retail_uplift.effects.causal_forest import predict_causal_forest

        settings = self._settings()
        if settings["primary_learner"] != "causal_forest":
            raise ValueError(
                f"the build's primary_learner is {settings['primary_learner']}, and "
                "only causal_forest can be fitted anew"
            )
        units = self.units(design)
        if units.frame[units.may_train].isna().any():
            raise ValueError(
                f"no effect is predicted in design {units.design}: see var cate_designs"
            )
        return predict_causal_forest(
            units.frame,
            households,
            covariates=units.covariates,
            outcome="purchase_amount",
            seed=settings["forest_seed"],
            n_estimators=settings["forest_trees"],
            min_samples_leaf=settings["forest_min_leaf"],
            max_depth=settings["forest_max_depth"],
            max_features=settings["forest_covariate_share"],
        )

    def _rows(
        self, table: str, order: list[str], design: str | None = None
    ) -> pd.DataFrame:
        """Return a table of households, or its rows of a design, in order."""
        schema, name = table.split(".")
        columns = self.connection.execute(
            "select column_name from duckdb_columns() "
            "where schema_name = $schema and table_name = $name",
            {"schema": schema, "name": name},
        ).fetchall()
        if not columns:
            raise LookupError(
                f"this build has no table {table}: build the whole project first"
            )
        if ("household_id",) not in columns:
            raise LookupError(
                f"{table} was published without household ids: open the build file "
                "itself, or publish with var publish_personal_data"
            )
        rows = self.connection.table(table)
        if design is not None:
            literal = duckdb.ConstantExpression(design)
            rows = rows.filter(duckdb.ColumnExpression("design") == literal)
        return rows.order(", ".join(order)).df()

    def _settings(self) -> dict[str, Any]:
        """Return the vars of the last build in the file, by name."""
        rows = self.connection.sql(
            "select name, text_value from history.run_history where kind = 'setting' "
            "qualify built_at = max(built_at) over ()"
        ).fetchall()
        return {name: json.loads(value) for name, value in rows}


def open_published(path: str | Path = POINTER) -> PublishedBuild:
    """Open the build that is published now, or any DuckDB file of a build.

    Parameters
    ----------
    path : str or Path
        See `retail_uplift.serving.published.resolve`.

    Returns
    -------
    PublishedBuild
        It reads the same build until it is closed, also after a newer one is published.

    Raises
    ------
    FileNotFoundError
        If nothing is published there.

    Examples
    --------
    >>> with retail_uplift.open() as build:  # doctest: +SKIP
    ...     units = build.units("campaign_trials")
    ...     effects = build.score(build.latest_covariates())
    """
    return PublishedBuild(connect(Path(path)))


def _one_row_per_unit(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return columns that are the same in all rows of a unit, by unit."""
    return rows[columns].drop_duplicates(UNIT).set_index(UNIT)
