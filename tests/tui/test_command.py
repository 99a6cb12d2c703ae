"""The command itself: on a real terminal, and where there is none."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import time
from contextlib import contextmanager
from fcntl import ioctl
from termios import TIOCSWINSZ
from typing import TYPE_CHECKING

import pytest

from builders import without_library
from built_once import built_once
from prefork.start import quick
from terminal import on_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from builders import Repository

PATIENCE_SECONDS = 60
_COLOUR = re.compile(rb"\x1b\[[0-9;]*\b(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)(?:;[0-9;]*)?m")


class Terminal:
    """`tk ui` on a terminal of 80 columns and 24 lines; `shown` is everything that it wrote."""

    def __init__(self, process: subprocess.Popen[bytes], ours: int) -> None:
        self._process, self._ours, self.shown = process, ours, b""

    def type(self, keys: str) -> None:
        """Press keys; from now on only what is written after them counts."""
        self.shown = b""
        os.write(self._ours, keys.encode())

    def until(self, text: str) -> None:
        """Wait until a text was written, apart from its styles."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in re.sub(r"\x1b\[[^a-zA-Z]*[a-zA-Z]", "", self.shown.decode(errors="replace")):
            assert time.monotonic() < deadline, self.shown
            assert self._read() or self._process.poll() is None, self.shown

    def end(self, number: int = 0) -> int:
        """Wait until the program has ended, perhaps by a signal; return its exit code."""
        if number:
            self._process.send_signal(number)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            self._read()
        return self._process.wait(1)

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], 0.1)[0]:
            return False
        try:
            self.shown += os.read(self._ours, 65536)
        except OSError:
            return False
        return True


@contextmanager
def started(repository: Repository, *words: str, env: dict[str, str] | None = None) -> Iterator[Terminal]:
    """Run `tk ui` on a terminal."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [quick(repository.tk.command), *words],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=repository.folder,
        env={**repository.tk.environment, "TERM": "xterm-256color", **(env or {})},
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("aa-1", "First", priority="1")
    repository.tk.write("aa-2", "Second", status="in_progress")
    repository.commit_all("tickets")
    return repository


def test_keys_on_a_real_terminal_make_a_commit(store: Repository) -> None:
    with started(store, "ui") as terminal:
        terminal.until("Second")
        assert _COLOUR.search(terminal.shown)
        terminal.type("c")
        terminal.until("internal: not to be shown")
        terminal.type("Typed on a terminal.")
        terminal.until("terminal.")
        terminal.type("\x13")
        terminal.until("Comment added to aa-1")
        terminal.type("q")
        assert terminal.end() == 0
        assert b"\x1b[?1049l" in terminal.shown
    assert store.git("log", "-1", "--format=%an: %s") == "Ada Lovelace: tk: comment aa-1 First"
    assert "Typed on a terminal." in store.tk.text("aa-1")
    assert store.git("status", "--porcelain") == ""


def test_a_signal_to_end_restores_the_terminal(store: Repository) -> None:
    with started(store, "ui") as terminal:
        terminal.until("First")
        assert terminal.end(signal.SIGTERM) == -signal.SIGTERM
        assert b"\x1b[?1049l" in terminal.shown


@pytest.mark.parametrize(("words", "env"), [(["ui"], {"NO_COLOR": "1"}), (["--color", "never", "ui"], {})])
def test_without_colours_none_reaches_the_terminal(store: Repository, words: list[str], env: dict[str, str]) -> None:
    with started(store, *words, env=env) as terminal:
        terminal.until("First")
        seen = {"e": "Edit aa-1", "\t\t": "Who works on it", "\x1b": "board", "?": "Keys", "q": "First"}
        for keys, text in seen.items():
            written = terminal.shown
            terminal.type(keys)
            terminal.until(text)
            assert not _COLOUR.search(written + terminal.shown)
        terminal.type("\x11")
        assert terminal.end() == 0


def test_without_a_terminal_it_says_what_works_there(store: Repository) -> None:
    done = store.tk("ui")
    assert done.code == 2
    assert done.stderr.startswith("Error: `tk ui` needs a terminal")
    assert "`tk ls`" in done.stderr
    dumb = on_terminal(store.tk, "ui", env={"TERM": "dumb"})
    assert dumb.code == 2
    assert "needs a terminal" in dumb.text


@pytest.mark.parametrize("library", ["textual", "rich"])
def test_without_the_extra_it_says_what_to_install(store: Repository, tmp_path: Path, library: str) -> None:
    env = without_library(tmp_path, library)
    done = store.tk("ui", env=env)
    assert done.code == 2
    assert f"Error: the terminal interface needs a library that is not installed: {library}\n" in done.stderr
    assert "pip install 'plaintickets[tui]'" in done.stderr


def test_without_a_store_it_says_how_to_make_one(store: Repository, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    shown = on_terminal(store.tk, "-C", str(empty), "ui")
    assert shown.code == 4
    assert "no .tickets directory found" in shown.text
