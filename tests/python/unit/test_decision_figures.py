"""What the pictures of the decisions show, with marts small enough to type."""

from functools import partial

import duckdb
import numpy as np
import pandas as pd
import pytest
from decision_marts import (
    ACTIONS,
    DECISION_MARTS,
    GATED_POINTS,
    POLICY_VALUES,
    POWER,
    SCENARIOS,
)
from drawn import (
    assert_readable,
    cell_texts,
    labels_of,
    legend_of,
    lines_of,
    mesh_of,
    note_of,
    title_of,
)
from effect_marts import LEAD, OTHER
from matplotlib.collections import PolyCollection, QuadMesh

from retail_uplift.decision_figures import (
    DECISION_PICTURES,
    budget_curve,
    policy_forest,
    power_curves,
    roi_curve,
    scenario_heatmap,
    segment_actions,
)
from retail_uplift.effects._design_panels import dollar_tick, read_design_pictures
from retail_uplift.figures import write_picture

PICTURES = [
    (roi_curve, GATED_POINTS, "share_targeted"),
    (policy_forest, POLICY_VALUES, "policy"),
    (scenario_heatmap, SCENARIOS, "margin"),
    (segment_actions, ACTIONS, "segment_id"),
    (budget_curve, GATED_POINTS, "contact_cost"),
    (power_curves, POWER, "target"),
]
EACH_PICTURE = pytest.mark.parametrize(
    ("picture", "frame", "key"), PICTURES, ids=[p.__name__ for p, _, _ in PICTURES]
)
NO_FIGURE = "and the arms overlap too little to rely on any figure"
GRADED = GATED_POINTS.assign(is_overlap_sufficient=True)


def drawn_with(picture, frame, lead=LEAD):
    """Experiments have no design."""
    return picture(frame, lead) if "design" in frame else picture(frame)


