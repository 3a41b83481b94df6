"""What the pictures show, with marts small enough to type."""

import subprocess
import sys
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import REPOSITORY
from decision_marts import DECISION_MARTS
from drawn import (
    assert_readable,
    bar_widths,
    cell_texts,
    draw,
    labels_of,
    legend_of,
    lines_of,
    mesh_of,
    note_of,
    title_of,
    vertical_lines,
)
from effect_marts import EFFECT_MARTS
from matplotlib import rc_context
from matplotlib.collections import QuadMesh
from PIL import Image

from retail_uplift import figures
from retail_uplift._drawing import PALETTE, number, percent, words
from retail_uplift.decision_figures import DECISION_PICTURES
from retail_uplift.effect_figures import EFFECT_PICTURES
from retail_uplift.figures import (
    clv_calibration,
    clv_errors,
    factor_heatmap,
    main,
    migration,
    positioning,
    profile_heatmap,
    segment_sizes,
    selection_curves,
    stability,
    value_need,
    write_picture,
)

LONG_NAMES = [
    "Lapsing High Value Many Departments + Health & Beauty",
    "Mid Value Regular + Big Basket",
    "Low Value Private Label & Deal Seeker + Uneven Basket",
]

# --- marts --------------------------------------------------------------------------

LOADINGS = pd.DataFrame(
    [
        (1, "Loyal", "frequency", 4.0),
        (1, "Loyal", "n_products", 2.0),
        (1, "Loyal", "share_fresh", 0.001),
        (1, "Loyal", "recency", 0.0),
        (2, "Fresh & Lapsed", "frequency", 0.0),
        (2, "Fresh & Lapsed", "n_products", 0.1),
        (2, "Fresh & Lapsed", "share_fresh", 0.25),
        (2, "Fresh & Lapsed", "recency", 0.5),
    ],
    columns=["factor", "factor_name", "feature", "loading"],
)

SEGMENTS = pd.DataFrame(
    {
        "segment_id": [1, 2, 3],
        "segment_name": LONG_NAMES,
        "n_households": [1000, 2500, 1500],
        "household_share": [0.2, 0.5, 0.3],
        "sales_share": [0.6, 0.396, 0.004],
        "mean_sales": [3000.4, 792.0, 13.3],
    }
)

PROFILES = pd.DataFrame(
    [
        (segment_id, LONG_NAMES[segment_id - 1], feature, position, clustering, z)
        for (feature, position, clustering), scores in {
            ("share_fresh", 27, "need"): [-0.04, 0.2, None],
            ("recency", 1, "value"): [3.1, -0.5, 0.06],
            ("n_products", 24, "need"): [-1.0, 0.0, 1.0],
        }.items()
        for segment_id, z in enumerate(scores, start=1)
    ],
    columns=[
        "segment_id",
        "segment_name",
        "feature",
        "position",
        "clustering",
        "z_score",
    ],
)

POSITIONS = pd.DataFrame(
    [
        (1, "Two features", "frequency", "baskets", "share_fresh", "share of sales"),
        (2, "Two factors", "Fresh & Lapsed", "score", "Loyal", "score"),
        (3, "Two counts", "n_departments", "departments", "items_a_day", "items"),
    ],
    columns=["pair_id", "pair_name", "x_variable", "x_unit", "y_variable", "y_unit"],
).merge(
    pd.DataFrame(
        {
            "segment_id": [1, 2, 3],
            "segment_name": LONG_NAMES,
            "x": [1.0, 4.0, 4.0],
            "y": [10.0, 50.0, 50.0],
            "x_population": 2.0,
            "y_population": 30.0,
            "household_share": [0.2, 0.5, 0.3],
        }
    ),
    how="cross",
)

STABILITY = pd.DataFrame(
    [
        ("bootstrap", "adjusted_rand_index", 0, 0.5, 0.4, 0.6, False),
        ("bootstrap", "jaccard", 1, 0.8, 0.7, 0.9, True),
        ("bootstrap", "jaccard", 2, 0.3, 0.1, 0.7, False),
        ("split_half", "adjusted_rand_index", 0, 0.2, None, None, False),
        ("split_half", "jaccard", 1, 0.6, None, None, False),
        ("split_half", "jaccard", 2, None, None, None, None),
        ("split_half", "migration_rate", 0, 0.99, None, None, None),
    ],
    columns=[
        *("method", "metric", "segment_id", "value"),
        *("ci_lower", "ci_upper", "is_stable"),
    ],
).assign(
    segment_name=["All segments", *LONG_NAMES[:2]] * 2 + ["All segments"],
    stable_from=[0.7] * 6 + [None],
)

