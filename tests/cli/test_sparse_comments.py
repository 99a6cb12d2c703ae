"""A sparse checkout that leaves comment files out: readers say what they cannot see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

LEFT_OUT = ".tickets/pt-1.d/2026-01-01T000000Z-0.md:0: the sparse checkout leaves out 2 comments"


@pytest.fixture
def sparse(repository: Repository) -> Repository:
    """A ticket with two comments in files and one without, checked out without the comments."""
    for ticket in ("pt-1", "pt-2"):
        repository.tk.write(ticket, "Parser")
    folder = repository.tk.store / "pt-1.d"
    folder.mkdir()
    for number in range(2):
        text = f"---\nauthor: Bo\ndate: 2026-01-0{number + 1}T00:00:00Z\n---\nSecret {number}\n"
        (folder / f"2026-01-0{number + 1}T000000Z-0.md").write_text(text, encoding="utf-8")
    repository.commit_all()
    repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/.tickets/*.d/")
    assert not folder.exists()
    return repository


@pytest.mark.parametrize("command", ["ls", "ready", "search parser", "query", "similar pt-1", "show pt-1"])
def test_a_reader_says_that_it_lacks_comments(sparse: Repository, command: str) -> None:
    done = sparse.tk(*command.split())
    assert (done.code, LEFT_OUT in done.stderr) == (0, True), done.stderr
    assert "Parser" in done.stdout or "pt-1" in done.stdout


def test_json_says_it_too(sparse: Repository) -> None:
    for command in ("ls", "search parser", "show pt-1"):
        done = json.loads(sparse.tk(*command.split(), "--json").stdout)
        assert [LEFT_OUT.removeprefix(".tickets/") in problem for problem in done["problems"]] == [True], command


def test_nothing_is_said_where_nothing_is_lacking(sparse: Repository) -> None:
    assert sparse.tk("show", "pt-2").stderr == ""
    assert sparse.tk("blockers").code == 0, "comments decide nothing"
    assert "Secret 1" in sparse.tk("log", "pt-1").stdout, "the history is read from git"
    assert "Secret 1" in sparse.tk("show", "pt-1@HEAD").stdout
    sparse.git("sparse-checkout", "disable")
    assert sparse.tk("ls").stderr == ""
    assert "Secret 1" in sparse.tk("show", "pt-1").stdout
