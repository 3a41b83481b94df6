"""What every picture shows, from frames small enough to type, and what is written."""

import re
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import REPOSITORY
from figure_frames import FRAMES, LEAD, OTHER
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.text import Text

from retail_uplift.figures import (
    behaviour,
    campaigns,
    customers,
    decisions,
    effects,
)
from retail_uplift.figures.__main__ import main
from retail_uplift.figures.drawing import CURRENCY, Currency, money, percent, words
from retail_uplift.figures.pictures import LEAD as LEAD_QUERY
from retail_uplift.figures.pictures import (
    PICTURES,
    read_currency,
    read_pictures,
    write_picture,
)

DRAW = {draw.__name__: draw for draw in PICTURES}
EACH = pytest.mark.parametrize("name", FRAMES)
# Panel, label in the legend ("cells" of a heatmap), and the points or cells there.
SHOWN = {
    "shopping_times": [
        (0, "cells", [[0] * 17 + [30, 0] + [0] * 5, [0] * 17 + [0, 9.5] + [0] * 5])
    ],
    # Middles of the bars in days since 1970: 2017-01-01 is day 17167.
    "campaign_calendar": [
        (0, "type A", [(17172, 0.7)]),
        (0, "type B", [(17177, 0.7)]),
    ],
    "promotion_lifts": [
        (0, "on display alone", [(1.5, 0), (None, 1)]),
        (0, "in the mailer alone", [(2, 0), (3, 1)]),
        (0, "both", [(4, 0), (None, 1)]),
    ],
    "factor_heatmap": [(0, "cells", [[1, 0], [0.5, 0.2], [0.00025, 1]])],
    "selection_curves": [
        (0, "K-Means", [(2, 0.5), (3, 0.8)]),
        (0, "bic less", [(2, None), (3, 0.4)]),
        (0, "chosen", [(3, 0.8)]),
        (0, "stable from here up", [(0, 0.7), (1, 0.7)]),
        (1, "K-Means", [(3, 30)]),
    ],
    "profile_heatmap": [(0, "cells", [[3.1, -0.5], [-0.04, None]])],
    "positioning": [],
    "stability": [
        (0, "in other samples of households", [(0.5, -0.13), (0.8, 0.87), (0.3, 1.87)]),
        (0, "in the other half of the days", [(0.6, 1.13)]),
        (0, "stable from 0.7", [(0.7, 0), (0.7, 1)]),
    ],
    "migration": [(0, "cells", [[0.9, 0.1], [1, 0]])],
    "value_need": [(0, "cells", [[0.6, 0.3], [None, 0.1]])],
    "clv_calibration": [
        (0, "same as the last weeks", [(2, 3), (8, 6)]),
        (1, "same as the last weeks", [(20, 45), (80, 70)]),
        (1, "forecast = actual", [(0, 0), (84, 84)]),
    ],
    "feature_histograms": [
        (0, "share of the households", [(2, 0.7), (6, 0.3)]),
        (1, "share of the households", [(5, 1)]),
    ],
    "association_heatmap": [
        (0, "cells", [[None] * 3, [-0.816, None, None], [0.2, None, None]])
    ],
    "group_differences": [(0, "cells", [[0.8, 0.82], [None, 0.01]])],
    "effect_forest": [
        (0, "raw difference, not an effect", [(60, 0)]),
        (0, "headline", [(29, 1)]),
        (0, "the arms overlap too little for it", [(23, 2)]),
        (1, "headline with a gate that failed or is doubtful", [(5, 0)]),
        (1, "other estimands and estimators", [(-8, 1)]),
    ],
    "propensity_overlap": [
        (0, "sent the campaign", [(0.075, 0.1), (0.125, 0.9)]),
        (0, "not sent the campaign", [(0.075, -0.6), (0.875, -0.4)]),
    ],
    "covariate_balance": [
        (0, "unweighted", [(1.1, 0), (0.7, 1)]),
        (0, "matched", [(0.116, 0), (None, 1)]),
        (1, "overlap", [(0, 2)]),
    ],
    "group_effects": [
        (0, "weighted by overlap (ATO)", [(30, 0), (-5, 2), (1, 3)]),
        (0, "unweighted (ATE), if overlap suffices", [(35, 0.3)]),
    ],
    "targeting_curves": [
        (0, "causal forest (primary) with its 95 % interval", [(0.5, 5), (1, 0)]),
        (1, "biggest spenders first", [(0.5, 10), (1, 0)]),
        (1, "other learners", [(0.5, -2.5)]),
    ],
    "cate_calibration": [
        (0, "group, 95 % interval", [(10, 12), (20, 70)]),
        (1, "estimate = prediction", [(10, 10), (20, 20)]),
    ],
    # By mean agreement: the stack, the forest, the T-learner.
    "learner_agreement": [
        (0, "cells", [[None, 0.5, 0.4], [0.5, 0.6, 0.2], [0.4, 0.2, None]])
    ],
    "placebo_distributions": [
        (0, "the real campaign", [(29, 0), (29, 1)]),
        (1, "the real campaign", [(70, 0), (70, 1)]),
        (1, "where falsified data should lie", [(0, 0), (0, 1)]),
    ],
    "causal_graph": [],
    "campaign_brackets": [
        (0, "difference in differences", [(0.5, i) for i in range(4)]),
        (0, "adjusted to the weeks before", [(3, 0), (-3, 1), (1, 2), (None, 3)]),
    ],
    "event_study": [
        (0, "with 95 % interval", [(-2, 1), (0, 2)]),
        (1, "week -1, by definition 0", [(-1, 0)]),
    ],
    "roi_curve": [
        (0, "largest predicted effects first", [(0.25, 400), (0.5, 700), (1, -600)]),
        (0, "as many at random", [(0, 0), (1, -600)]),
        (0, "highest profit", [(0.5, 700)]),
        (1, "highest profit", [(1, 80)]),
    ],
    "policy_forest": [
        (0, "all units, but the arms overlap too little", [(50, 0), (-60, 1)]),
        (0, "comparable units only", [(-3, 1.3)]),
        (1, "all units", [(2, 0)]),
    ],
    "scenario_heatmap": [(0, "cells", [[300, 1500], [None, 800], [-2000, -40]])],
    "segment_actions": [(0, "test", [(2, 0)]), (1, "reduce", [(-7, 0)])],
    "power_curves": [
        (0, "one campaign", [(4, 20), (8, 40)]),
        (0, "one campaign, with CUPED", [(4, 12), (8, 24)]),
        (0, "effect of past campaigns", [(4, 15), (8, 30)]),
        (0, "break-even at the cost that decides", [(8, 7)]),
        (0, "break-even at the source study's cost", [(8, 42)]),
    ],
}
# What the pictures say: labels of rows and cells, numbers, warnings.
SAID = {
    "shopping_times": ["Monday", "Sunday", "30", "10"],
    "campaign_calendar": [
        "campaign B-2",
        "50 sent, 20 % redeemed",
        "0 sent",
        "1.3 campaigns ran at once on an average day, 2 at most",
    ],
    "promotion_lifts": ["GROCERY, National", "An association"],
    "factor_heatmap": ["2 Fresh", "number of products", "0.50"],
    "selection_curves": ["How many needs (high value) are best?", "3 by K-Means: best"],
    "profile_heatmap": ["+3.1", "0.0", "value features", "need features"],
    "positioning": ["share fresh (share of sales)", "Health & Beauty (40 %)"],
    "stability": ["All segments", "1 of 2 segments are stable"],
    "migration": ["90 % 90", "none", "No purchase", "22 % of the households stay"],
    "value_need": ["60 % of sales 200 households", "none", "High value"],
    "clv_calibration": ["forecast, dollars per household"],
    "feature_histograms": ["recency", "number of products", "99 % quantile"],
    "association_heatmap": ["-82", "1 recency", "2 number of products", "3 income"],
    "group_differences": [
        "(+0.80)",
        "+0.82",
        "sorted by it",
        "none shown",
        "top quarter by sales against all others",
    ],
    "effect_forest": [
        "$29 ($8 to $50)",
        "$23 (no interval)",
        "not estimated",
        "On first a: Beware.",
    ],
    "propensity_overlap": ["50 units, 90 % between the lines", "70 units, 40 %"],
    "covariate_balance": ["number of products", "age", "below 0.1"],
    "group_effects": [
        "1 Loyal (90 households)",
        "too few households",
        "propensity below",
    ],
    "targeting_curves": ["random rankings", "$0", "100 %"],
    "cate_calibration": ["Learner: causal forest", "mean predicted effect per unit"],
    "learner_agreement": ["0.60 50 %", "T-learner", "20 % is chance"],
    "placebo_distributions": ["no fault found", "cannot be determined"],
    "causal_graph": ["visits before", "treatment and outcome: strategy."],
    "campaign_brackets": ["campaign 1 (type A, 40)", "profit -$80 to $90", "too few"],
    "event_study": ["all campaigns", "type A", "weeks from the start"],
    "roi_curve": ["$700 at 50 %", "first a", "the arms overlap too little: read it"],
    "policy_forest": ["first (30 %)", "$50 ($10 to $90)", "90 units, 45 comparable"],
    "scenario_heatmap": [
        "$300 (?)",
        "$1,500 (+)",
        "-$2,000 (-)",
        "sending to everybody",
    ],
    "segment_actions": ["$2 (-$48 to $52) test: 70 % -> 70 %", "too few households"],
    "power_curves": ["50 % are sent the campaign", "With 2,300 households"],
}