MOVES = pd.DataFrame(
    [
        (1, LONG_NAMES[0], 0, "No purchase", 5, 0.05, False),
        (1, LONG_NAMES[0], 1, LONG_NAMES[0], 90, 0.9, True),
        (1, LONG_NAMES[0], 2, LONG_NAMES[1], 5, 0.05, False),
        (2, LONG_NAMES[1], 0, "No purchase", 0, 0.0, False),
        (2, LONG_NAMES[1], 1, LONG_NAMES[0], 1200, 0.8, False),
        (2, LONG_NAMES[1], 2, LONG_NAMES[1], 300, 0.2, True),
    ],
    columns=[
        "from_segment_id",
        "from_segment_name",
        "to_segment_id",
        "to_segment_name",
        "n_households",
        "share_of_from",
        "is_stay",
    ],
)

MATRIX = pd.DataFrame(
    [
        ("Low", "Fresh", 600, 0.1, 10.0),
        ("High", "Fresh", 100, 0.3, 900.0),
        ("High", "Deal Seeker", 200, 0.5, 800.0),
        ("Medium", "Fresh", 1100, 0.1, 100.0),
    ],
    columns=["value_tier", "need_type", "n_households", "sales_share", "mean_sales"],
)

CHECKS = pd.DataFrame(
    [
        (f"{measure}_{error}", method, value)
        for (measure, error), values in {
            ("purchases", "mae"): [5.25, 6.0],
            ("purchases", "rmse"): [7.0, 9.0],
            ("purchases", "total_bias"): [-0.011, 0.2],
            ("sales", "mae"): [1218.0, 1214.0],
            ("sales", "total_bias"): [None, 0.004],
        }.items()
        for method, value in zip(
            ["bg_nbd_gamma_gamma", "run_rate"], values, strict=True
        )
    ],
    columns=["check_name", "method", "value"],
)


# Two methods, the second of which forecasts half of what comes.
TENTHS = pd.DataFrame(
    [
        (method, tenth, forecast, actual, 4000 * forecast, 5000 * actual)
        for method, factor in (("bg_nbd_gamma_gamma", 1.0), ("run_rate", 0.5))
        for tenth, actual in enumerate([2.0, 6.0, 30.0], start=1)
        for forecast in [factor * actual]
    ],
    columns=[
        *("method", "forecast_decile"),
        *("mean_predicted_purchases", "mean_actual_purchases"),
        *("mean_predicted_sales", "mean_actual_sales"),
    ],
)


def metric_rows(clustering: str, chosen: tuple[str, int] | None) -> pd.DataFrame:
    """Two methods with k from 2 to 5; the fit of gaussian_mixture with 4 failed."""
    rows = []
    for method, k in product(["k_means", "gaussian_mixture"], range(2, 6)):
        shared = {
            "clustering": clustering,
            "method": method,
            "k": k,
            "std_error": None,
            "is_chosen": (method, k) == chosen,
            "reason": "best of all" if (method, k) == chosen else None,
        }
        values = {"stability": 1 / k, "own_metric": 10.0 * k}
        if method == "k_means":
            values["inertia"] = 1e6 / k
        if (method, k) == ("gaussian_mixture", 4):
            values = {"failure": None}
            shared["reason"] = "It did not converge."
        rows += [shared | {"metric": m, "value": v} for m, v in values.items()]
        if "stability" in values:
            rows[-len(values)]["std_error"] = 0.1
    return pd.DataFrame(rows)


METRICS = metric_rows("segments", ("k_means", 3))


# --- heatmaps -----------------------------------------------------------------------


def test_loadings_are_shares_of_the_largest_and_features_stand_with_their_factor():
    figure = factor_heatmap(LOADINGS)
    axes = figure.axes[0]
    assert labels_of(axes, "x") == ["1 Loyal", "2 Fresh & Lapsed"]
    assert labels_of(axes, "y") == [
        "frequency",
        "number of products",
        "recency",
        "share fresh",
    ]
    np.testing.assert_allclose(
        mesh_of(axes), [[1, 0], [0.5, 0.2], [0, 1], [0.00025, 0.5]]
    )
    assert cell_texts(axes, 2) == [
        ["1.00", ""],
        ["0.50", "0.20"],
        ["", "1.00"],
        ["", "0.50"],
    ]
    assert axes.yaxis_inverted()
    assert title_of(figure) == "2 factors stand for 4 features"


