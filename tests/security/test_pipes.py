"""A named pipe or a device under any name of a work tree keeps no command waiting (a command has 60 seconds)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
GITS_OWN = (
    *(".tickets/.gitattributes", ".tickets/.gitignore", ".gitattributes", ".gitignore", ".gitmodules", ".mailmap"),
    *(".tickets/archive/.gitattributes", ".tickets/pt-1.d/.gitattributes"),
)
OURS = (
    *(".tickets/config.yml", ".tickets/pt-2.md", ".tickets/templates/bug.md", ".tickets/README.md"),
    *(".tickets/pt-1.d/note.md", "package.json", ".tickets/archive/2026/pt-3.md"),
)
COMMANDS = (
    *(("ls",), ("show", "pt-1"), ("check",), ("check", "--base", "HEAD"), ("doctor",), ("setup",)),
    *(("set", "pt-1", "priority=1"), ("new", "Two"), ("commit",), ("log",), ("log", "pt-1"), ("diff",)),
    *(("search", "valve"), ("blockers",), ("resolve", "--auto"), ("migrate-format", "--comments", "files")),
)


def put_pipes(repository: Repository, *places: str) -> None:
    repository.tk.write("pt-1", title="The valve leaks")
    repository.commit_all()
    for place in places:
        path = repository.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        os.mkfifo(path)


def test_no_command_waits_for_a_pipe_that_it_would_read(repository: Repository) -> None:
    put_pipes(repository, *OURS)
    for arguments in COMMANDS:
        done = repository.tk(*arguments)
        assert done.code in (0, 1, 3, 4, 5), (arguments, done.stderr)


@pytest.mark.parametrize("place", GITS_OWN)
def test_a_pipe_that_git_would_wait_for_is_named_and_nothing_is_written(repository: Repository, place: str) -> None:
    put_pipes(repository, place)
    before = sorted(os.listdir(repository.tk.store))
    for arguments in (("new", "Two"), ("set", "pt-1", "priority=1"), ("log", "pt-1"), ("check",), ("setup",)):
        done = repository.tk(*arguments)
        assert done.code == 5, (arguments, done.stdout)
        assert f"{place} is a pipe or a device" in done.stderr
    assert sorted(os.listdir(repository.tk.store)) == before
    assert f"{place} is a pipe or a device" in repository.tk("doctor").stdout
