"""Holds numeric libraries to one thread, so that a seed gives the same sums again."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold the numeric libraries to one thread; also decorates a function."""
    with _libraries().limit(limits=1):
        yield


@cache
def _libraries() -> ThreadpoolController:
    """Return the libraries of this process, which take milliseconds to look up.

    The fits load theirs when they are imported, hence before the first call.
    """
    return ThreadpoolController()