def test_a_factor_without_loadings_is_drawn_empty():
    loadings = LOADINGS.assign(
        loading=LOADINGS["loading"].where(LOADINGS.factor == 1, 0)
    )
    assert mesh_of(factor_heatmap(loadings).axes[0])[:, 1].max() == 0


def test_profiles_are_drawn_in_the_order_of_the_features_with_colours_around_0():
    figure = profile_heatmap(PROFILES)
    axes = figure.axes[0]
    assert labels_of(axes, "y") == ["recency", "number of products", "share fresh"]
    assert labels_of(axes, "x") == [
        f"{i} {name}" for i, name in enumerate(LONG_NAMES, 1)
    ]
    values = mesh_of(axes)
    np.testing.assert_allclose(values[:2], [[3.1, -0.5, 0.06], [-1, 0, 1]])
    assert values.mask.tolist() == [[False] * 3, [False] * 3, [False, False, True]]
    assert cell_texts(axes, 3) == [
        ["+3.1", "-0.5", "+0.1"],
        ["-1.0", "0.0", "+1.0"],
        ["0.0", "+0.2", ""],
    ]
    [mesh] = [c for c in axes.collections if isinstance(c, QuadMesh)]
    assert mesh.get_clim() == (-2, 2)
    assert mesh.colorbar.extend == "max"
    clusterings = [text.get_text() for text in axes.texts if text.get_rotation()]
    assert clusterings == ["value features", "need features"]
    assert title_of(figure).endswith("recency in segment 1")
    assert "3.1 standard deviations above" in note_of(figure)


def test_text_is_white_on_dark_cells_and_black_on_light_or_empty_ones():
    axes = profile_heatmap(PROFILES).axes[0]
    colours = [text.get_color() for text in axes.texts if not text.get_rotation()]
    assert colours == ["white", *["black"] * 8]


def test_migration_shows_shares_and_counts_and_no_purchase_last():
    figure = migration(MOVES)
    axes = figure.axes[0]
    assert labels_of(axes, "x") == [
        f"1 {LONG_NAMES[0]}",
        f"2 {LONG_NAMES[1]}",
        "No purchase",
    ]
    assert labels_of(axes, "y") == [f"1 {LONG_NAMES[0]}", f"2 {LONG_NAMES[1]}"]
    np.testing.assert_allclose(mesh_of(axes), [[0.9, 0.05, 0.05], [0.8, 0.2, 0]])
    assert cell_texts(axes, 3) == [
        ["90 %\n90", "5 %\n5", "5 %\n5"],
        ["80 %\n1,200", "20 %\n300", "none"],
    ]
    # 390 of 1600.
    assert title_of(figure).startswith("24 % of the households are in the same segment")


def test_a_segment_that_nobody_was_in_has_a_row_without_colour():
    is_first = MOVES["from_segment_id"] == 1
    moves = MOVES.assign(
        n_households=MOVES["n_households"].where(~is_first, 0),
        share_of_from=MOVES["share_of_from"].where(~is_first),
    )
    axes = migration(moves).axes[0]
    assert mesh_of(axes).mask.tolist() == [[True] * 3, [False] * 3]
    assert cell_texts(axes, 3)[0] == ["none"] * 3


def test_value_tiers_and_needs_stand_in_the_order_of_their_sales():
    figure = value_need(MATRIX)
    axes = figure.axes[0]
    assert labels_of(axes, "y") == ["High value", "Medium value", "Low value"]
    assert labels_of(axes, "x") == ["Deal Seeker", "Fresh"]
    values = mesh_of(axes)
    np.testing.assert_allclose(values.filled(-1), [[0.5, 0.3], [-1, 0.1], [-1, 0.1]])
    assert cell_texts(axes, 2) == [
        ["50 % of sales\n200 households", "30 % of sales\n100 households"],
        ["none", "10 % of sales\n1,100 households"],
        ["none", "10 % of sales\n600 households"],
    ]
    # 200 of 2000 households.
    assert title_of(figure) == (
        "50 % of the sales come from 10 % of the households: High value, Deal Seeker"
    )


# --- curves, bars, bubbles and dots -------------------------------------------------


