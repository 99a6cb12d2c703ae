"""`tk show` into a pipe: the text for scripts, without what could break a terminal."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from prefork.start import quick

if TYPE_CHECKING:
    from builders import Repository


def piped(store: Repository) -> bytes:
    return subprocess.run(
        [quick(store.tk.command), "show", "pt-1"],
        cwd=store.folder,
        env=store.tk.environment,
        capture_output=True,
        check=True,
    ).stdout


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;x\x07", "\\x1b]52;c;x\\x07"),
        ("a\x9b31mred", "a\\x9b31mred"),
        ("over\rwritten", "over\\x0dwritten"),
        ("back\x08\x7f", "back\\x08\\x7f"),
        ("\x00", "\\x00"),
    ],
)
def test_a_pipe_gets_the_text_without_control_characters(repository: Repository, text: str, shown: str) -> None:
    path = repository.tk.write("pt-1")
    path.write_bytes(path.read_bytes() + text.encode() + b" end\n")
    assert piped(repository).decode().splitlines()[-1] == f"{shown} end"


@pytest.mark.parametrize("text", ["a\tb", "\u05d0\u200f!", "\u202eturned\u202c", "caf\u00e9 \U0001f600"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_pipe_gets_all_else_as_it_is_in_the_file(repository: Repository, text: str, end: str) -> None:
    path = repository.tk.write("pt-1", body=text + "\n")
    path.write_bytes(path.read_bytes().replace(b"\n", end.encode()))
    assert piped(repository) == path.read_bytes()
