"""Reading what a picture shows."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure


def mesh_of(axes: Axes) -> np.ndarray:
    """The numbers behind the coloured cells."""
    [mesh] = [c for c in axes.collections if isinstance(c, QuadMesh)]
    return mesh.get_array()


def cell_texts(axes: Axes, n_columns: int) -> list[list[str]]:
    texts = [text.get_text() for text in axes.texts if text.get_rotation() == 0]
    return [texts[i : i + n_columns] for i in range(0, len(texts), n_columns)]


def labels_of(axes: Axes, axis: str) -> list[str]:
    ticks = axes.get_xticklabels() if axis == "x" else axes.get_yticklabels()
    return [" ".join(tick.get_text().split()) for tick in ticks]


def title_of(figure: Figure) -> str:
    return " ".join(figure.texts[0].get_text().split())


def note_of(figure: Figure) -> str:
    return " ".join(figure.texts[1].get_text().split())


def legend_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def bar_widths(axes: Axes) -> list[list[float]]:
    return [[bar.get_width() for bar in bars] for bars in axes.containers]


def lines_of(axes: Axes) -> dict[str, tuple[list, list]]:
    """The curves that the legend names."""
    handles, labels = axes.get_legend_handles_labels()
    lines = [h[0] if isinstance(h, tuple) else h for h in handles]
    return {
        label: (list(line.get_xdata()), list(line.get_ydata()))
        for label, line in zip(labels, lines, strict=True)
    }


def draw(figure: Figure) -> None:
    FigureCanvasAgg(figure).draw()


def vertical_lines(axes: Axes) -> list[list[float]]:
    return [list(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]


def assert_readable(figure: Figure) -> None:
    """Nothing is cut and no labels meet."""
    draw(figure)
    inside = figure.get_tightbbox()
    assert inside.x0 >= 0
    assert inside.y0 >= 0
    assert inside.x1 <= figure.bbox_inches.x1
    assert inside.y1 <= figure.bbox_inches.y1
    title, note = (text.get_window_extent() for text in figure.texts)
    assert note.y1 <= title.y0
    for axes in figure.axes:
        assert axes.get_tightbbox().y1 <= note.y0
        across = [tick.get_window_extent() for tick in axes.get_xticklabels()]
        assert all(a.x1 <= b.x0 for a, b in pairwise(across))
        labels = [label for label in axes.get_yticklabels() if label.get_visible()]
        down = sorted((t.get_window_extent() for t in labels), key=lambda b: b.y0)
        assert all(a.y1 <= b.y0 + 1 for a, b in pairwise(down))
    if figure.legends:
        legend = figure.legends[0].get_window_extent()
        assert all(legend.y1 <= axes.get_tightbbox().y0 for axes in figure.axes)
