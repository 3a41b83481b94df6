"""What the pictures of the effects show, with marts small enough to type."""

from functools import partial

import duckdb
import numpy as np
import pandas as pd
import pytest
from drawn import (
    assert_readable,
    draw,
    labels_of,
    legend_of,
    lines_of,
    note_of,
    title_of,
)
from effect_marts import (
    BALANCE,
    BINS,
    CALIBRATION,
    CATES,
    CURVES,
    EFFECT_MARTS,
    ESTIMATES,
    GROUPS,
    LEAD,
    OTHER,
    REFUTED,
    RULES,
    TENTHS,
    VARIANTS,
)

from retail_uplift.effect_figures import (
    EFFECT_PICTURES,
    cate_calibration,
    covariate_balance,
    design_sensitivity,
    effect_distribution,
    effect_forest,
    group_effects,
    nuisance_calibration,
    placebo_distributions,
    propensity_overlap,
    targeting_curves,
    trimming,
)
from retail_uplift.effects._design_panels import read_design_pictures
from retail_uplift.figures import write_picture

PICTURES = [
    (propensity_overlap, BINS, "bin_lower"),
    (covariate_balance, BALANCE, "covariate"),
    (effect_forest, ESTIMATES, "estimator"),
    (trimming, RULES, "rule"),
    (effect_distribution, CATES, "household_id"),
    (group_effects, GROUPS, "group_name"),
    (targeting_curves, CURVES, "learner"),
    (cate_calibration, CALIBRATION, "cate_group"),
    (nuisance_calibration, TENTHS, "tenth"),
    (placebo_distributions, REFUTED, "replicate_id"),
    (design_sensitivity, VARIANTS, "variant"),
]
EACH_PICTURE = pytest.mark.parametrize(
    ("picture", "frame", "key"), PICTURES, ids=[p.__name__ for p, _, _ in PICTURES]
)


