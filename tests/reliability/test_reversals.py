"""A git of the user's that read its index before ours was written takes our change back; tk brings it again.

The race itself is run by the soak. Here its outcome is made by hand: the index as it was is put back.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from builders import Repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1")
    repository.tk.write("pt-2")
    repository.tk.write("pt-3")
    (repository.folder / "code.py").write_text("one\n")
    repository.commit_all()
    return repository


def taken_back(store: Repository, *changes: tuple[str, ...], commits: bool = True) -> None:
    """Makes changes, and lets a commit of the user's take them back that had read its index before."""
    index = store.folder / ".git" / "index"
    before, state = index.read_bytes(), index.stat()
    for change in changes:
        assert store.tk(*change).code == 0
    index.write_bytes(before)
    # With its own date: git compares whole seconds, and what is as young as the index it reads anew.
    os.utime(index, ns=(state.st_atime_ns, state.st_mtime_ns))
    (store.folder / "code.py").write_text("two\n")
    store.git("add", "code.py")
    if commits:
        store.git("commit", "--quiet", "--message", "user")


def differing(store: Repository) -> str:
    return store.git("status", "--porcelain", "--", ".tickets")


CHANGES = {
    "edit": (("set", "pt-1", "priority=0"),),
    "edit twice": (("set", "pt-1", "priority=0"), ("set", "pt-1", "priority=1")),
    "new": (("new", "Fresh", "--no-check-duplicates"),),
    "rm": (("rm", "pt-1"),),
    "mv": (("mv", "pt-1", "pt-7"),),
    "many": (("set", "pt-1", "priority=0"), ("close", "pt-2"), ("link", "pt-1", "pt-2")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_next_command_commits_again_what_a_git_of_the_users_took_back(store: Repository, name: str) -> None:
    taken_back(store, *CHANGES[name])
    assert differing(store) != ""
    said = store.tk("set", "pt-3", "priority=0").stderr
    assert "committed again" in said
    assert differing(store) == ""
    assert store.git("log", "-3", "--format=%s").splitlines()[-1] == "user"
    assert store.tk("set", "pt-3", "priority=1").stderr == ""


@pytest.mark.parametrize("name", CHANGES)
def test_what_only_the_index_would_take_back_is_taken_out_of_it(store: Repository, name: str) -> None:
    taken_back(store, *CHANGES[name], commits=False)
    said = store.tk("set", "pt-3", "priority=0").stderr
    assert "an older state of" in said
    assert (differing(store), store.git("status", "--porcelain")) == ("", "M  code.py")


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("commits", [True, False])
def test_the_doctor_finds_it_from_git_alone_and_mends_it(store: Repository, name: str, *, commits: bool) -> None:
    taken_back(store, *CHANGES[name], commits=commits)
    shutil.rmtree(store.folder / ".git" / "plaintickets")
    found = store.tk("doctor")
    assert found.code == 1
    assert ("[taken-back]" if commits else "[older-in-index]") in found.stdout
    mended = store.tk("doctor", "--fix")
    assert (mended.code, differing(store)) == (0, "")


def test_the_command_itself_commits_again_what_is_taken_back_at_once(store: Repository) -> None:
    index = store.folder / ".git" / "index"
    shutil.copy(index, store.folder.parent / "before")
    hook = store.folder / ".git" / "hooks" / "post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        "#!/bin/sh\nunset GIT_INDEX_FILE\nif mv ../before .git/index; then git commit -q --allow-empty -m user; fi\n"
    )
    hook.chmod(0o755)
    assert store.tk("set", "pt-1", "priority=0").code == 0
    assert differing(store) == ""
    assert store.git("log", "-3", "--format=%s").splitlines()[1] == "user"


def revert(store: Repository) -> None:
    store.git("revert", "--no-edit", "HEAD")


def undo_the_commit_and_keep_the_file(store: Repository) -> None:
    store.git("reset", "--soft", "HEAD~1")


def edit_by_hand(store: Repository) -> None:
    path = store.tk.store / "pt-1.md"
    path.write_text(path.read_text().replace("priority: 0", "priority: 4"))


def stage_an_edit(store: Repository) -> None:
    edit_by_hand(store)
    store.git("add", ".tickets")


def switch(store: Repository) -> None:
    store.git("checkout", "--quiet", "-b", "other", "HEAD~1")


@pytest.mark.parametrize("act", [revert, undo_the_commit_and_keep_the_file, edit_by_hand, stage_an_edit, switch])
def test_what_a_user_does_on_purpose_stays(store: Repository, act: Callable[[Repository], None]) -> None:
    assert store.tk("set", "pt-1", "priority=0").code == 0
    act(store)
    before = (differing(store), store.tk.text("pt-1"))
    done = store.tk("set", "pt-3", "priority=0")
    assert (done.code, done.stderr) == (0, "")
    assert (differing(store), store.tk.text("pt-1")) == before


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\0\0", b" .tickets/pt-1.md", b"zz .tickets/pt-1.md", b"0" * 40 + b" code.py", b"\xff \xff"]
)
def test_a_damaged_memory_of_the_latest_changes_does_no_harm(store: Repository, content: bytes) -> None:
    assert store.tk("set", "pt-1", "priority=0").code == 0
    folder = store.folder / ".git" / "plaintickets" / "recent"
    for path in folder.iterdir():
        path.write_bytes(content)
    (store.folder / "code.py").write_text("two\n")
    done = store.tk("set", "pt-3", "priority=0")
    assert (done.code, done.stderr, store.git("status", "--porcelain")) == (0, "", " M code.py")


def test_a_message_that_another_commit_empties_at_the_same_instant_is_given_again(store: Repository) -> None:
    # All commits of a work tree keep their message in one file of git's.
    hook = store.folder / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\nif mkdir ../emptied 2>/dev/null; then : > "$1"; fi\n')
    hook.chmod(0o755)
    done = store.tk("set", "pt-1", "priority=0")
    assert (done.code, done.stderr) == (0, "")
    assert store.git("log", "-1", "--format=%s") == "tk: set pt-1 A ticket"
