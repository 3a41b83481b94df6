"""Reads the rows of each picture from a warehouse and writes the pictures."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path

import duckdb
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from retail_uplift.figures import (
    behaviour,
    campaigns,
    customers,
    decisions,
    effects,
)
from retail_uplift.figures.drawing import Currency, Draw, looks

SCHEMAS = ["marts", "evidence"]  # where tables are looked for
SALES = " where outcome = 'purchase_amount'"
LEAD = "select design from {fct_verdicts} where is_primary_design"


# What each picture shows: the rows behind "from", with tables in braces. Its name is
# that of the function.
PICTURES: dict[Draw, str] = {
    behaviour.shopping_times: "{fct_shopping_times}",
    behaviour.campaign_calendar: "{fct_campaign_profiles}",
    behaviour.promotion_lifts: "{fct_promotion_exposure} where coalesce("
    "display_lift, mailer_lift, combined_lift) is not null",
    customers.factor_heatmap: "{fct_factor_loadings}",
    customers.selection_curves: "{fct_segmentation_metrics} cross join "
    "(select max(stable_from) as stable_from from {fct_segment_stability})",
    customers.profile_heatmap: "{fct_segment_profiles} where is_reduced",
    customers.positioning: "{fct_segment_positioning}",
    customers.stability: "{fct_segment_stability}",
    customers.migration: "{fct_segment_migration}",
    customers.value_need: "{fct_value_need_matrix} where need_option = 'across_tiers'",
    customers.clv_calibration: "{fct_clv_calibration}",
    customers.feature_histograms: "{fct_feature_histograms}",
    customers.association_heatmap: "{fct_association_matrix} "
    "where coefficient != 'spearman'",
    customers.group_differences: "{fct_group_differences} where test = 'mann_whitney'",
    effects.effect_forest: "{fct_effect_estimates}" + SALES,
    effects.propensity_overlap: "{fct_propensity_histogram}",
    effects.covariate_balance: "{fct_covariate_balance}",
    effects.group_effects: "{fct_group_effects}"
    + SALES
    + " and grouping in ('segment', 'propensity_region')",
    effects.targeting_curves: "{fct_toc}" + SALES,
    effects.cate_calibration: "{fct_cate_calibration}"
    + SALES
    + " and learner in (select learner from {fct_toc} where is_primary)",
    effects.learner_agreement: "{fct_learner_agreement}" + SALES,
    effects.placebo_distributions: "{fct_refutation_replicates} inner join "
    "{fct_refutations} using (design, outcome, estimand, refuter)"
    + SALES
    + " and is_headline",
    effects.causal_graph: "{fct_causal_graph}",
    campaigns.campaign_brackets: "{fct_campaign_verdicts}",
    campaigns.event_study: "{fct_event_study} "
    "where not starts_with(scope, 'campaign ')",
    decisions.roi_curve: "{fct_roi_curve} where is_decisive",
    decisions.policy_forest: "{fct_policy_values}",
    decisions.scenario_heatmap: "{fct_scenarios} where is_decisive",
    decisions.segment_actions: "{fct_segment_actions}",
    decisions.power_curves: "{fct_power_targets} where metric = 'purchase_amount'",
}
BY_LAYER = customers.selection_curves  # with a picture of its own per clustering


class FigureError(Exception):
    """What went wrong, in one sentence."""


class _Tables(dict[str, str]):
    """Tables with their schema, by name."""

    def __missing__(self, table: str) -> str:
        raise FigureError(f"The warehouse has no table {table}: run make build first.")


def read_pictures(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, Callable[[], Figure]]:
    """Read the rows of every picture; the primary design comes first.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A finished build.

    Returns
    -------
    dict of str to callable
        By name of the picture, a function that draws it. Without a row, the function
        raises FigureError: no campaign can be estimated, say.

    Raises
    ------
    FigureError
        If a table is missing.
    """
    pictures: dict[str, Callable[[], Figure]] = {}
    tables = _tables(connection)
    for draw, source in PICTURES.items():
        rows = read_rows(connection, draw, tables)
        parts = {draw.__name__: rows}
        if draw is BY_LAYER and len(rows):
            clusterings = rows.groupby("clustering")
            parts = {
                f"{draw.__name__}_{clustering}": part
                for clustering, part in clusterings
            }
        for name, part in parts.items():
            pictures[name] = partial(draw, part)
            if part.empty:
                [table, *_] = re.findall(r"\{(\w+)\}", source)
                pictures[name] = partial(_refuse, table)
    return pictures


def read_rows(
    connection: duckdb.DuckDBPyConnection,
    draw: Draw,
    tables: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Read the rows of one picture; the primary design comes first.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A finished build, or what was published of it.
    draw : callable
        The function that draws them, a key of `PICTURES`.
    tables : mapping of str to str, optional
        Tables with their schema, by name, where they were read before.

    Raises
    ------
    FigureError
        If a table is missing.
    """
    tables = _tables(connection) if tables is None else tables
    rows = connection.sql(f"from {PICTURES[draw].format_map(tables)}").df()
    if "design" in rows:
        leads = connection.sql(LEAD.format_map(tables)).df()["design"].tolist()
        rows = rows.iloc[(~rows["design"].isin(leads)).argsort(kind="stable")]
    return rows


def _tables(connection: duckdb.DuckDBPyConnection) -> _Tables:
    names = "select table_name, table_schema || '.' || table_name from"
    where = "information_schema.tables where list_contains(?, table_schema)"
    return _Tables(connection.execute(f"{names} {where}", [SCHEMAS]).fetchall())


def read_currency(connection: duckdb.DuckDBPyConnection) -> Currency:
    """Return what the newest build calls its amounts (`run_manifest`).

    Raises
    ------
    duckdb.Error
        If no build has ended.
    """
    row = connection.sql(
        "select currency_name, currency_symbol from marts.run_manifest "
        "order by started_at desc limit 1"
    ).fetchone()
    return Currency(*row) if row else Currency()


def _refuse(table: str) -> Figure:
    raise FigureError(f"{table} has no rows for it (make build fills it)")


def write_picture(figure: Figure, folder: Path, name: str) -> None:
    """Write a figure as PNG and as SVG; the same figure gives the same bytes.

    Parameters
    ----------
    figure : Figure
    folder : Path
        Must exist.
    name : str
        Of the files, without their suffix.

    Raises
    ------
    OSError
        If the folder does not exist or cannot be written to.
    """
    with looks():
        figure.savefig(pixels := BytesIO(), format="png")
    (folder / f"{name}.svg").write_text(svg(figure), encoding="utf-8")
    # A palette of 256 colours needs a third of the bytes.
    image = Image.open(pixels).convert("RGB").quantize(256)
    image.save(folder / f"{name}.png", optimize=True)


def svg(figure: Figure) -> str:
    """Return a figure as SVG; the same figure gives the same text."""
    with looks():
        # The day and the version of the library are no part of a picture.
        facts = {"Date": None, "Creator": None}
        figure.savefig(drawing := StringIO(), format="svg", metadata=facts)
    return drawing.getvalue()


def described(figure: Figure) -> str:
    """Return what a picture shows, for those who do not see it: its title and note."""
    title, note = (" ".join(text.get_text().split()) for text in figure.texts[:2])
    return f"{title} {note}"
