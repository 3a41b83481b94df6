"""Each page of the dashboard shows what the marts say, or what is missing."""

import re
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from published_files import write_copy

testing = pytest.importorskip(
    "streamlit.testing.v1", reason="streamlit is not installed (extra dashboard)"
)

from retail_uplift.figures.drawing import Currency  # noqa: E402
from retail_uplift.serving import answers, markup, published  # noqa: E402
from retail_uplift.serving.dashboard import app, show  # noqa: E402
from retail_uplift.serving.dashboard.__main__ import (  # noqa: E402
    SETTINGS,
    command,
    main,
)
from retail_uplift.serving.questions import Money  # noqa: E402

PAGES = ["today", "customers", "campaigns", "whom_next", "game", "evidence", "data"]
Run = Callable[[str], "testing.AppTest"]


def show_page(name: str) -> None:
    """Show one page; AppTest runs the text of this function."""
    from importlib import import_module

    from retail_uplift.serving.dashboard.builds import current_build

    import_module(f"retail_uplift.serving.dashboard.{name}").page(current_build())


@pytest.fixture
def page(real_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("RETAIL_UPLIFT_PUBLISHED", str(real_warehouse))
    return opened


def opened(name: str) -> "testing.AppTest":
    script = testing.AppTest.from_function(
        show_page, kwargs={"name": name}, default_timeout=60
    )
    return checked(script.run())


def checked(test: "testing.AppTest") -> "testing.AppTest":
    assert [error.message for error in test.exception] == []
    return test


@pytest.fixture(scope="module")
def ask(real_warehouse: Path) -> Callable[..., pd.DataFrame]:
    def rows(sql: str, *values: object) -> pd.DataFrame:
        with published.connect(real_warehouse) as connection:
            return connection.execute(sql, list(values)).df()

    return rows


def texts(test: "testing.AppTest") -> str:
    """What a page says, in its texts and tables, as a reader sees it."""
    said = [
        element.value
        for kind in ("title", "header", "subheader", "markdown", "caption", "info")
        for element in getattr(test, kind)
    ]
    said += [element.proto.body for element in test.get("html")]
    return unescape(re.sub(r"\\(.)", r"\1", " ".join(said)))


def cells(test: "testing.AppTest", caption: str) -> list[list[str]]:
    """Rows of the table whose caption begins so."""
    for element in test.get("html"):
        html = element.proto.body
        if f"<caption>{caption}" in unescape(html):
            body = html.split("<tbody>")[1]
            rows = re.findall(r"<tr>(.*?)</tr>", body)
            return [
                [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
                for row in rows
            ]
    raise AssertionError(f"no table {caption}")


def widget(test: "testing.AppTest", kind: str, label: str):
    [found] = [item for item in getattr(test, kind) if item.label.startswith(label)]
    return found


DOLLARS = Money()
whole, exact = markup.whole(DOLLARS), markup.amount(DOLLARS)


def test_today(page, ask):
    test = page("today")
    verdicts = ask("from marts.fct_verdicts where is_primary_design")
    said = texts(test)
    assert len(verdicts) == len(test.subheader) > 0
    for _, row in verdicts.iterrows():
        for column in ("question", "verdict", "next_action"):
            assert markup.readable(row[column]) in said
    effect = verdicts[verdicts["question_id"] == "did_spend_rise"].iloc[0]
    assert f"{exact(effect['estimate'])} of sales per household" in said
    assert answers.HINT in said


def test_customers(page, ask):
    test = page("customers")
    segments = ask("from marts.dim_segments order by segment_id")
    rows = cells(test, "Segments")
    assert [row[0] for row in rows] == segments["segment_name"].to_list()
    assert [row[4] for row in rows] == segments["mean_sales"].map(whole).to_list()
    last = int(segments["segment_id"].iloc[-1])
    widget(test, "selectbox", "Segment").select(last)
    checked(test.run())
    expected = ask(
        "select source_household_id, clv from marts.dim_households "
        "where segment_id = ? order by clv desc, monetary_sales desc",
        last,
    )
    shown = test.dataframe[0].value
    assert shown["clv"].to_list() == expected["clv"].to_list()
    assert set(shown["source_household_id"]) == set(expected["source_household_id"])
    migration = ask(
        "select n_households from marts.fct_segment_migration "
        "where from_segment_id = ? order by n_households desc, to_segment_id",
        last,
    )
    moves = cells(test, "Where households")
    assert [row[1] for row in moves] == migration["n_households"].map(str).to_list()


def test_campaigns(page, ask):
    test = page("campaigns")
    campaigns = ask("from marts.fct_campaign_verdicts order by campaign_id")
    paid = (campaigns["decision"] == "scale").sum()
    assert test.metric[0].value == f"{paid} of {len(campaigns)}"
    unknown = campaigns["profit_lower"].isna().sum()
    assert test.metric[3].value == f"{unknown} of {len(campaigns)}"
    rows = {row[0]: row for row in cells(test, "Campaigns by their start")}
    for _, campaign in campaigns.iterrows():
        limits = markup.interval(campaign, whole, ("profit_lower", "profit_upper"))
        assert rows[str(campaign["campaign_id"])][6] == limits
    widget(test, "selectbox", "Campaign").select(18)
    checked(test.run())
    [verdict] = campaigns.loc[campaigns["campaign_id"] == 18, "verdict"]
    said = texts(test)
    assert verdict in said
    assert "What did both groups buy?" in said


def test_whom_next(page, ask):
    test = page("whom_next")
    decisive = """
        select * from marts.{} where is_decisive and design in (
            select design from marts.fct_verdicts where is_primary_design
        )"""
    policies = ask(decisive.format("fct_policy_values")).set_index("policy")
    rows = {row[0]: row for row in cells(test, "Policies by profit")}
    for _, policy in policies.iterrows():
        assert rows[policy["label"]][2] == whole(policy["profit"])
    scenarios = ask(decisive.format("fct_scenarios"))
    everybody = cells(test, "Graded again")[0]
    assert everybody[2:4] == [
        whole(policies.loc["treat_all", "profit"]),
        markup.interval(policies.loc["treat_all"], whole, ("ci_lower", "ci_upper")),
    ]
    # A cost and margin that the build published, too.
    top = widget(test, "slider", "Cost of a contact").max
    other = scenarios[
        ~scenarios["is_configured"] & scenarios["cost_per_contact"].between(1, top)
    ].iloc[0]
    widget(test, "slider", "Cost of a contact").set_value(other["cost_per_contact"])
    widget(test, "slider", "Margin").set_value(100 * other["margin"])
    checked(test.run())
    cell = scenarios[scenarios["scenario_id"] == other["scenario_id"]]
    cell = cell.set_index("policy")
    graded = cells(test, "Graded again")
    for place, policy in enumerate(["treat_all", "effect_above_break_even"]):
        limits = ("ci_lower", "ci_upper")
        assert graded[place][2:4] == [
            whole(cell.loc[policy, "profit"]),
            markup.interval(cell.loc[policy], whole, limits),
        ]


def test_list_with_filters_and_budget(page, ask):
    test = page("whom_next")
    households = ask("from marts.fct_campaign_list")
    assert len(test.dataframe[0].value) == len(households)
    segment = households["segment_name"].dropna().iloc[0]
    widget(test, "multiselect", "Segment").select(segment)
    checked(test.run())
    of_segment = households[households["segment_name"] == segment]
    assert len(test.dataframe[0].value) == len(of_segment)
    budget = 20 * of_segment["cost_per_contact"].iloc[0] + 0.01
    widget(test, "number_input", "Budget").set_value(budget)
    checked(test.run())
    best = of_segment[of_segment["is_assigned"]]["expected_profit"]
    shown = test.dataframe[0].value["expected_profit"]
    assert shown.to_list() == best.sort_values(ascending=False).head(20).to_list()


def give(test: "testing.AppTest", coupons: dict[int, int]) -> None:
    """Give coupons to segments by their place."""
    inputs = [item for item in test.number_input if item.key is not None]
    for place, number in coupons.items():
        inputs[place].set_value(number)


def test_game(page, ask):
    test = page("game")
    assert "0 of 360 coupons given" in [
        item.proto.text for item in test.get("progress")
    ]
    assert test.button[0].disabled
    give(test, {0: 100, -1: 260})
    checked(test.run())
    assert not test.button[0].disabled
    test.button[0].click()
    checked(test.run())
    profits = ask("""
        with means as (
            select
                split_id, segment_id, avg(margin * dr_score - cost_per_contact) as own
            from evidence.fct_policy_units
            where population = 'comparable' and design in (
                select design from marts.fct_verdicts where is_primary_design
            )
            group by split_id, segment_id
        )
        select 100 * arg_min(own, segment_id) + 260 * arg_max(own, segment_id) as profit
        from means group by split_id""")
    picked = cells(test, "By doubly robust scores")[0]
    assert picked[:3] == ["your pick", "360", whole(profits["profit"].median())]
    assert "is not what a coupon adds" in texts(test)
    give(test, {0: 200})
    checked(test.run())
    assert test.button[0].disabled
    assert "100 coupons too many" in show.plain(test.warning[0].value)


def test_evidence(page, ask):
    test = page("evidence")
    said = [texts(test)]
    for place in range(1, 7):
        part = test.get("button_group")[0]
        option = part.options[place]
        part.set_value(option if isinstance(option, str) else option.content)
        checked(test.run())
        said.append(texts(test))
    effect, overlap, predictions, refutations, causes, assumptions, audit = said
    gates = ask("from marts.fct_effect_estimates where is_headline")
    assert gates["reason"].dropna().iloc[0] in effect
    assert "Do both arms contain comparable customers?" in overlap
    assert "Do the predicted effects come true?" in predictions
    for table, column, text in (
        ("evidence.fct_refutations", "verdict", refutations),
        ("evidence.fct_sensitivity", "verdict", causes),
        ("marts.fct_assumptions", "evidence", assumptions),
    ):
        rows = ask(f"from {table} where design = 'campaign_trials'")
        if "outcome" in rows:
            rows = rows[rows["outcome"] == "purchase_amount"]
        rows = rows[rows.get("is_headline", pd.Series(True, rows.index))]
        assert [v for v in rows[column] if markup.words(v) not in text] == []
    assert "run make audit" in audit


def test_data(page, ask):
    test = page("data")
    manifest = ask("from marts.run_manifest").iloc[0]
    shown = [metric.value.replace("\\", "") for metric in test.metric]
    assert shown == [
        f"{manifest['n_transactions']:,}",
        f"{manifest['n_households']:,}",
        whole(manifest["sales_value"]),
        f"{manifest['n_rejected_rows']:,}",
    ]
    facts = dict(cells(test, "The build"))
    assert facts["build"] == manifest["invocation_id"]
    left_out = ask("from evidence.fct_left_out_rows order by table_name, fate, reason")
    rows = cells(test, "Rows of the raw tables")
    assert [row[0] for row in rows] == left_out["table_name"].tolist()
    assert [row[3] for row in rows] == [f"{n:,}" for n in left_out["n_left_out"]]


@pytest.mark.parametrize("name", PAGES)
def test_seconds_of_a_page(page, name):
    began = time.process_time()
    test = page(name)
    first = time.process_time() - began
    began = time.process_time()
    checked(test.run())
    again = time.process_time() - began
    # Of the processor, because a machine that is busy with other tests says nothing.
    assert first < 3
    assert again < 1


@pytest.fixture(scope="module")
def bare_files(real_warehouse, scratch_folder):
    """Files without a row, and without tables and ids."""
    empty = scratch_folder / "empty.duckdb"
    without = scratch_folder / "without.duckdb"
    left_out = ["fct_campaign_weeks", "fct_policy_units", "fct_verdicts", "fct_toc"]
    return {
        "empty": write_copy(real_warehouse, empty, is_empty=True),
        "without": write_copy(
            real_warehouse, without, left_out=left_out, has_ids=False
        ),
    }


@pytest.mark.parametrize("name", PAGES)
def test_nothing_to_show(bare_files, name, monkeypatch):
    monkeypatch.setenv("RETAIL_UPLIFT_PUBLISHED", str(bare_files["empty"]))
    test = opened(name)
    assert texts(test).count("There ") + len(test.info) > 0


def test_without_ids_and_some_tables(bare_files, monkeypatch):
    monkeypatch.setenv("RETAIL_UPLIFT_PUBLISHED", str(bare_files["without"]))
    for name in PAGES:
        test = opened(name)
        if name == "customers":
            assert "Households have no number here" in texts(test)
            assert "source_household_id" not in test.dataframe[0].value


def test_another_currency_and_an_older_wing(bare_files, scratch_folder, monkeypatch):
    file = write_copy(bare_files["empty"], scratch_folder / "pounds.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update marts.run_manifest set currency_name = 'pounds', "
            """currency_symbol = '£', overridden_vars = '{"currency_decimals": 0}'"""
        )
        connection.execute(
            "create table marts.published_wings as "
            "select 'effects' as wing, 'older' as invocation_id, "
            "timestamp '2026-01-02' as built_at, false as is_current"
        )
    monkeypatch.setenv("RETAIL_UPLIFT_PUBLISHED", str(file))
    test = opened("data")
    assert cells(test, "Which build each part") == [
        ["effects", "2 Jan 2026", "no", "older"]
    ]
    shown = test.metric[2].value
    assert show.plain("£") in shown
    assert "$" not in shown
    pounds = Money(Currency("pounds", "£"), 0)
    verdict = {"estimate": -12.3, "unit": "pounds of sales", "ci_lower": None}
    assert answers.figure(verdict | {"ci_upper": None}, pounds) == "-£12 of sales"


def test_new_build_is_said(bare_files, real_warehouse, scratch_folder, monkeypatch):
    pointer = scratch_folder / "published.duckdb"
    pointer.symlink_to(bare_files["empty"])
    monkeypatch.setenv("RETAIL_UPLIFT_PUBLISHED", str(pointer))
    test = testing.AppTest.from_file(app.__file__, default_timeout=60)
    checked(test.run())
    assert not test.success
    assert "There are no answers" in texts(test)
    pointer.unlink()
    pointer.symlink_to(real_warehouse)
    checked(test.run())
    assert "A new build was published" in test.success[0].value
    assert "Did the campaigns raise spend?" in texts(test)
    checked(test.run())
    assert not test.success


def test_nothing_is_published(scratch_folder, monkeypatch, capsys):
    monkeypatch.setenv("RETAIL_UPLIFT_PUBLISHED", str(scratch_folder / "none.duckdb"))
    test = testing.AppTest.from_file(app.__file__, default_timeout=60)
    checked(test.run())
    assert show.plain("run `make build` first") in test.error[0].value
    assert main([str(scratch_folder / "none.duckdb")]) == 1
    assert "run `make build` first" in capsys.readouterr().err


def test_only_this_machine_is_served_and_nothing_is_sent():
    flags = command(8501, SETTINGS["server.address"])
    assert "--server.address=127.0.0.1" in flags
    assert "--browser.gatherUsageStats=false" in flags


def test_two_dollars_make_no_formula():
    assert show.plain("$1 to $2") == "\\$1 to \\$2"
