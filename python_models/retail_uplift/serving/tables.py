"""Tables that dashboard and report share, as HTML, from the rows of `questions`."""

import json
from collections.abc import Mapping

import pandas as pd

from retail_uplift.figures.drawing import words
from retail_uplift.serving import markup
from retail_uplift.serving.questions import Money

PAID, LOST = "it paid: send it again", "it lost money: stop"
EITHER, UNKNOWN = "it may have paid or lost", "it cannot be known"
# Why, by the answer of fct_campaign_verdicts; other answers are shown as they are.
REASONS = {
    "not comparable": "too few others are like those sent",
    "biased": "the method finds an effect before the start",
    "too few": "too few households",
    "not known": "too few weeks are in the data",
    "unclear": "the limits lie on both sides of 0",
}


def segments(rows: pd.DataFrame, money: Money) -> str:
    """Return the segments with their sizes, means and strategies."""
    whole = markup.whole(money)
    columns = {
        "segment_name": ("segment", markup.words),
        "n_households": ("households", markup.count),
        "household_share": ("of all", markup.share),
        "sales_share": ("of sales", markup.share),
        "mean_sales": ("mean sales", whole),
        "mean_frequency": ("visits", markup.count),
        "mean_recency": ("days since a visit", markup.count),
        "mean_clv": ("customer value", whole),
        "priority": ("priority", markup.words),
        "strategy": ("strategy", markup.words),
    }
    caption = (
        "Segments, the one with the largest mean sales first; means per household. "
        "Customer value is the margin expected over the next weeks, discounted"
    )
    return markup.table(rows, columns, caption)


def outcomes(campaigns: pd.DataFrame) -> pd.Series:
    """Say of each campaign (fct_campaign_verdicts) whether it paid."""
    known = campaigns["profit_lower"].notna()
    result = known.map({True: EITHER, False: UNKNOWN}).astype(object)
    result[campaigns["decision"] == "scale"] = PAID
    result[campaigns["decision"] == "stop"] = LOST
    return result


def campaigns(rows: pd.DataFrame, money: Money) -> str:
    """Return what each campaign brought, between two methods."""
    rows = markup.with_interval(
        rows, markup.amount(money), ("bracket_lower", "bracket_upper"), "effect"
    )
    rows = markup.with_interval(
        rows, markup.whole(money), ("profit_lower", "profit_upper"), "profit"
    )
    rows = rows.assign(outcome=outcomes(rows), reason=rows["answer"].replace(REASONS))
    columns = {
        "campaign_id": ("campaign", markup.words),
        "campaign_type": ("type", markup.words),
        "start_date": ("start", markup.day),
        "n_sent": ("sent to", markup.count),
        "redemption_rate": ("redeemed", markup.share),
        "effect": ("weekly sales per household, change", markup.words),
        "profit": ("profit after its cost", markup.words),
        "outcome": ("did it pay?", markup.words),
        "reason": ("because", markup.words),
    }
    caption = (
        "Campaigns by their start. Change and profit are the limits between which they "
        "lie, over two methods; without a profit it cannot be known"
    )
    return markup.table(rows, columns, caption)


def policies(rows: pd.DataFrame, money: Money) -> str:
    """Return what each policy would have earned."""
    whole = markup.whole(money)
    caption = (
        f"Policies by profit on {rows['n_units'].max():,} mailings of past campaigns "
        "that can be compared"
    )
    limits = ("profit_vs_current_ci_lower", "profit_vs_current_ci_upper")
    rows = markup.with_interval(rows, whole)
    rows = markup.with_interval(rows, whole, limits, "against_practice")
    columns = {
        "label": ("policy", markup.words),
        "share_targeted": ("sent to", markup.share),
        "profit": ("profit", whole),
        "interval": ("95 % interval", markup.words),
        "roi": ("profit per unit of cost", markup.number),
        "against_practice": ("more than today's practice", markup.words),
        "is_recommended": ("recommended", markup.yes),
    }
    return markup.table(rows, columns, caption)


def list_summary(rows: pd.DataFrame, money: Money) -> str:
    """Return what the list costs and may bring, by decision."""
    whole = markup.whole(money)
    limits = ("expected_profit_ci_lower", "expected_profit_ci_upper")
    columns = {
        "decision": ("decision", markup.words),
        "n_households": ("households", markup.count),
        "n_contacts": ("contacts", markup.count),
        "contact_cost": ("cost", whole),
        "expected_profit": ("expected profit", whole),
        "interval": ("95 % interval", markup.words),
        "what_is_known": ("what is known", markup.words),
    }
    rows = markup.with_interval(rows, whole, limits)
    caption = "What the list costs and may bring, by decision"
    return markup.table(rows, columns, caption)


def rollout(rows: pd.DataFrame) -> str:
    """Return what happens after the list."""
    columns = {
        "phase": ("phase", markup.words),
        "status": ("when", markup.words),
        "plan": ("plan", markup.words),
        "next_action": ("what to do", markup.words),
    }
    return markup.table(rows, columns, "What happens after the list, in order")


def gates(rows: pd.DataFrame) -> str:
    """Return the checks of the main figure, by design."""
    columns = {
        "design": ("design", markup.words),
        "overlap_gate": ("overlap", markup.words),
        "balance_gate": ("balance", markup.words),
        "placebo_gate": ("placebo", markup.words),
        "interference_gate": ("interference", markup.words),
        "size_gate": ("size", markup.words),
        "gate_status": ("all together", markup.words),
        "reason": ("why", markup.words),
    }
    rows = rows.assign(design=rows["design"].map(words))
    return markup.table(rows, columns, "Checks of the main figure, by design")


def refutations(rows: pd.DataFrame) -> str:
    """Return the attempts to refute the effect on sales."""
    columns = {
        "refuter": ("attempt", markup.words),
        "is_passed": ("passed", markup.yes),
        "verdict": ("what came out", markup.words),
        "blind_to": ("what it cannot see", markup.words),
    }
    return markup.table(rows, columns, "Attempts to refute the effect on sales")


def assumptions(rows: pd.DataFrame) -> str:
    """Return what the leading design takes for granted."""
    columns = {
        "assumption": ("assumption", markup.words),
        "statement": ("what it says", markup.words),
        "status": ("status", markup.words),
        "evidence": ("evidence", markup.words),
        "mitigation": ("what is done", markup.words),
    }
    return markup.table(rows, columns, "Assumptions of the design that leads")


def facts(manifest: pd.DataFrame) -> str:
    """Return from what a build was made; the frame has one row."""
    build = manifest.iloc[0]
    rows = {
        "build": build["invocation_id"],
        "started": f"{build['started_at']:%d %b %Y %H:%M} UTC",
        "edition": build["edition"],
        "all models were built": markup.yes(build["is_full_build"]),
        "commit": build["git_commit"],
        "changes that are not committed": markup.yes(build["has_uncommitted_changes"]),
        "vars that differ": _listed(json.loads(build["overridden_vars"] or "{}")),
        "tables that were absent": build["absent_tables"] or "none",
        "versions": _listed(json.loads(build["versions"] or "{}")),
    }
    frame = pd.DataFrame({"name": rows.keys(), "value": rows.values()})
    columns = {"name": ("fact", markup.words), "value": ("value", markup.words)}
    return markup.table(frame, columns, "The build")


def _listed(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items()) or "none"
