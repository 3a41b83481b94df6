"""Progress is for people: shown on a terminal, silent elsewhere."""

import io
import sys

import pytest

from retail_uplift.progress import progress_on_stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    show = progress_on_stderr("block")
    show(1, 3)
    show(3, 3)
    return stream.getvalue()


def test_a_terminal_shows_steps_done_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    last = shown(monkeypatch, Terminal()).split("\r")[-1]
    assert "3/3" in last
    assert "block" in last


def test_a_file_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO()) == ""
