"""Says how sure an answer is, and in which order answers are read."""

from typing import Any

import pandas as pd

from retail_uplift.serving.markup import (
    NOTHING,
    Format,
    amount,
    count,
    interval,
    number,
    whole,
)
from retail_uplift.serving.questions import Money

# Questions by what a marketer asks; questions that are named nowhere come last.
TOPICS = {
    "Did the campaigns work?": (
        "which_campaigns_paid",
        "did_spend_rise",
        "do_they_only_move_purchases",
        "which_coupons_work",
    ),
    "Whom next?": (
        "which_policy_pays",
        "what_does_it_earn",
        "do_customers_differ",
        "what_would_change_it",
    ),
    "How sure are we?": (
        "can_we_trust_it",
        "how_fragile_is_it",
        "can_the_next_campaign_prove_it",
    ),
}
OTHER = "More questions"
# What answers of seed words say when a check has failed or cannot decide.
DOUBTS = ("doubtful", "failed", "contradicted", "cannot", "explained away", "unclear")
PROVEN = "measured in a random trial"
CHECKED = "estimated from past campaigns, all checks passed"
HINT = "only a hint: a check failed or cannot decide"
UNKNOWN = "not known"
CALCULATED = "calculated from the data and the estimates"


def evidence_classes(verdicts: pd.DataFrame) -> pd.Series:
    """Say in a phrase what each answer rests on.

    Parameters
    ----------
    verdicts : DataFrame
        `question_id`, `answer`, `estimate`, `is_overlap_gate_passed`, `caution` and
        `is_randomised` of the rows of fct_verdicts of one design.

    Returns
    -------
    Series of str
        Profits of policies are no surer than the effect that they rest on.
    """
    classes = pd.Series(
        [_evidence_class(row) for _, row in verdicts.iterrows()],
        index=verdicts.index,
        dtype=object,
    )
    is_policy = verdicts["question_id"].isin(TOPICS["Whom next?"])
    effect = classes[verdicts["question_id"] == "did_spend_rise"]
    if effect.isin([HINT, UNKNOWN]).any():
        classes[is_policy & classes.isin([CHECKED, PROVEN])] = HINT
    return classes


def _evidence_class(verdict: Any) -> str:
    if pd.isna(verdict["estimate"]):
        return UNKNOWN
    if verdict["question_id"] in TOPICS["How sure are we?"]:
        return CALCULATED
    has_doubts = any(word in str(verdict["answer"]) for word in DOUBTS)
    is_comparable = pd.notna(verdict["is_overlap_gate_passed"])
    is_comparable = is_comparable and bool(verdict["is_overlap_gate_passed"])
    if has_doubts or not is_comparable or pd.notna(verdict["caution"]):
        return HINT
    return PROVEN if verdict["is_randomised"] else CHECKED


def figure(verdict: Any, money: Money) -> str:
    """Return the number of an answer with its unit and interval, or an empty text.

    Parameters
    ----------
    verdict : Series or mapping
        `estimate`, `unit`, `ci_lower` and `ci_upper` of a row of fct_verdicts.
    money : Money
        How amounts of the build are written.
    """
    if pd.isna(verdict["estimate"]):
        return ""
    form: Format = number
    unit = verdict["unit"]
    if unit.startswith((money.currency.name, "smallest effect")):
        form = amount(money) if abs(verdict["estimate"]) < 1000 else whole(money)
    elif unit.startswith(("campaigns", "assumptions", "categories")):
        form = count
    elif unit.startswith("share"):
        form = "{:.1%}".format
    text = f"{unit}: {form(verdict['estimate'])}"
    if unit.startswith(money.currency.name):
        text = f"{form(verdict['estimate'])}{unit.removeprefix(money.currency.name)}"
    limits = interval(verdict, form, ("ci_lower", "ci_upper"))
    return text if limits == NOTHING else f"{text}, 95 % interval {limits}"


def by_topic(verdicts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the answers under their topics, in the order in which they are read."""
    verdicts = verdicts.assign(evidence=evidence_classes(verdicts))
    named = [question for questions in TOPICS.values() for question in questions]
    places = {question: place for place, question in enumerate(named)}
    order = verdicts["question_id"].map(places).fillna(len(places))
    verdicts = verdicts.assign(place=order).sort_values(["place", "question_id"])
    topics = {
        topic: verdicts[verdicts["question_id"].isin(questions)]
        for topic, questions in TOPICS.items()
    }
    topics[OTHER] = verdicts[~verdicts["question_id"].isin(named)]
    return {topic: rows for topic, rows in topics.items() if len(rows)}
