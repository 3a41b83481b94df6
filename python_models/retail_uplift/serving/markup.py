"""Turns frames, amounts and pictures into the HTML that dashboard and report share."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from retail_uplift.figures.drawing import percent
from retail_uplift.figures.pictures import described, svg
from retail_uplift.serving.questions import Money

NOTHING = "-"
PIXELS = 100  # of an inch of a picture
NARROWEST = 560  # pixels; on a phone a picture moves sideways
# How a value is written; numbers stand on the right.
Format = Callable[[Any], str]
# Of a table: column, heading and format.
Columns = Mapping[str, tuple[str, Format]]

STYLE = """
.answers { overflow-x: auto; margin: 0 0 1rem 0; }
.answers table { border-collapse: collapse; width: 100%; min-width: 36rem; }
.answers table { font-size: 0.9rem; }
.answers caption { text-align: left; padding: 0.3rem 0; color: #595959; }
.answers th { text-align: left; border-bottom: 2px solid #595959; }
.answers th, .answers td { padding: 0.3rem 1.2rem 0.3rem 0; vertical-align: top; }
.answers td { border-bottom: 1px solid #dddddd; }
.answers td.number { text-align: right; white-space: nowrap; }
.answers td.day { white-space: nowrap; }
.answers th.number { text-align: right; }
.picture { overflow-x: auto; margin: 0 0 1rem 0; }
.picture img { width: 100%; }
"""

# Names of questions and tables in answers, as a reader knows them.
NAMES = {
    "did_spend_rise": '"Did the campaigns raise spend?"',
    "fct_campaign_list": "the list",
    "fct_campaign_verdicts": '"Campaigns"',
    "fct_assumptions": "the assumptions",
    "fct_scenarios": '"Whom next"',
    "fct_drift": '"Data"',
    "fct_power": "table fct_power",
    "fct_experiments": "table fct_experiments",
    "fct_group_effects": "table fct_group_effects",
}


def words(value: Any) -> str:
    """Return a readable text; a missing one as a dash."""
    return NOTHING if pd.isna(value) else readable(str(value))


def readable(text: str) -> str:
    """Return a text with the names of tables as a reader knows them."""
    for name, known in NAMES.items():
        text = text.replace(name, known)
    return text


def count(value: Any) -> str:
    """Return a whole number with separators."""
    return NOTHING if pd.isna(value) else f"{value:,.0f}"


def number(value: Any) -> str:
    """Return a number with two decimals."""
    return NOTHING if pd.isna(value) else f"{value:,.2f}"


def share(value: Any) -> str:
    """Return a share of 0 to 1 as a percentage."""
    return NOTHING if pd.isna(value) else percent(float(value))


def yes(value: Any) -> str:
    """Return a truth as yes or no; what cannot be determined as such."""
    return "cannot be determined" if pd.isna(value) else "yes" if value else "no"


def day(value: Any) -> str:
    """Return a date as in 28 Nov 2026."""
    if pd.isna(value):
        return NOTHING
    moment: date = pd.Timestamp(value)
    return f"{moment.day} {moment:%b %Y}"


def whole(money: Money) -> Format:
    """Return a format of amounts without decimals, the sign first."""
    return amount(Money(money.currency, 0))


def amount(money: Money) -> Format:
    """Return a format of amounts with the decimals of the currency, the sign first."""

    def form(value: Any) -> str:
        if pd.isna(value):
            return NOTHING
        text = f"{abs(value):,.{money.decimals}f}"
        is_negative = value < 0 and any(letter in "123456789" for letter in text)
        return f"{'-' if is_negative else ''}{money.currency.symbol}{text}"

    return form


def interval(row: Any, form: Format, names: tuple[str, str]) -> str:
    """Return the limits of a row in words, or a dash where one is missing."""
    lower, upper = (row[name] for name in names)
    if pd.isna(lower) or pd.isna(upper):
        return NOTHING
    return f"{form(lower)} to {form(upper)}"


def with_interval(
    frame: pd.DataFrame,
    form: Format,
    names: tuple[str, str] = ("ci_lower", "ci_upper"),
    column: str = "interval",
) -> pd.DataFrame:
    """Return a frame with a column of limits in words."""
    texts = [interval(row, form, names) for _, row in frame.iterrows()]
    return frame.assign(**{column: pd.Series(texts, index=frame.index, dtype=object)})


KINDS = {words: "", yes: "", day: ' class="day"'}


def table(frame: pd.DataFrame, columns: Columns, caption: str) -> str:
    """Return the rows of a frame as an HTML table that a screen reader can read.

    Parameters
    ----------
    frame : DataFrame
    columns : mapping
        Heading and format by column, in the order of the table; the first column names
        the row.
    caption : str
        What a row is.
    """
    kinds = {
        name: KINDS.get(form, ' class="number"') for name, (_, form) in columns.items()
    }
    heads = "".join(
        f'<th scope="col"{kinds[name]}>{escape(heading)}</th>'
        for name, (heading, _) in columns.items()
    )
    lines = []
    for _, row in frame.iterrows():
        cells = "".join(
            f"<td{kinds[name]}>{escape(form(row[name]))}</td>"
            for name, (_, form) in columns.items()
        )
        lines.append(f"<tr>{cells}</tr>")
    region = f'role="region" tabindex="0" aria-label="{escape(caption)}"'
    return (
        f'<div class="answers" {region}>'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def image(figure: Figure) -> str:
    """Return a picture as HTML, in the page itself, with its title and note as text."""
    data = b64encode(svg(figure).encode()).decode()
    text = escape(described(figure), quote=True)
    width = figure.get_figwidth() * PIXELS
    source = f"data:image/svg+xml;base64,{data}"
    size = f"max-width: {width:.0f}px; min-width: {min(width, NARROWEST):.0f}px"
    return (
        '<div class="picture" role="region" tabindex="0" aria-label="picture">'
        f'<img style="{size}" alt="{text}" src="{source}"></div>'
    )
