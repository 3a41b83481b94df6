"""Fits of the retail_uplift warehouse: pure functions, frame in and frame out.

``retail_uplift.open()`` gives the households, units and scores of a published build as
frames. Nothing is imported before it is asked for.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """Import `open` when it is first used."""
    if name == "open":
        from retail_uplift.serving.published_frames import open_published

        return open_published
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
