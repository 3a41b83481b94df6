"""How far a long computation is, for people who wait for it."""

from collections.abc import Callable

from tqdm import tqdm

Progress = Callable[[int, int], None]


def progress_on_stderr(what: str) -> Progress:
    """Return a function that shows steps done, time elapsed and time left.

    Nothing is shown where standard error is not a terminal.

    Parameters
    ----------
    what : str
        What a step is called, such as "block".

    Returns
    -------
    callable
        Called as progress(k, n) after step k of n.
    """
    bar = tqdm(unit=f" {what}", disable=None, dynamic_ncols=True)

    def show(n_done: int, n_all: int) -> None:
        bar.total = n_all
        bar.update(n_done - bar.n)
        if n_done == n_all:
            bar.close()

    return show
