"""A version of a ticket that only git's index holds is never lost without a word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

FILE = ".tickets/pt-1.md"
CALLS = {
    "set": ["set", "pt-1", "tags=x"],
    "set --stage": ["--stage", "set", "pt-1", "tags=x"],
    "comment": ["comment", "pt-1", "More."],
    "reopen": ["reopen", "pt-1"],
    "mv": ["mv", "pt-1", "pt-9"],
    "rm": ["rm", "pt-1"],
    "archive": ["archive", "pt-1"],
    "commit": ["commit"],
}


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", status="closed", more="closed: 2026-01-05T00:00:00Z\n")
    repository.tk.write("pt-2")
    repository.commit_all()
    return repository


def stage_another_version(store: Repository) -> str:
    """Stages one text of a ticket and leaves another in its file; the staged one."""
    path = store.folder / FILE
    committed = path.read_text()
    staged = committed + "A staged line.\n"
    path.write_text(staged)
    store.git("add", FILE)
    path.write_text(committed + "Another line.\n")
    return staged


@pytest.mark.parametrize("name", CALLS)
def test_a_staged_version_is_kept_and_the_message_says_where(store: Repository, name: str) -> None:
    staged = stage_another_version(store)
    done = store.tk(*CALLS[name])
    assert done.code == 0, done.stderr
    found = re.search(
        r"pt-1\.md: a staged version, other than the file, was replaced; it is kept in (\S+)", done.stderr
    )
    assert found, done.stderr
    assert Path(found[1]).read_text() == staged


@pytest.mark.parametrize("name", [name for name in CALLS if name != "commit"])
def test_a_staged_removal_that_is_taken_back_is_told(store: Repository, name: str) -> None:
    store.git("rm", "--quiet", "--cached", FILE)
    done = store.tk(*CALLS[name])
    assert done.code == 0, done.stderr
    assert f"{FILE}: its staged removal was undone" in done.stderr


@pytest.mark.parametrize("name", CALLS)
def test_what_is_staged_as_the_file_stands_is_nothing_to_tell(store: Repository, name: str) -> None:
    path = store.folder / FILE
    path.write_text(path.read_text() + "A staged line.\n")
    store.git("add", FILE)
    assert "staged" not in store.tk(*CALLS[name]).stderr


@pytest.mark.parametrize("settings", [("index.version", "4"), ("core.autocrlf", "true")])
def test_an_index_or_line_ends_of_another_kind_are_no_staged_version(
    store: Repository, settings: tuple[str, str]
) -> None:
    store.git("config", *settings)
    store.git("rm", "--quiet", "-r", "--cached", ".")
    store.git("reset", "--quiet", "--hard")
    assert store.tk("set", "pt-1", "tags=x").stderr == ""
    assert store.tk("new", "Fresh", "--no-check-duplicates").stderr == ""


def test_a_new_file_that_is_only_announced_is_no_staged_version(store: Repository) -> None:
    store.tk.write("pt-3")
    store.git("add", "--intent-to-add", ".tickets/pt-3.md")
    assert "staged" not in store.tk("set", "pt-3", "tags=x").stderr