def test_every_metric_of_a_choice_has_a_panel_known_ones_first():
    figure = selection_curves(METRICS)
    assert [axes.get_title().split("\n")[0] for axes in figure.axes] == [
        "Stability",
        "Inertia",
        "Own metric",
    ]
    assert "higher is better" in figure.axes[0].get_title()
    assert "\n" not in figure.axes[2].get_title()
    assert {axes.get_xlabel() for axes in figure.axes} == {"number of segments, k"}
    assert {axes.get_xlim() for axes in figure.axes} == {(1.5, 5.5)}
    assert sorted(legend_of(figure)) == ["Gaussian mixture", "K-Means", "chosen"]


def test_curves_have_a_gap_at_a_fit_that_failed_and_a_ring_at_the_choice():
    figure = selection_curves(METRICS)
    stable, inertia, _ = figure.axes
    curves = lines_of(stable)
    assert curves["K-Means"] == ([2, 3, 4, 5], [1 / 2, 1 / 3, 1 / 4, 1 / 5])
    x, y = curves["Gaussian mixture"]
    assert x == [2, 3, 4, 5]
    np.testing.assert_array_equal(y, [1 / 2, 1 / 3, np.nan, 1 / 5])
    assert curves["chosen"] == ([3], [1 / 3])
    assert "Gaussian mixture" not in lines_of(inertia)
    assert all(any(x == [3, 3] for x in vertical_lines(axes)) for axes in figure.axes)
    assert title_of(figure) == "How many segments? 3, by K-Means"
    assert note_of(figure).startswith("Why: best of all. Bars: ")
    assert "A gap in a line: the fit failed." in note_of(figure)


def test_standard_errors_are_drawn_where_there_are_any():
    stable, inertia, _ = selection_curves(METRICS).axes
    with_failure, k_means = (bars.get_segments() for bars in stable.collections)
    np.testing.assert_allclose(k_means[1], [[3, 1 / 3 - 0.1], [3, 1 / 3 + 0.1]])
    assert [len(ends) for ends in with_failure] == [2, 2, 0, 2]
    assert [
        len(ends) for bars in inertia.collections for ends in bars.get_segments()
    ] == ([0] * 4)


def test_the_stability_threshold_stands_in_its_panel_alone():
    figure = selection_curves(METRICS, stable_from=0.6)
    texts = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert texts == [["stable from 0.6"], [], []]
    assert [0.6, 0.6] in [list(line.get_ydata()) for line in figure.axes[0].lines]
    assert figure.axes[0].get_ylim() == (0, 1.05)
    without = selection_curves(METRICS).axes[0]
    assert [text.get_text() for text in without.texts] == []


def test_a_layer_without_a_choice_has_no_ring():
    figure = selection_curves(metric_rows("needs", None))
    assert title_of(figure) == "How many needs? None was chosen"
    assert "chosen" not in legend_of(figure)
    assert "Why" not in note_of(figure)


def test_a_segment_has_a_bar_for_its_households_and_one_for_its_sales():
    figure = segment_sizes(SEGMENTS)
    [axes] = figure.axes
    assert bar_widths(axes) == [[0.2, 0.5, 0.3], [0.6, 0.396, 0.004]]
    assert [text.get_text() for text in axes.texts] == [
        "20 % (1,000 households)",
        "50 % (2,500 households)",
        "30 % (1,500 households)",
        "60 % (3,000 dollars a household)",
        "40 % (792 dollars a household)",
        "0.4 % (13 dollars a household)",
    ]
    assert labels_of(axes, "y") == [
        f"{i} {name}" for i, name in enumerate(LONG_NAMES, 1)
    ]
    assert axes.get_xlim() == (0, pytest.approx(0.84))
    assert axes.yaxis_inverted()
    assert title_of(figure) == (
        "Segment 1 is 20 % of the households and brings 60 % of the sales"
    )


def test_every_pair_has_a_panel_with_a_bubble_per_segment_and_its_quadrants():
    figure = positioning(POSITIONS)
    assert [axes.get_title() for axes in figure.axes] == [
        "Two features",
        "Two factors",
        "Two counts",
    ]
    for axes in figure.axes:
        [bubbles] = axes.collections
        # The largest is drawn first, so that it hides no other.
        assert bubbles.get_offsets().tolist() == [[4, 50], [4, 50], [1, 10]]
        assert [text.get_text() for text in axes.texts] == ["2", "3", "1"]
        np.testing.assert_allclose(bubbles.get_sizes() / 3000, [0.5, 0.3, 0.2])
        vertical, horizontal = axes.lines
        assert list(vertical.get_xdata()) == [2, 2]
        assert list(horizontal.get_ydata()) == [30, 30]
        assert axes.get_xlim() == pytest.approx((1 - 0.54, 4 + 0.54))
        assert axes.get_ylim() == pytest.approx((10 - 7.2, 50 + 7.2))
    assert legend_of(figure) == [
        f"1 {LONG_NAMES[0]} (20 %)",
        f"2 {LONG_NAMES[1]} (50 %)",
        f"3 {LONG_NAMES[2]} (30 %)",
    ]


