"""Writes the report, one HTML file: ``python -m retail_uplift.serving.report``.

It opens from disk without a network and prints to PDF: the question, the answer, the
evidence, the list, and what is not known, all of the published build.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pandas as pd
from markupsafe import Markup

from retail_uplift.figures import campaigns, customers, decisions, effects
from retail_uplift.figures.drawing import CURRENCY, Draw
from retail_uplift.figures.pictures import read_rows
from retail_uplift.serving import answers, markup, questions, tables
from retail_uplift.serving.published import POINTER, connect
from retail_uplift.serving.questions import Money

TEMPLATE = Path(__file__).with_name("report.html.j2")
FILE = Path("exports/report.html")
PICTURES: dict[str, Draw] = {
    "segments": customers.profile_heatmap,
    "campaigns": campaigns.campaign_brackets,
    "curve": decisions.roi_curve,
    "actions": decisions.segment_actions,
    "effects": effects.effect_forest,
    "overlap": effects.propensity_overlap,
    "balance": effects.covariate_balance,
}
# Answers that are the short one, in this order.
SHORT = (
    "which_policy_pays",
    "which_campaigns_paid",
    "did_spend_rise",
    "can_we_trust_it",
)
WHY_UNKNOWN = (answers.HINT, answers.UNKNOWN)


def rendered(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the report of a published build as HTML.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The published build; what it lacks is said in the report.

    Raises
    ------
    ValueError
        If the build has no manifest, because it did not end.
    """
    manifest = questions.manifest(connection)
    if manifest.empty:
        raise ValueError("the build has no row in run_manifest: run make build")
    money = questions.money(connection)
    said = _answers(questions.verdicts(connection), money)
    token = CURRENCY.set(money.currency)
    try:
        pictures = {name: _picture(connection, draw) for name, draw in PICTURES.items()}
    finally:
        CURRENCY.reset(token)
    return (
        _environment()
        .get_template(TEMPLATE.name)
        .render(
            build=manifest.iloc[0],
            style=Markup(markup.STYLE),
            n_households=markup.count(manifest["n_households"].iloc[0]),
            sales=markup.whole(money)(manifest["sales_value"].iloc[0]),
            short=[said[name] for name in SHORT if name in said],
            others=[item for name, item in said.items() if name not in SHORT],
            hints=[item for item in said.values() if item["evidence"] in WHY_UNKNOWN],
            pictures=pictures,
            tables=_tables(connection, money),
        )
    )


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATE.parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _answers(verdicts: pd.DataFrame, money: Money) -> dict[str, Mapping[str, Any]]:
    """Return answers by question, in the order in which they are read."""
    if verdicts.empty:
        return {}
    rows = pd.concat(answers.by_topic(verdicts), names=["topic"]).reset_index("topic")
    return {
        row["question_id"]: {
            "topic": row["topic"],
            "question": row["question"],
            "verdict": markup.readable(row["verdict"]),
            "evidence": row["evidence"],
            "figure": answers.figure(row, money),
            "next": markup.readable(row["next_action"]),
            "caution": row["caution"] if pd.notna(row["caution"]) else "",
        }
        for _, row in rows.iterrows()
    }


def _tables(
    connection: duckdb.DuckDBPyConnection, money: Money
) -> dict[str, Markup | None]:
    """Return tables by name, None where the build has no rows."""
    priced: dict[str, Callable[[pd.DataFrame, Money], str]] = {
        "segments": tables.segments,
        "campaigns": tables.campaigns,
        "policy_values": tables.policies,
        "list_summary": tables.list_summary,
    }
    plain: dict[str, Callable[[pd.DataFrame], str]] = {
        "rollout": tables.rollout,
        "gates": tables.gates,
        "refutations": tables.refutations,
        "assumptions": tables.assumptions,
        "manifest": tables.facts,
    }
    result: dict[str, Markup | None] = {}
    for name in [*priced, *plain]:
        rows = getattr(questions, name)(connection)
        result[name] = None
        if len(rows):
            html = priced[name](rows, money) if name in priced else plain[name](rows)
            result[name] = Markup(html)
    return result


def _picture(connection: duckdb.DuckDBPyConnection, draw: Draw) -> Markup | None:
    """Return a picture of the primary design, or None if it has no rows."""
    rows = read_rows(connection, draw)
    if len(rows) and "design" in rows:
        rows = rows[rows["design"] == rows["design"].iloc[0]]
    return Markup(markup.image(draw(rows))) if len(rows) else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 2 after an argument error, otherwise 1."""
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.serving.report",
        description="Write the report of the published build as one HTML file.",
    )
    parser.add_argument("pointer", type=Path, nargs="?", default=POINTER)
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    options = parser.parse_args(arguments)
    try:
        with connect(options.pointer) as connection:
            html = rendered(connection)
        options.file.parent.mkdir(parents=True, exist_ok=True)
        options.file.write_text(html, encoding="utf-8")
    except (ValueError, OSError, duckdb.Error) as error:
        print(f"report: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    print(
        f"==> {options.file}: {len(html.encode()) / 1e6:.1f} MB, open it in a browser"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