def points(axes, label):
    """The numbers behind an entry of the legend, or behind coloured cells."""
    if label == "cells":
        [mesh] = [c for c in axes.collections if isinstance(c, QuadMesh)]
        return mesh.get_array().filled(np.nan)
    handles, labels = axes.get_legend_handles_labels()
    found = handles[labels.index(label)]
    if isinstance(found, PathCollection):
        return found.get_offsets()
    if isinstance(found, BarContainer):
        return [(bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in found]
    line = found[0] if isinstance(found, tuple) else found
    return np.column_stack([np.asarray(d, float) for d in line.get_data()])


def text_of(figure):
    texts = figure.findobj(Text)
    return " | ".join(" ".join(text.get_text().split()) for text in texts)


def assert_readable(figure):
    """Nothing is cut, and neither labels nor blocks of text meet."""
    inside, legends = figure.get_tightbbox(), figure.legends
    assert min(inside.x0, inside.y0) >= 0
    assert inside.x1 <= figure.bbox_inches.x1
    title, note = (text.get_window_extent() for text in figure.texts)
    assert note.y1 <= title.y0
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert box.y1 <= note.y0
        assert all(legend.get_window_extent().y1 <= box.y0 for legend in legends)
        across = [label.get_window_extent() for label in axes.get_xticklabels()]
        assert all(a.x1 <= b.x0 for a, b in pairwise(across))
        labels = [t for t in axes.get_yticklabels() if t.get_visible()]
        down = sorted((t.get_window_extent() for t in labels), key=lambda box: box.y0)
        assert all(a.y1 <= b.y0 + 1 for a, b in pairwise(down))


# --- each picture -------------------------------------------------------------------


def test_every_picture_has_a_frame_here():
    assert list(FRAMES) == list(SHOWN) == list(SAID) == list(DRAW)


@EACH
def test_picture_shows_its_frame(name):
    figure = DRAW[name](FRAMES[name])
    FigureCanvasAgg(figure).draw()
    for panel, label, expected in SHOWN[name]:
        found = np.asarray(points(figure.axes[panel], label), float)
        np.testing.assert_allclose(found, np.array(expected, float), atol=1e-12)
    text = text_of(figure)
    assert [said for said in SAID[name] if said not in text] == []
    assert figure.texts[0].get_text().endswith("?")
    assert_readable(figure)


def test_limits_are_drawn_where_they_matter():
    for name, limits in (
        ("propensity_overlap", {0.1, 0.9}),
        ("covariate_balance", {0.1}),
    ):
        for axes in DRAW[name](FRAMES[name]).axes:
            upright = {
                x[0] for line in axes.lines if len(set(x := line.get_xdata())) == 1
            }
            assert upright >= limits


def test_intervals_are_as_long_as_in_the_frame():
    axes = DRAW["effect_forest"](FRAMES["effect_forest"]).axes[0]
    [headline] = [c for c in axes.containers if c.get_label() == "headline"]
    [segment] = headline[2][0].get_segments()
    assert segment.tolist() == [[8.2, 1], [49.9, 1]]
    # An interval that is far wider than the others is cut, its estimate is not.
    rows = FRAMES["effect_forest"].assign(design=LEAD, estimator=list("abcdef"))
    left, right = DRAW["effect_forest"](rows).axes[0].get_xlim()
    assert -4000 < left < -8
    assert 60 < right < 4000


def test_brackets_are_coloured_by_what_is_known():
    axes = DRAW["campaign_brackets"](FRAMES["campaign_brackets"]).axes[0]
    lines = [c for c in axes.collections if isinstance(c, LineCollection)]
    found = {c.get_label(): [s.tolist() for s in c.get_segments()] for c in lines}
    assert found == {
        "it cannot be known": [[[-9, 3], [7, 3]]],
        "both limits above 0: it paid": [[[1, 0], [5, 0]]],
        "both limits below 0: it lost money": [[[-5, 1], [-1, 1]]],
        "it may have paid or lost money": [[[-2, 2], [3, 2]]],
    }


def test_bubbles_stand_at_the_means_with_areas_by_households():
    axes = DRAW["positioning"](FRAMES["positioning"]).axes[0]
    bubbles = [c for c in axes.collections if isinstance(c, PathCollection)]
    found = {(*c.get_offsets()[0], c.get_sizes()[0] / 3000) for c in bubbles}
    assert found == {(10.0, 0.2, 0.4), (30.0, 0.4, 0.6)}
    assert {(*t.get_position(), t.get_text()) for t in axes.texts} == {
        (10.0, 0.2, "1"),
        (30.0, 0.4, "2"),
    }
    assert [22.0, 22.0] in [list(line.get_xdata()) for line in axes.lines]


def test_todays_scenario_is_framed():
    [frame] = DRAW["scenario_heatmap"](FRAMES["scenario_heatmap"]).axes[0].patches
    assert frame.get_xy() == (1, 1)


def test_designs_stand_in_the_order_of_the_rows():
    rows = FRAMES["roi_curve"]
    for order in ([LEAD, OTHER], [OTHER, LEAD]):
        figure = DRAW["roi_curve"](rows.set_index("design").loc[order].reset_index())
        titles = [axes.get_title().splitlines()[0] for axes in figure.axes]
        assert titles == [words(design) for design in order]


@EACH
def test_frames_that_cannot_be_drawn_are_one_sentence(name):
    rows, draw = FRAMES[name], DRAW[name]
    with pytest.raises(ValueError, match=rf"The frame of {name} has no rows\."):
        draw(rows[:0])
    with pytest.raises(ValueError, match=r"repeats a row of its key|several rows"):
        draw(rows.iloc[[0, 0]])
    documented = set(re.findall(r"`([a-z]\w*)`", draw.__doc__))
    assert documented <= set(rows)
    for column in documented:
        with pytest.raises(ValueError, match=rf"lacks the columns \['{column}'\]\."):
            draw(rows.drop(columns=column))


@EACH
def test_order_of_rows_and_day_change_no_byte(name, tmp_path):
    rows = FRAMES[name]
    shuffled = rows.sample(frac=1, random_state=1)
    if "design" in rows:
        shuffled = shuffled.sort_values(
            "design", key=lambda d: d != LEAD, kind="stable"
        )
    for i, given in enumerate((rows, shuffled)):
        write_picture(DRAW[name](given), tmp_path, f"{i}")
    for end, start in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        one, two = ((tmp_path / f"{i}.{end}").read_bytes() for i in (0, 1))
        assert one == two
        assert one.startswith(start)
        assert b"matplotlib.org" not in one


def test_texts():
    assert [money(x) for x in (-0.004, -0.5, -1234.5)] == ["$0", "-$0.50", "-$1,234"]
    assert [percent(x) for x in (0.0004, 0.004, 0.5)] == ["< 0.1 %", "0.4 %", "50 %"]


# --- command ------------------------------------------------------------------------


JOINED = {
    "fct_refutations": ["design", "outcome", "estimand", "refuter"],
}


@pytest.fixture
def warehouse(tmp_path):
    """A file whose tables hold what their pictures need, in two schemas."""
    path = tmp_path / "w.duckdb"
    needed = {"outcome": "purchase_amount", "need_option": "across_tiers"}
    needed |= {"is_reduced": True, "grouping": "segment", "is_headline": True}
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema evidence")
        for draw, source in PICTURES.items():
            rows = FRAMES[draw.__name__]
            constants = needed | {"metric": "purchase_amount"}
            given = rows.assign(**{k: v for k, v in constants.items() if k not in rows})
            first, *others = re.findall(r"\{(\w+)\}", source)
            for table in (first, *(other for other in others if other in JOINED)):
                content = (
                    given[JOINED[table]].drop_duplicates() if table in others else given
                )
                schema = "evidence" if table == "fct_toc" else "marts"
                connection.register("content", content)
                connection.execute(f"create table {schema}.{table} as from content")
        verdict = f"select '{LEAD}' as design, true as is_primary_design"
        connection.execute(f"create table marts.fct_verdicts as {verdict}")
        manifest = "timestamp '2026-01-01' as started_at, 'euros' as currency_name"
        connection.execute(
            f"create table marts.run_manifest as select {manifest}, "
            "'€' as currency_symbol"
        )
    return path


def tables_of(modules) -> set[str]:
    """The tables that the pictures of some modules show."""
    used = [q for draw, q in PICTURES.items() if draw in vars(modules).values()]
    if modules in (effects, decisions):
        used.append(LEAD_QUERY)
    return set(re.findall(r"\{(\w+)\}", " ".join(used)))


def execute(warehouse: Path, statement: str):
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(statement)


def test_the_command_writes_every_picture(warehouse, tmp_path, capsys):
    assert main([str(warehouse), str(tmp_path / "new" / "folder")]) == 0
    names = [n if n != "selection_curves" else f"{n}_needs_high" for n in FRAMES]
    assert capsys.readouterr() == ("", "")
    files = {file.name for file in (tmp_path / "new" / "folder").iterdir()}
    assert files == {f"{name}.{end}" for name in names for end in ("png", "svg")}
    assert CURRENCY.get() == Currency("dollars", "$")


def test_pictures_are_in_the_currency_of_the_newest_build(warehouse):
    execute(
        warehouse,
        "insert into marts.run_manifest values (timestamp '2026-02-01', 'dong', '₫')",
    )
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        currency = read_currency(connection)
    assert currency == Currency("dong", "₫")
    of_others = CURRENCY.set(currency)
    try:
        shown = []
        for name, rows in FRAMES.items():
            figure = DRAW[name](rows)
            FigureCanvasAgg(figure).draw()  # writes the numbers of the axes
            shown.append(text_of(figure))
    finally:
        CURRENCY.reset(of_others)
    assert "dong" in "".join(shown)
    assert "₫" in "".join(shown)
    assert not [text for text in shown if "dollar" in text or "$" in text]


def test_the_primary_design_is_read_first(warehouse):
    execute(warehouse, f"update marts.fct_verdicts set design = '{OTHER}'")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        figure = read_pictures(connection)["roi_curve"]()
    assert figure.axes[0].get_title() == "first a\ncomparable units only"


def test_tables_without_rows_are_named_and_not_drawn(warehouse, capsys):
    tables = {re.findall(r"\{(\w+)\}", source)[0] for source in PICTURES.values()}
    for table in tables - {"fct_toc", "fct_segment_stability"}:
        execute(warehouse, f"delete from marts.{table}")
    assert main([str(warehouse), str(warehouse.parent / "out")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (
        "effect_forest: not drawn, fct_effect_estimates has no rows for it "
        "(make build fills it)"
    ) in lines
    files = {file.name for file in (warehouse.parent / "out").glob("*.png")}
    assert files == {"targeting_curves.png", "stability.png"}


@pytest.mark.parametrize("table", ["marts.fct_roi_curve", "evidence.fct_toc"])
def test_a_missing_table_is_one_sentence_and_nothing_is_drawn(warehouse, table, capsys):
    execute(warehouse, f"drop table {table}")
    assert main([str(warehouse), str(warehouse.parent / "out")]) == 1
    name = table.partition(".")[2]
    sentence = f"figures: The warehouse has no table {name}: run make build first.\n"
    assert capsys.readouterr().err == sentence
    assert not (warehouse.parent / "out").exists()


def test_files_that_are_no_warehouse_are_one_sentence(tmp_path, capsys):
    path, out = tmp_path / "w.duckdb", str(tmp_path / "out")
    assert main([str(path), out]) == 1
    sentence = f"figures: nothing is published at {path}: run `make build` first\n"
    assert capsys.readouterr().err == sentence
    path.write_text("no database" * 1000, encoding="utf-8")
    assert main([str(path), out]) == 1
    sentence = capsys.readouterr().err
    assert sentence.startswith("figures: ")
    assert sentence.count("\n") == 1


def test_the_exposures_name_the_tables_that_are_drawn():
    text = (REPOSITORY / "models/marts/_exposures.yml").read_text(encoding="utf-8")
    exposures = {e["name"]: e["depends_on"] for e in yaml.safe_load(text)["exposures"]}
    for modules, name in (
        (behaviour, "behaviour_figures"),
        (customers, "customer_figures"),
        (effects, "effect_figures"),
        (campaigns, "campaign_figures"),
        (decisions, "decision_figures"),
    ):
        refs = [f"ref('{table}')" for table in sorted(tables_of(modules))]
        assert exposures[name] == refs


def test_weekly_sales_of_both_groups():
    weeks = pd.DataFrame(
        {
            "is_sent": [True, True, False, False],
            "relative_week": [-1, 0, -1, 0],
            "mean_sales": [80.0, 90.0, 30.0, 31.0],
            "std_error": [4.0, 4.0, 1.0, 1.0],
            "n_households": [200, 200, 1900, 1900],
        }
    )
    figure = campaigns.weekly_sales(weeks)
    [axes] = figure.axes
    assert axes.get_ylim()[0] == 0
    labels = axes.get_legend_handles_labels()[1]
    assert labels == [
        "sent the campaign (200 households)",
        "others (1,900 households)",
    ]


@pytest.mark.parametrize("is_passed", [True, False])
def test_time_course_says_when_its_placebo_fails(is_passed):
    weeks = pd.DataFrame({"relative_week": [0, 1], "is_placebo_passed": is_passed})
    for prefix in ("", "cumulative_"):
        weeks[f"{prefix}estimate"] = [1.0, 3.0]
        weeks[f"{prefix}ci_lower"] = [-1.0, 1.0]
        weeks[f"{prefix}ci_upper"] = [3.0, 5.0]
    figure = campaigns.time_course(weeks)
    assert [axes.get_title() for axes in figure.axes] == [
        "in each week",
        "from the start to the week",
    ]
    note = figure.texts[1].get_text().replace("\n", " ")
    assert ("this is no proof" in note) != is_passed
