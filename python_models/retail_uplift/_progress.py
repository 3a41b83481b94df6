"""How far a long computation is, for people who wait for it."""

import sys
import time
from collections.abc import Callable

Progress = Callable[[int, int], None]


def progress_on_stderr(what: str, every_seconds: float = 0.0) -> Progress:
    """Return a function that shows steps done, time elapsed and time left.

    Parameters
    ----------
    what : str
        What a step is called, such as "block".
    every_seconds : float
        How long to be silent between two steps that are shown; the last one always is.

    Returns
    -------
    callable
        Called as progress(k, n) after step k of n.
    """
    start = shown = time.monotonic()

    def show(n_done: int, n_all: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown < every_seconds and n_done < n_all:
            return
        shown, elapsed = now, now - start
        left = elapsed / n_done * (n_all - n_done)
        end = "\n" if n_done == n_all else ""
        text = f"{what} {n_done} of {n_all}, {elapsed:.0f} s elapsed, {left:.0f} s left"
        print(f"\r{text:<60}", end=end, file=sys.stderr, flush=True)

    return show