def test_axes_name_units_that_their_variables_do_not_name():
    labels = [
        tuple(" ".join(text.split()) for text in (a.get_xlabel(), a.get_ylabel()))
        for a in positioning(POSITIONS).axes
    ]
    assert labels == [
        ("frequency (baskets)", "share fresh (share of sales)"),
        ("Fresh & Lapsed (score)", "Loyal (score)"),
        ("number of departments", "items a day"),
    ]


def test_no_line_is_broken_within_a_unit():
    long = POSITIONS.assign(
        y_variable="Fresh & Lapsed and Loyal", y_unit="share of all"
    )
    text = positioning(long).axes[0].get_ylabel()
    assert text == "Fresh & Lapsed and Loyal\n(share\u00a0of\u00a0all)"


def test_labels_of_bubbles_in_one_place_are_parted():
    axes = positioning(POSITIONS).axes[0]
    second, third, first = (np.array(text.xyann) for text in axes.texts)
    assert np.hypot(*(second - third)) == pytest.approx(figures.LABEL_GAP)
    assert first.tolist() == [0, 0]


def test_segments_beyond_the_palette_still_have_their_number():
    n_segments = len(PALETTE) + 2
    rows = [POSITIONS.iloc[:1].assign(segment_id=i, x=i) for i in range(n_segments)]
    figure = positioning(pd.concat(rows))
    texts = {text.get_text() for text in figure.axes[0].texts}
    assert texts == {str(i) for i in range(n_segments)}
    assert len(legend_of(figure)) == n_segments


def test_a_pair_on_which_all_segments_are_alike_still_has_room():
    alike = POSITIONS.assign(x=2.0, y=30.0)
    axes = positioning(alike).axes[0]
    assert axes.get_xlim() == pytest.approx((2 - 0.18, 2 + 0.18))


def test_stability_shows_intervals_halves_and_the_threshold():
    figure = stability(STABILITY)
    [axes] = figure.axes
    dots = lines_of(axes)
    assert dots["in other samples of households"] == (
        [0.5, 0.8, 0.3],
        pytest.approx([-0.13, 0.87, 1.87]),
    )
    # One value is unknown, and a rate of change is no stability.
    assert dots["in the other half of the days"] == (
        [0.2, 0.6],
        pytest.approx([0.13, 1.13]),
    )
    intervals = axes.collections[0].get_segments()
    np.testing.assert_allclose(
        [segment[:, 0] for segment in intervals], [[0.4, 0.6], [0.7, 0.9], [0.1, 0.7]]
    )
    assert [0.7, 0.7] in vertical_lines(axes)
    assert [text.get_text() for text in axes.texts] == ["stable from 0.7"]
    assert labels_of(axes, "y") == [
        "All segments (adjusted Rand index)",
        f"1 {LONG_NAMES[0]}",
        f"2 {LONG_NAMES[1]}",
    ]
    assert axes.get_xlim() == (0, 1)
    assert title_of(figure).startswith("1 of 2 segments are stable")


def test_worse_than_chance_is_not_cut_off():
    values = STABILITY["value"].where(STABILITY["segment_id"] > 0, -0.25)
    assert stability(STABILITY.assign(value=values)).axes[0].get_xlim() == (-0.25, 1)


def test_forecasts_are_drawn_against_what_came_true():
    figure = clv_calibration(TENTHS)
    purchases, sales = figure.axes
    assert lines_of(purchases) == {
        "BG/NBD and Gamma-Gamma": ([2, 6, 30], [2, 6, 30]),
        "same as the last weeks": ([1, 3, 15], [2, 6, 30]),
        "forecast came true": ([0, 31.5], [0, 31.5]),
    }
    assert lines_of(sales)["same as the last weeks"] == (
        [4000, 12000, 60000],
        [10000, 30000, 150000],
    )
    for axes, largest in ((purchases, 30), (sales, 150000)):
        assert axes.get_xlim() == axes.get_ylim() == (0, pytest.approx(1.05 * largest))
        assert axes.get_aspect() == 1
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "forecast, purchase days a household",
        "forecast, dollars a household",
    ]
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "came true, purchase days a household",
        "came true, dollars a household",
    ]
    markers = [line.get_marker() for line in purchases.lines]
    assert len(set(markers)) == len(markers)