def texts_of(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


# --- each picture -------------------------------------------------------------------


def test_overlap_is_counted_between_the_lines_and_controls_hang_down():
    figure = propensity_overlap(BINS, LEAD)
    axes = figure.axes[0]
    treated, controls = axes.containers
    assert [bar.get_height() for bar in treated] == [0.1, 0.3, 0.4, 0.2]
    assert [bar.get_height() for bar in controls] == [-0.5, -0.4, -0.1, 0]
    assert texts_of(axes) == [
        "50 units, 70 % between the lines",
        "50 units, 50 % between the lines",
    ]
    assert "70 % of the units sent the campaign and 50 % of the others" in title_of(
        figure
    )


def test_balance_is_without_sign_and_sorted_by_the_leading_design():
    figure = covariate_balance(BALANCE, LEAD)
    first, other = figure.axes
    assert labels_of(first, "y") == [
        "age",
        "share fresh",
        "recency",
        "number of products",
    ]
    # Rows come by name: n_products, recency, share_fresh.
    assert lines_of(first)["as they are"] == ([1.1, 0.7, 0.02], [3, 2, 1])
    np.testing.assert_array_equal(lines_of(first)["matched"][0], [0.116, np.nan, 0.06])
    assert lines_of(other)["as they are"] == ([0.2, 1.3], [0, 3])
    assert title_of(figure) == (
        "The arms of trials differ on 2 of 3 covariates; weighted by overlap, on 0"
    )


def test_the_headline_is_marked_and_a_missing_estimate_has_no_point():
    figure = effect_forest(ESTIMATES, LEAD)
    first, other = figure.axes
    assert labels_of(first, "y") == [
        "not adjusted",
        "AIPW, ATO",
        "AIPW, ATE",
        "PLR, variance-weighted",
    ]
    assert texts_of(first) == [
        "$400 ($390 to $410)",
        "$29 ($8 to $50)",
        "$23 (-$7 to $53)",
        "$25 ($5 to $45)",
    ]
    points = lines_of(first)
    assert points["headline"] == ([29.0], [1.0])
    assert points["arms overlap too little for it"] == ([23.0], [2.0])
    assert points["raw difference, not an effect"] == ([400.0], [0.0])
    assert points["other estimands and estimators"] == ([25.0], [3.0])
    assert "headline" not in lines_of(other)
    assert texts_of(other)[1] == "not estimated"
    assert title_of(figure) == (
        "The headline of trials: $29 ($8 to $50) a household and campaign"
    )
    assert "On first a: Controls differ. Source" in note_of(figure)
    assert "On trials" not in note_of(figure)


def test_an_interval_far_wider_than_the_estimates_ends_in_arrows():
    axes = effect_forest(ESTIMATES, LEAD).axes[1]
    left, right = axes.get_xlim()
    assert -4000 < left < -88
    assert 300 < right < 4000
    arrows = {
        line.get_marker(): line.get_xdata().tolist()
        for line in axes.lines
        if line.get_marker() in ("<", ">")
    }
    assert arrows == {"<": [left], ">": [right]}


def test_trimming_rules_stand_by_threshold_and_say_what_is_kept():
    figure = trimming(RULES, LEAD)
    axes = figure.axes[0]
    assert labels_of(axes, "y") == [
        "all units (100 % kept)",
        "0.053 to 0.947 (70 % kept)",
        "0.100 to 0.900 (50 % kept)",
        "0.400 to 0.600 (1 % kept)",
    ]
    assert texts_of(axes)[3] == "too few households are left"
    points = lines_of(axes)
    assert points["rule of Crump and others, fixed beforehand"] == ([28.0], [1.0])
    assert points["other rules"] == ([20.0, 30.0], [0.0, 2.0])
    assert title_of(figure).endswith("was least certain: $28 ($4 to $52)")


def test_predicted_effects_are_counted_with_those_told_from_0():
    figure = effect_distribution(CATES, LEAD)
    axes = figure.axes[0]
    assert sum(bar.get_height() for bar in axes.patches) == 4
    assert lines_of(axes)["mean prediction"][0] == [1.25, 1.25]
    # 30 +- 20 and -50 +- 20 of four.
    text = axes.get_title()
    assert text.startswith("trials\n4 units, mean $1, ")
    assert text.endswith("\n50 % have an interval of their own without 0")
    assert "causal forest predicts: 50 %" in title_of(figure)


def test_predictions_without_intervals_say_nothing_of_0():
    figure = effect_distribution(CATES.assign(ci_lower=None), LEAD)
    assert figure.axes[0].get_title().count("\n") == 1
    assert title_of(figure) == "Effects that causal forest predicts"


def test_small_groups_are_listed_without_a_point_and_failed_ates_are_not_drawn():
    figure = group_effects(GROUPS, LEAD)
    axes = figure.axes[0]
    assert labels_of(axes, "y") == [
        "1 Loyal & Fresh (90 households)",
        "2 Rare (9 households)",
        "propensity below 0.1 (70 households)",
        "propensity 0.1 to 0.9 (80 households)",
        "propensity above 0.9 (8 households)",
    ]
    # Rounded to $0 it would not leave out 0.
    assert texts_of(axes)[0] == "$30 ($0.25 to $50)"
    few = "too few households in an arm"
    assert [text == few for text in texts_of(axes)] == [False, True, False, False, True]
    points = lines_of(axes)
    assert points["weighted by overlap (ATO)"] == (
        [30.0, -5.0, 25.0],
        pytest.approx([-0.12, 1.88, 2.88]),
    )
    assert points["all units of the group (ATE), if overlap suffices"] == (
        [35.0],
        [0.2],
    )
    assert title_of(figure).startswith("2 of 5 groups of trials have an effect")
    assert title_of(figure).endswith("2 are too small to say")


def test_a_design_in_which_all_groups_are_small_is_drawn_empty():
    axes = group_effects(GROUPS, LEAD).axes[1]
    assert lines_of(axes) == {}
    assert texts_of(axes) == ["too few households in an arm"]


def test_qini_is_the_toc_times_the_share_with_its_bands():
    figure = targeting_curves(CURVES, LEAD)
    toc, _, qini, _ = figure.axes
    label = "causal forest (primary) with its interval"
    assert lines_of_curve(toc, label) == [50, 10, 0]
    assert lines_of_curve(qini, label) == [5, 5, 0]
    band = qini.collections[-1].get_paths()[0].vertices
    assert {(round(x, 6), round(y, 6)) for x, y in band} >= {
        (0.1, 2.0),
        (0.1, 8.0),
        (0.5, -10.0),
        (0.5, 20.0),
    }
    assert "above the band of random rankings at 1 of 3 shares" in title_of(figure)
    assert sorted(legend_of(figure)) == sorted(
        [label, "biggest spenders first", "other learners", "random rankings"]
    )


def lines_of_curve(axes, label: str) -> list[float]:
    [line] = [line for line in axes.lines if line.get_label() == label]
    return line.get_ydata().tolist()


def test_groups_of_predictions_are_drawn_with_intervals_and_numbers():
    figure = cate_calibration(CALIBRATION, LEAD)
    axes = figure.axes[0]
    assert lines_of(axes)["a group"] == ([10, 20, 30], [12, 70, 25])
    assert lines_of(axes)["prediction came true"] == ([10, 30], [10, 30])
    assert texts_of(axes) == ["1", "2", "3"]
    assert "2 of 3 intervals in trials hold the prediction" in title_of(figure)


def test_nuisances_have_a_row_per_target_and_name_what_was_not_fitted():
    figure = nuisance_calibration(TENTHS, LEAD)
    assert [axes.get_title() for axes in figure.axes] == [
        "propensity\ntrials",
        "propensity\nfirst a",
        "purchase amount\ntrials",
        "",
    ]
    assert texts_of(figure.axes[3]) == ["not fitted"]
    assert lines_of(figure.axes[2])["ridge"] == ([100, 500, 900], [120, 520, 920])
    assert "by 0.06 at most in a tenth" in title_of(figure)


def test_replicates_are_drawn_beside_the_real_campaign_with_what_was_found():
    figure = placebo_distributions(REFUTED, LEAD)
    assert [axes.get_title() for axes in figure.axes] == [
        "date-shifted campaign, trials\n4 times, ATO: cannot be told",
        "placebo treatment, trials\n4 times, ATO: no fault found",
        "date-shifted campaign, first a\n4 times, ATO: fault found",
    ]
    placebo = figure.axes[1]
    assert sum(bar.get_height() for bar in placebo.patches) == 4
    real, expected = placebo.lines
    assert real.get_xdata() == [29, 29]
    assert expected.get_xdata() == [0, 0]
    assert title_of(figure).endswith("1 of 3 find a fault, 1 cannot tell")


def test_variants_are_drawn_against_the_design_and_a_lone_design_is_named():
    figure = design_sensitivity(VARIANTS, LEAD)
    [axes] = figure.axes
    assert labels_of(axes, "y") == [
        "as designed (1,126 sent)",
        "first 28 days (1,126 sent)",
        "look-back half as long (1,106 sent)",
    ]
    points = lines_of(axes)
    assert points["outside it"] == ([6.0], [1.0])
    assert points["inside that interval"] == ([47.0], [2.0])
    assert title_of(figure).startswith("1 of 2 variants of trials leave")
    assert "Without a variant: first a." in note_of(figure)


# --- all pictures -------------------------------------------------------------------


@EACH_PICTURE
def test_nothing_is_cut_and_no_labels_meet(picture, frame, key):
    assert_readable(picture(frame, LEAD))


@EACH_PICTURE
def test_the_leading_design_comes_first(picture, frame, key):
    # By name it would not.
    assert OTHER < LEAD
    titles = [
        axes.get_title() + axes.get_title("left") for axes in picture(frame, LEAD).axes
    ]
    assert "trials" in titles[0]
    if picture is not design_sensitivity:
        figure = picture(frame)
        assert "first a" in figure.axes[0].get_title() + figure.axes[0].get_title(
            "left"
        )


@EACH_PICTURE
def test_the_order_of_the_rows_does_not_matter(picture, frame, key, tmp_path):
    for name, rows in (("given", frame), ("turned", frame.iloc[::-1])):
        write_picture(picture(rows, LEAD), tmp_path, name)
    given, turned = (tmp_path / f"{name}.svg" for name in ("given", "turned"))
    assert given.read_bytes() == turned.read_bytes()


@EACH_PICTURE
def test_the_rows_given_are_not_changed(picture, frame, key):
    before = frame.copy()
    picture(frame, LEAD)
    pd.testing.assert_frame_equal(frame, before)


@EACH_PICTURE
def test_malformed_rows_are_an_error(picture, frame, key):
    with pytest.raises(ValueError, match="has no rows"):
        picture(frame.iloc[:0])
    with pytest.raises(ValueError, match=rf"lacks the columns \['{key}'\]"):
        picture(frame.drop(columns=key))
    with pytest.raises(ValueError, match="repeats a row"):
        picture(pd.concat([frame, frame.iloc[:1]]))


@pytest.mark.parametrize(
    ("picture", "frame", "sentence"),
    [
        (
            effect_distribution,
            CATES.assign(learner=["a", "b"] * 4),
            "several values of learner",
        ),
        (
            cate_calibration,
            CALIBRATION.assign(learner=["a", "b"] * 3),
            "several values of learner",
        ),
        (
            placebo_distributions,
            REFUTED[REFUTED["replicate_id"] > 0],
            "lacks the real campaign",
        ),
        (design_sensitivity, VARIANTS[VARIANTS["design"] == OTHER], "no design with"),
    ],
)
def test_rows_that_cannot_be_drawn_are_an_error(picture, frame, sentence):
    with pytest.raises(ValueError, match=sentence):
        picture(frame)


# --- rows ---------------------------------------------------------------------------


def test_each_picture_gets_the_rows_of_sales_of_the_primary_learner_and_headline():
    def read(connection, mart, rest=""):
        return connection.sql(f"select * from marts.{mart} {rest}").df()

    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for mart, rows in EFFECT_MARTS.items():
            connection.register("rows", rows)
            connection.execute(f"create table marts.{mart} as select * from rows")
        pictures = read_design_pictures(partial(read, connection), EFFECT_PICTURES)
    assert list(pictures) == list(EFFECT_PICTURES)
    drawn = {name: picture() for name, picture in pictures.items()}
    for picture, frame, _ in PICTURES:
        given, expected = drawn[picture.__name__], picture(frame, LEAD)
        for figure in (given, expected):
            draw(figure)
        assert title_of(given) == title_of(expected)
        assert [texts_of(axes) for axes in given.axes] == [
            texts_of(axes) for axes in expected.axes
        ]
