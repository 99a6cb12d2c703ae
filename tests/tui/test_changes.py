"""Changes by keys: each is one commit of the person, and a refused one says why and keeps what was typed."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

import pytest

from plaintickets.tui.store_thread import BugError
from tui.driven import commits, config, drive

if TYPE_CHECKING:
    from builders import Repository
    from tui.driven import Driven


def last(repository: Repository) -> str:
    return repository.git("log", "-1", "--format=%an: %s")


def test_a_card_moves_by_keys_in_one_commit(store: Repository) -> None:
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("b")
        await driven.until("open (2)")
        assert "aa-1" in driven.chosen
        await driven.press(">")
        await driven.until("aa-1 is in_progress", "open (1)", "in_progress (2)")
        assert "aa-1" in driven.chosen

    drive(store, steps)
    assert commits(store) == before + 1
    assert last(store) == "Ada Lovelace: tk: status aa-1 Parser drops the last line"
    assert store.tk.field("aa-1", "status") == "in_progress"


def test_a_move_that_the_workflow_forbids_says_what_is_allowed(store: Repository) -> None:
    config(store, "statuses:\n  open: {class: open, transitions: [closed]}\n  in_progress: active\n  closed: done\n")
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("b", ">")
        await driven.until("allowed: closed")
        await driven.press("<")
        await driven.until("no column on that side")
        await driven.press("m")
        await driven.until("aa-1 is open; new status")
        assert "in_progress" not in driven.chosen
        await driven.press("enter")
        await driven.until("aa-1 is closed")

    drive(store, steps)
    assert commits(store) == before + 1


def test_a_status_changed_meanwhile_is_refused(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("m")
        await driven.until("new status")
        store.tk("status", "aa-1", "closed")
        await driven.press("enter")
        await driven.until("changed by somebody else")

    drive(store, steps)
    assert store.tk.field("aa-1", "status") == "closed"


def test_comments_public_and_internal(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("c", "ctrl+s")
        await driven.until("the comment has no text", "Comment on aa-1")
        await driven.paste("Seen.\n\n- one")
        await driven.press("ctrl+s")
        await driven.until("Comment added to aa-1")
        await driven.press("c")
        await driven.paste("Not for all.")
        await driven.press("tab", "space")
        assert "[x] internal" in driven.screen
        await driven.press("ctrl+s")
        await driven.until("Internal comment added to aa-1")

    drive(store, steps)
    text = store.tk.text("aa-1")
    assert "Ada Lovelace\n\nSeen.\n\n- one\n" in text
    assert "· Ada Lovelace · internal\n\nNot for all.\n" in text


def test_close_reopen_claim_and_undo(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("x", *"fix", "right", "tab")
        await driven.paste("Done.")
        await driven.press("ctrl+s")
        await driven.until("aa-1 is closed")
        assert "aa-1" not in "\n".join(driven.lines[3:-3])
        await driven.press("u")
        await driven.until("Undo", "tk: close aa-1")
        await driven.press("n", "u", "y")
        await driven.until("Undone:", "Parser drops")
        await driven.press("g", "x", "ctrl+s", "a", "g")
        await driven.until("aa-1 is closed", "closed too")
        while "aa-1" not in driven.chosen:
            await driven.press("j")
        await driven.press("x")
        await driven.until("aa-1 is closed already", "o reopens it")
        await driven.press("o")
        await driven.until("aa-1 is open")
        await driven.press("o")
        await driven.until("aa-1 is not closed")
        await driven.press("t")
        await driven.until("aa-1 is in_progress, assigned to Ada Lovelace")

    before = commits(store)
    drive(store, steps)
    subjects = store.git("log", f"-{commits(store) - before}", "--format=%s", "--reverse").splitlines()
    assert [subject.split()[1] for subject in subjects] == ["close", "undo", "close", "reopen", "claim"]


def test_a_ticket_of_somebody_else_is_not_taken(store: Repository) -> None:
    store.tk("assign", "aa-1", "Bob")
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("t")
        await driven.until("aa-1 is taken: it is assigned to Bob", "tk claim --force")

    drive(store, steps)
    assert commits(store) == before


def test_a_rejecting_hook_and_a_held_lock_are_said_and_the_text_is_kept(store: Repository) -> None:
    hook = store.folder / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho 'no commits on Fridays' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("c")
        await driven.paste("Typed once.")
        await driven.press("ctrl+s")
        await driven.until("no commits on Fridays", "Typed once.")
        hook.unlink()
        lock = store.folder / ".git/index.lock"
        lock.touch()
        await driven.press("ctrl+s")
        await driven.until("File exists", "Typed once.")
        lock.unlink()
        await driven.press("ctrl+s")
        await driven.until("Comment added to aa-1")

    drive(store, steps)
    assert commits(store) == before + 1
    assert store.git("status", "--porcelain") == ""


def test_keys_are_answered_while_another_command_holds_the_lock(store: Repository) -> None:
    shared = store.folder / ".git/plaintickets"
    shared.mkdir(exist_ok=True)
    held = os.open(shared / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)

    async def steps(driven: Driven) -> None:
        await driven.press("c")
        await driven.paste("Typed once.")
        await driven.begin("ctrl+s")
        await driven.begin("end", "!")
        assert "writing …" in driven.screen
        assert "Typed once." in driven.screen
        assert "!" not in driven.screen
        await driven.begin("escape")
        assert "Drop" not in driven.screen
        os.close(held)
        await driven.until("Comment added to aa-1")

    drive(store, steps)
    assert "Typed once.\n" in store.tk.text("aa-1")


def test_our_own_bug_is_said_and_what_was_typed_is_kept(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        async def fail() -> None:
            await driven.app.store.read(lambda project: project.no_such_part)  # type: ignore[attr-defined]

        with pytest.raises(BugError, match="this is a bug in tk: AttributeError"):
            await fail()
        assert isinstance(driven.app.store.bug, AttributeError)
        driven.app.store.bug = None
        assert "aa-1" in driven.chosen

    drive(store, steps)


def test_a_guard_that_refuses_to_close_keeps_the_comment(store: Repository) -> None:
    config(store, "guards:\n  close:\n    - require: assignee\n      message: say who did it\n")
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("x", "tab")
        await driven.paste("All done.")
        await driven.press("ctrl+s")
        await driven.until("All done.", "Close aa-1")

    drive(store, steps)
    assert commits(store) == before