def test_errors_of_forecasts_have_a_bar_per_method_and_check():
    figure = clv_errors(CHECKS)
    assert [[text.get_text() for text in axes.texts] for axes in figure.axes] == [
        ["6.0", "5.2"],
        ["1,214", "1,218"],
        ["+20.0 %", "-1.1 %"],
        ["+0.4 %", "none"],
    ]
    assert bar_widths(figure.axes[1]) == [[1214, 1218]]
    assert labels_of(figure.axes[0], "y") == [
        "same as the last weeks",
        "BG/NBD and Gamma-Gamma",
    ]
    assert title_of(figure).endswith('least wrong is "same as the last weeks"')


# --- all pictures -------------------------------------------------------------------

PICTURES = [
    (factor_heatmap, LOADINGS, "factor"),
    (selection_curves, METRICS, "metric"),
    (segment_sizes, SEGMENTS, "segment_id"),
    (profile_heatmap, PROFILES, "feature"),
    (positioning, POSITIONS, "segment_id"),
    (stability, STABILITY, "segment_id"),
    (migration, MOVES, "to_segment_id"),
    (value_need, MATRIX, "need_type"),
    (clv_calibration, TENTHS, "method"),
    (clv_errors, CHECKS, "method"),
]
EACH_PICTURE = pytest.mark.parametrize(
    ("picture", "frame", "key"), PICTURES, ids=[p.__name__ for p, _, _ in PICTURES]
)


@EACH_PICTURE
def test_nothing_is_cut_and_no_labels_meet(picture, frame, key):
    assert_readable(picture(frame))


@EACH_PICTURE
def test_the_order_of_the_rows_does_not_matter(picture, frame, key, tmp_path):
    for name, rows in (("given", frame), ("turned", frame.iloc[::-1])):
        write_picture(picture(rows), tmp_path, name)
    given, turned = (tmp_path / f"{name}.svg" for name in ("given", "turned"))
    assert given.read_bytes() == turned.read_bytes()


@EACH_PICTURE
def test_the_rows_given_are_not_changed(picture, frame, key):
    before = frame.copy()
    picture(frame)
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
            selection_curves,
            pd.concat([METRICS, METRICS.assign(clustering="needs")]),
            "several clusterings: needs, segments",
        ),
        (selection_curves, METRICS.assign(is_chosen=True), "several choices"),
        (
            selection_curves,
            METRICS[METRICS["metric"] == "failure"],
            "no metric for seg",
        ),
        (profile_heatmap, PROFILES.assign(z_score=np.nan), "no z-score"),
        (stability, STABILITY.iloc[-1:], "has 0 values of stable_from"),
        (
            stability,
            STABILITY.assign(stable_from=range(7)),
            "has 7 values of stable_from",
        ),
        (migration, MOVES.assign(n_households=0), "no household"),
        (clv_errors, CHECKS.iloc[:-2], "no value of sales_total_bias"),
        (clv_errors, CHECKS.assign(value=None), "no value of purchases_mae, "),
    ],
)
def test_rows_that_cannot_be_drawn_are_an_error(picture, frame, sentence):
    with pytest.raises(ValueError, match=sentence):
        picture(frame)


def test_a_users_own_settings_do_not_change_a_picture(tmp_path):
    write_picture(segment_sizes(SEGMENTS), tmp_path, "usual")
    with rc_context({"font.size": 30, "axes.facecolor": "red", "svg.hashsalt": "x"}):
        write_picture(segment_sizes(SEGMENTS), tmp_path, "own")
    for suffix in ("png", "svg"):
        usual, own = (tmp_path / f"{name}.{suffix}" for name in ("usual", "own"))
        assert usual.read_bytes() == own.read_bytes()


def test_names_with_dollar_signs_are_no_formula():
    dollars = SEGMENTS.assign(segment_name=["$x_1$", "$2", "a"])
    figure = segment_sizes(dollars)
    draw(figure)
    assert labels_of(figure.axes[0], "y")[0] == "1 $x_1$"
    assert not figure.axes[0].get_yticklabels()[0].get_parse_math()