def texts_of(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def curves_of(axes) -> dict[str, tuple[list, list]]:
    return {
        line.get_label(): (line.get_xdata().tolist(), line.get_ydata().tolist())
        for line in axes.lines
        if not line.get_label().startswith("_")
    }


def band_of(axes) -> set[tuple[float, float]]:
    [band] = [
        c
        for c in axes.collections
        if isinstance(c, PolyCollection) and not isinstance(c, QuadMesh)
    ]
    return {(x, y) for x, y in band.get_paths()[0].vertices}


# --- each picture -------------------------------------------------------------------


def test_profits_are_drawn_with_band_best_share_and_chance():
    figure = roi_curve(GATED_POINTS, LEAD)
    first, other = figure.axes
    curves = curves_of(first)
    assert curves["largest effects first"] == (
        [0.25, 0.5, 0.75, 1],
        [400, 700, 100, -600],
    )
    assert curves["as many, drawn at random"] == ([0, 1], [0, -600])
    assert curves["highest profit"] == ([0.5], [700])
    assert band_of(first) >= {(0.25, -100), (0.25, 900), (1, -1600), (1, 400)}
    assert texts_of(first) == ["$700 at 50 %"]
    assert first.get_title() == "trials\narms overlap too little: a hint, no grade"
    assert other.get_title() == "first a"
    assert title_of(figure) == (
        "None of the 4 shares of customers to send to surely earns in trials; the "
        f"highest profit, at 50 %, is $700 (-$50 to $1,450), {NO_FIGURE}"
    )
    # Profit of 0 is in sight, and a line of its own.
    assert [0, 0] in [list(line.get_ydata()) for line in first.lines]


def test_only_graded_profits_are_called_sure():
    assert title_of(roi_curve(GRADED, OTHER)) == (
        "1 of the 2 shares of customers to send to surely earns in first a; the "
        "highest profit, at 100 %, is $80 (-$20 to $180)"
    )
    above = GATED_POINTS.assign(ci_lower=GATED_POINTS["profit"] - 1)
    title = title_of(roi_curve(above, LEAD))
    assert title.startswith(
        "3 of the 4 shares of customers to send to had an interval above $0 in trials;"
    )
    assert title.endswith(NO_FIGURE)
    graded = above.assign(is_overlap_sufficient=True)
    assert title_of(roi_curve(graded, LEAD)).startswith(
        "3 of the 4 shares of customers to send to surely earn in trials;"
    )


def test_an_unknown_gate_counts_as_failed():
    unknown = GATED_POINTS.assign(is_overlap_sufficient=None)
    assert title_of(roi_curve(unknown, OTHER)).endswith(NO_FIGURE)


def test_policies_stand_by_share_with_a_repeat_where_nothing_is_extrapolated():
    figure = policy_forest(POLICY_VALUES, LEAD)
    first, other = figure.axes
    assert labels_of(first, "y") == [
        "nobody (0 % sent to)",
        "first 30 % (30 % sent to)",
        "everybody (100 % sent to)",
    ]
    assert texts_of(first) == [
        "$0 ($0 to $0)",
        "$500 ($100 to $900)",
        "-$600 (-$1,600 to $400)",
    ]
    points = lines_of(first)
    assert points["all units"] == ([0], [-0.14])
    assert points["all units, but the arms overlap too little to grade"] == (
        [500, -600],
        pytest.approx([0.86, 1.86]),
    )
    # One policy has no unit that could have been in either arm.
    assert points["units that could well have been in either arm"] == (
        [0, -30],
        pytest.approx([0.2, 2.2]),
    )
    assert "all units, but the arms overlap too little to grade" not in lines_of(other)
    assert first.get_title("left") == (
        "trials: 90 units, 45 that could have been in either arm"
    )
    assert title_of(figure) == (
        f"1 of the 2 policies had an interval above $0 in trials, {NO_FIGURE}"
    )
    assert "On first a: Controls differ. Source" in note_of(figure)


def test_policies_that_surely_earn_are_counted_without_sending_nothing():
    title = title_of(policy_forest(POLICY_VALUES, OTHER))
    assert title == "1 of the 2 policies surely earns in first a"
    nobody = POLICY_VALUES[POLICY_VALUES["policy"] == "treat_none"]
    title = title_of(policy_forest(nobody, LEAD))
    assert title == "No policy of trials sends anything"


def test_scenarios_show_their_losing_cells_and_on_which_side_of_0_intervals_lie():
    figure = scenario_heatmap(SCENARIOS, LEAD)
    # The colour keys are axes, too.
    rule, everybody, other_rule, _ = figure.axes[:4]
    np.testing.assert_array_equal(mesh_of(rule), [[300, 1500], [-40, 200]])
    assert cell_texts(rule, 2) == [
        ["$300 (?)", "$1,500 (+)"],
        ["-$40 (?)", "$200 (?)"],
    ]
    assert cell_texts(everybody, 2) == [
        ["-$500 (?)", "$900 (?)"],
        ["-$2,000 (-)", "-$1,200 (-)"],
    ]
    assert cell_texts(other_rule, 2)[1] == ["-$40 (-)", "$200 (+)"]
    assert labels_of(rule, "y") == ["$5.00", "$12.73"]
    assert labels_of(rule, "x") == ["20 %", "40 %"]
    losing = [patch.get_xy() for patch in rule.patches if patch.get_hatch()]
    assert losing == [(0, 1)]
    [current] = [patch for patch in rule.patches if not patch.get_hatch()]
    assert current.get_xy() == (1, 1)
    assert len([patch for patch in everybody.patches if patch.get_hatch()]) == 3
    assert rule.get_title().startswith("the break-even rule, by margin\ntrials\narms")
    assert title_of(figure) == (
        "By their intervals at 4 costs and margins in trials: the break-even rule "
        "earns at 1, loses at 0, is open at 3; sending to everybody earns at 0, loses "
        f"at 2, is open at 2, {NO_FIGURE}"
    )
    # A profit of 0 has the same, neutral colour in every panel.
    assert {ax.collections[0].norm.vmax for ax in figure.axes[:4]} == {2000}


def test_scenarios_that_a_design_lacks_are_left_empty():
    lacking = SCENARIOS[
        (SCENARIOS["design"] == OTHER) | (SCENARIOS["policy"] == "treat_all")
    ]
    figure = scenario_heatmap(lacking, LEAD)
    assert not figure.axes[0].axison
    assert "the break-even rule" not in title_of(figure)
    one_less = SCENARIOS.drop(index=0)
    assert cell_texts(scenario_heatmap(one_less, LEAD).axes[0], 2)[0][0] == ""


def test_segments_say_what_to_do_and_whom_to_send_to():
    figure = segment_actions(ACTIONS, LEAD)
    first, other = figure.axes
    assert labels_of(first, "y") == [
        "1 Loyal (250 households)",
        "2 Rare (9 households)",
        "3 Fresh (300 households)",
    ]
    assert texts_of(first) == [
        "$2 (-$48 to $52)\ntest: 70 % -> 70 % at random",
        "too few households in an arm\ntest: 90 % -> 90 % at random",
        "$8 ($0.40 to $16)\nexpand: 20 % -> 100 %",
    ]
    assert lines_of(first) == {"expand": ([8], [2]), "test": ([2], [0])}
    assert lines_of(other) == {"hold": ([7], [1]), "reduce": ([-7], [0])}
    # Told apart by more than their colours.
    markers = {line.get_marker() for axes in figure.axes for line in axes.lines}
    assert markers >= {"^", "o", "D", "v"}
    assert sorted(legend_of(figure)) == ["expand", "hold", "reduce", "test"]
    assert title_of(figure) == (
        "Of the 3 segments of trials: 1 to send to more, 2 to test at random; in 1 the "
        "arms overlap too little to grade a contact; 1 too small to say"
    )
    assert title_of(segment_actions(ACTIONS, OTHER)) == (
        "Of the 2 segments of first a: 1 to leave as they are, 1 to send to fewer"
    )
    assert "On first a: Controls differ. Source" in note_of(figure)


def test_budgets_have_a_profit_and_what_the_next_dollar_is_worth():
    figure = budget_curve(GATED_POINTS, LEAD)
    upper, other_upper, lower, other_lower = figure.axes
    assert curves_of(upper)["profit of the budget"] == (
        [1000, 2000, 3000, 4000],
        [400, 700, 100, -600],
    )
    assert texts_of(upper) == ["$700 for $2,000"]
    assert curves_of(lower)["profit of the next dollar"] == (
        [1000, 2000, 3000, 4000],
        [0.4, 0.3, -0.6, -0.7],
    )
    assert band_of(lower) >= {(1000, -0.1), (1000, 0.9), (4000, -1.5), (4000, 0.1)}
    # Nothing is invented where the next dollar is not known.
    assert band_of(other_lower) == {(100, 0.1), (100, 0.9)}
    assert [axes.get_title() for axes in (upper, other_upper, lower)] == [
        "trials\narms overlap too little: a hint, no grade",
        "first a",
        "",
    ]
    assert title_of(figure) == (
        "By its interval the next dollar earns at 0 of 4 budgets in trials and loses "
        f"at 1; the highest profit comes after $2,000 of $4,000, {NO_FIGURE}"
    )
    assert title_of(budget_curve(GATED_POINTS, OTHER)) == (
        "By its interval the next dollar earns at 1 of 1 budgets in first a and loses "
        "at 0; the highest profit comes after $200 of $200"
    )


def test_experiments_are_drawn_against_the_effects_that_matter():
    figure = power_curves(POWER)
    half, most = figure.axes
    curves = curves_of(half)
    assert curves["one campaign"] == ([4, 8], [20, 40])
    assert curves["one campaign, with CUPED"] == ([4, 8], [12, 24])
    assert curves["same arm throughout"] == ([4, 8], [18, 36])
    assert curves["break-even effect at the documents' cost"] == ([4, 8], [42, 42])
    assert curves["effect of past campaigns"] == ([4, 8], [15, 30])
    # No row names the retailer's own cost, and others are not drawn.
    assert len(curves) == 5
    assert curves_of(most)["one campaign"] == ([4, 8], [40, 80])
    assert half.get_title() == "50 % of the households sent to"
    assert half.get_ylim() == most.get_ylim() == (0, pytest.approx(84))
    # Half sent: 20, 40, 12, 24, 18, 36; else: 40, 80, 24, 48, 36, 72.
    assert title_of(figure) == (
        "Of 12 experiments on the 2,300 households that exist, 9 would find the "
        "break-even effect at the documents' cost, 2 would find the effect of past "
        "campaigns"
    )


def test_ticks_of_dollars_keep_the_digits_that_tell_them_apart():
    ticks = [dollar_tick(value) for value in (-2.5, 0, 0.5, 20000)]
    assert ticks == ["-$2.5", "$0", "$0.5", "$20,000"]


# --- all pictures -------------------------------------------------------------------


@EACH_PICTURE
def test_nothing_is_cut_and_no_labels_meet(picture, frame, key):
    assert_readable(drawn_with(picture, frame))


@pytest.mark.parametrize(("picture", "frame"), [row[:2] for row in PICTURES[:-1]])
def test_the_leading_design_comes_first(picture, frame):
    # By name it would not.
    for lead, name in ((LEAD, "trials"), (None, "first a")):
        axes = picture(frame, lead).axes[0]
        assert name in axes.get_title() + axes.get_title("left")


@EACH_PICTURE
def test_the_order_of_the_rows_does_not_matter(picture, frame, key, tmp_path):
    for name, rows in (("given", frame), ("turned", frame.iloc[::-1])):
        write_picture(drawn_with(picture, rows), tmp_path, name)
    given, turned = (tmp_path / f"{name}.svg" for name in ("given", "turned"))
    assert given.read_bytes() == turned.read_bytes()


@EACH_PICTURE
def test_the_rows_given_are_not_changed(picture, frame, key):
    before = frame.copy()
    drawn_with(picture, frame)
    pd.testing.assert_frame_equal(frame, before)


@EACH_PICTURE
def test_malformed_rows_are_an_error(picture, frame, key):
    with pytest.raises(ValueError, match="has no rows"):
        drawn_with(picture, frame.iloc[:0])
    with pytest.raises(ValueError, match=rf"lacks the columns \['{key}'\]"):
        drawn_with(picture, frame.drop(columns=key))
    with pytest.raises(ValueError, match="repeats a row"):
        drawn_with(picture, pd.concat([frame, frame.iloc[:1]]))


@pytest.mark.parametrize(
    ("picture", "frame", "sentence"),
    [
        (roi_curve, GATED_POINTS[:3], "lacks the share 1 of trials"),
        (segment_actions, ACTIONS.assign(action="stop"), "unknown actions: stop"),
        (
            power_curves,
            POWER.assign(metric=["a", "b"] * 18),
            "several values of metric",
        ),
        (power_curves, POWER.assign(target=range(36)), "no target that is drawn"),
    ],
)
def test_rows_that_cannot_be_drawn_are_an_error(picture, frame, sentence):
    with pytest.raises(ValueError, match=sentence):
        drawn_with(picture, frame)


# --- rows ---------------------------------------------------------------------------


def test_each_picture_gets_the_rows_it_draws():
    def read(connection, mart, rest=""):
        return connection.sql(f"select * from marts.{mart} {rest}").df()

    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for mart, rows in DECISION_MARTS.items():
            connection.register("rows", rows)
            connection.execute(f"create table marts.{mart} as select * from rows")
        pictures = read_design_pictures(partial(read, connection), DECISION_PICTURES)
    assert list(pictures) == list(DECISION_PICTURES)
    drawn = {name: picture() for name, picture in pictures.items()}
    for picture, frame, _ in PICTURES:
        given, expected = drawn[picture.__name__], drawn_with(picture, frame)
        assert title_of(given) == title_of(expected)
        assert [texts_of(axes) for axes in given.axes] == [
            texts_of(axes) for axes in expected.axes
        ]