def test_a_png_has_a_palette_that_keeps_its_common_colours(tmp_path):
    common = np.arange(figures.EXACT_COLOURS * 3, dtype=np.uint8).reshape(1, -1, 3)
    rare = np.array([[[100, 150, 201]]], dtype=np.uint8)
    pixels = np.concatenate([common, common, rare], axis=1)
    palette = np.asarray(figures._with_palette(pixels).convert("RGB"))
    np.testing.assert_array_equal(palette[0, :-1], pixels[0, :-1])
    # The nearest multiples of 17.
    assert palette[0, -1].tolist() == [102, 153, 204]
    write_picture(segment_sizes(SEGMENTS), tmp_path, "sizes")
    with Image.open(tmp_path / "sizes.png") as image:
        assert image.mode == "P"


def test_colours_beyond_a_palette_become_the_nearest_of_it():
    # More than a palette has, the first of them twice as often.
    steps = np.arange(18) * 15
    many = np.array([(r, g, 0) for r in steps for g in steps], dtype=np.uint8)
    pixels = np.concatenate([many, many[:200]])[None]
    palette = np.asarray(figures._with_palette(pixels).convert("RGB"))
    assert len(np.unique(palette.reshape(-1, 3), axis=0)) <= 256
    assert np.abs(palette.astype(int) - pixels).max() <= 2 * figures.COLOUR_STEP


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1e-5, "< 0.1 %"), (0.004, "0.4 %"), (0.35, "35 %"), (1.0, "100 %")],
)
def test_small_shares_keep_a_digit(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1234.0, "1,234"),
        (-57000.5, "-57,000.5"),
        (2e6, "2,000,000"),
    ],
)
def test_numbers_have_no_needless_digits(value, text):
    assert number(value) == text


def test_names_become_words():
    assert words("n_products") == "number of products"
    assert words("k_means") == "K-Means"
    assert words("avg_items_per_basket") == "avg items per basket"


# --- command ------------------------------------------------------------------------

MARTS = {
    "fct_factor_loadings": LOADINGS,
    "fct_segmentation_metrics": pd.concat(
        [METRICS, metric_rows("needs", None)], ignore_index=True
    ),
    "dim_segments": SEGMENTS,
    "fct_segment_profiles": PROFILES.assign(
        is_reduced=PROFILES["feature"] != "recency"
    ),
    "fct_segment_positioning": POSITIONS,
    "fct_segment_stability": STABILITY,
    "fct_segment_migration": MOVES,
    "fct_value_need_matrix": pd.concat(
        [
            MATRIX.assign(need_option="across_tiers"),
            MATRIX.assign(need_option="within_tier", need_type="Other"),
        ]
    ),
    "fct_clv_calibration": TENTHS,
    "fct_clv_validation": pd.concat(
        [
            CHECKS.assign(check_group="holdout_error"),
            CHECKS.assign(check_group="assumption", method="bg_nbd"),
        ]
    ),
}
ALL_MARTS = MARTS | EFFECT_MARTS | DECISION_MARTS
NAMES = [
    "factor_heatmap",
    "selection_curves_needs",
    "selection_curves_segments",
    "segment_sizes",
    "profile_heatmap",
    "positioning",
    "stability",
    "migration",
    "value_need",
    "clv_calibration",
    "clv_errors",
    *EFFECT_PICTURES,
    *DECISION_PICTURES,
]


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A file with the marts that are drawn."""
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for mart, frame in ALL_MARTS.items():
            connection.register("frame", frame)
            connection.execute(f"create table marts.{mart} as select * from frame")
    return path


def execute(warehouse: Path, statement: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(statement)


def test_the_command_writes_every_picture_twice_and_always_the_same(
    warehouse, tmp_path
):
    command = [sys.executable, "-W", "error", "-m", "retail_uplift.figures"]
    outputs = []
    for folder in ("one", "new/two"):
        run = subprocess.run(
            [*command, str(warehouse), str(tmp_path / folder)],
            check=True,
            capture_output=True,
            text=True,
        )
        assert run.stdout.splitlines() == [
            f"{i} of {len(NAMES)} {name}" for i, name in enumerate(NAMES, start=1)
        ]
        assert run.stderr == ""
        files = sorted((tmp_path / folder).iterdir())
        outputs.append({file.name: file.read_bytes() for file in files})
    first, second = outputs
    assert set(first) == {f"{name}.{end}" for name in NAMES for end in ("png", "svg")}
    assert first == second
    for name, content in first.items():
        assert content.startswith(b"\x89PNG" if name.endswith("png") else b"<?xml")
        assert b"matplotlib.org" not in content


def test_the_command_draws_the_rows_that_belong_in_each_picture(warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        drawn = {
            name: draw() for name, draw in figures.read_pictures(connection).items()
        }
    profile, matrix = (
        drawn[name].axes[0] for name in ("profile_heatmap", "value_need")
    )
    assert labels_of(profile, "y") == ["number of products", "share fresh"]
    assert labels_of(matrix, "x") == ["Deal Seeker", "Fresh"]
    assert len(drawn["clv_errors"].axes[0].patches) == 2
    # The threshold is that of the build.
    for name in ("stability", "selection_curves_needs", "selection_curves_segments"):
        texts = [text.get_text() for text in drawn[name].axes[0].texts]
        assert texts == ["stable from 0.7"]


def test_the_exposure_names_the_marts_that_are_drawn():
    text = (REPOSITORY / "models/marts/_exposures.yml").read_text(encoding="utf-8")
    [exposure] = [
        exposure
        for exposure in yaml.safe_load(text)["exposures"]
        if exposure["name"] == "customer_figures"
    ]
    assert exposure["depends_on"] == [f"ref('{mart}')" for mart in sorted(MARTS)]


def test_a_missing_warehouse_is_one_sentence_and_is_not_made(tmp_path, capsys):
    missing = tmp_path / "missing.duckdb"
    assert main([str(missing), str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == (
        f"figures: There is no warehouse {missing}: run make build first.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_effects_and_decisions_without_a_row_are_named_and_not_drawn(warehouse, capsys):
    for mart in EFFECT_MARTS | DECISION_MARTS:
        execute(warehouse, f"delete from marts.{mart}")
    folder = warehouse.parent / "out"
    assert main([str(warehouse), str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    emptied = EFFECT_PICTURES | DECISION_PICTURES
    untouched = len(NAMES) - len(emptied)
    assert lines[untouched:] == [
        f"{i} of {len(NAMES)} {name}: not drawn, there are no rows"
        for i, name in enumerate(emptied, start=untouched + 1)
    ]
    assert len(list(folder.iterdir())) == 2 * untouched


@pytest.mark.parametrize(
    ("name", "marts"),
    [("effect_figures", EFFECT_MARTS), ("decision_figures", DECISION_MARTS)],
)
def test_the_exposures_of_designs_name_the_marts_that_are_drawn(name, marts):
    text = (REPOSITORY / "models/marts/_exposures.yml").read_text(encoding="utf-8")
    [exposure] = [
        exposure
        for exposure in yaml.safe_load(text)["exposures"]
        if exposure["name"] == name
    ]
    assert exposure["depends_on"] == [f"ref('{mart}')" for mart in sorted(marts)]


@pytest.mark.parametrize("mart", ALL_MARTS)
def test_a_missing_mart_is_one_sentence_and_nothing_is_drawn(warehouse, mart, capsys):
    execute(warehouse, f"drop table marts.{mart}")
    folder = warehouse.parent / "out"
    assert main([str(warehouse), str(folder)]) == 1
    assert capsys.readouterr().err == (
        f"figures: The warehouse has no table marts.{mart}: run make build first.\n"
    )
    assert not folder.exists()


@pytest.mark.parametrize(
    ("mart", "frame", "column"),
    [
        ("fct_factor_loadings", "loadings", "loading"),
        ("fct_segment_stability", "stability", "stable_from"),
    ],
)
def test_a_mart_without_a_column_is_one_sentence(
    warehouse, capsys, mart, frame, column
):
    execute(warehouse, f"alter table marts.{mart} drop column {column}")
    assert main([str(warehouse), str(warehouse.parent / "out")]) == 1
    sentence = f"figures: {frame} lacks the columns ['{column}'].\n"
    assert capsys.readouterr().err == sentence


def test_a_file_that_is_no_warehouse_is_one_sentence(tmp_path, capsys):
    path = tmp_path / "w.duckdb"
    path.write_text("no database" * 1000, encoding="utf-8")
    assert main([str(path), str(tmp_path / "out")]) == 1
    sentence = capsys.readouterr().err
    assert sentence.startswith("figures: ")
    assert sentence.count("\n") == 1


def test_arguments_that_lack_are_an_error():
    with pytest.raises(SystemExit) as stop:
        main([])
    assert stop.value.code == 2
