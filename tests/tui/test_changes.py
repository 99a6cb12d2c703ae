"""Changes by keys and forms: each is one commit of the person, and a refused one keeps what was typed."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

import pytest

from plaintickets.tui.store_thread import BugError
from tui.driven import drive

if TYPE_CHECKING:
    from builders import Repository
    from tui.driven import Driven


@pytest.fixture
def store(repository: Repository) -> Repository:
    repository.tk.write("aa-1", "Parser drops the last line", priority="1", body="Some **bold** text.\n")
    repository.tk.write("aa-2", "Second", deps="aa-1")
    repository.tk.write("aa-3", "Third", status="in_progress")
    repository.commit_all("tickets")
    return repository


def commits(repository: Repository) -> int:
    return int(repository.git("rev-list", "--count", "HEAD"))


def last(repository: Repository) -> str:
    return repository.git("log", "-1", "--format=%an: %s")


def config(repository: Repository, text: str) -> None:
    (repository.tk.store / "config.yml").write_text(text, encoding="utf-8")
    repository.commit_all("settings")


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


def test_fields_and_text_are_one_commit_and_no_other_line(store: Repository) -> None:
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("e")
        await driven.until("Edit aa-1")
        await driven.press("end")
        await driven.paste(" é")
        await driven.press("tab", "tab")
        await driven.paste("Bob")
        await driven.press("down", "backspace", "0", *["up"] * 4, "ctrl+home")
        await driven.paste("New. ")
        await driven.press("ctrl+s")
        await driven.until("Updated aa-1", "tk ui · project · list")

    drive(store, steps)
    assert commits(store) == before + 1
    assert store.diff_lines() == [
        "-priority: 1", "+priority: 0", "+assignee: Bob",
        "-# Parser drops the last line", "+# Parser drops the last line é",
        "-Some **bold** text.", "+New. Some **bold** text.",
    ]  # fmt: skip


def test_a_refused_edit_keeps_what_was_typed(store: Repository) -> None:
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("e", "tab", "tab", "tab", "tab", "tab")
        await driven.paste("never ever")
        await driven.press("ctrl+s")
        await driven.until("due               never ever", "never ever")
        assert "Edit aa-1" in driven.screen
        assert any("date" in line for line in driven.lines[-4:])
        await driven.press("escape")
        await driven.until("Drop what you typed?")
        await driven.press("n")
        assert "never ever" in driven.screen
        await driven.press("escape", "y")
        assert driven.lines[0].startswith("tk ui · project · list")

    drive(store, steps)
    assert commits(store) == before


def test_a_form_left_as_it_was_asks_nothing_and_changes_nothing(store: Repository) -> None:
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("e", "escape")
        assert driven.lines[0].startswith("tk ui · project · list")
        await driven.press("e", "ctrl+s")
        await driven.until("aa-1: nothing to change")

    drive(store, steps)
    assert commits(store) == before


def test_a_field_changed_meanwhile_is_refused_with_both_values(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("e", "tab", "tab")
        await driven.paste("Mine")
        store.tk("set", "aa-1", "assignee=Theirs", "due=2026-05-01")
        await driven.press("ctrl+s")
        await driven.until("assignee is now: Theirs", "assignee          Mine", "changed by somebody else")
        assert store.tk.field("aa-1", "assignee") == "Theirs"
        await driven.press("ctrl+s")
        await driven.until("Updated aa-1: assignee")

    drive(store, steps)
    assert store.tk.field("aa-1", "assignee") == "Mine"
    assert store.tk.field("aa-1", "due") == "2026-05-01"


def test_the_text_changed_meanwhile_is_refused_with_its_new_lines(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("e", "up", "up")
        await driven.paste("Mine. ")
        path = store.tk.store / "aa-1.md"
        path.write_text(path.read_text("utf-8") + "\nTheirs.\n", encoding="utf-8")
        await driven.press("ctrl+s")
        await driven.until("text was changed by somebody else", "+ Theirs.", "Mine.")
        await driven.press("escape", "y")

    drive(store, steps)
    assert "Mine." not in store.tk.text("aa-1")


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


def test_a_new_ticket_asks_for_what_its_type_requires(store: Repository) -> None:
    config(store, "types:\n  bug: {required: [severity]}\n  task:\nfields:\n  severity: {values: [low, high]}\n")
    before = commits(store)

    async def steps(driven: Driven) -> None:
        await driven.press("n")
        await driven.until("Type of the new ticket")
        while "bug" not in driven.chosen:
            await driven.press("up")
        await driven.press("enter")
        await driven.until("New bug")
        await driven.paste("It *stops*")
        await driven.press("ctrl+s")
        await driven.until("severity", "New bug", "It *stops*")
        assert any("required" in line or "needs" in line for line in driven.lines[-5:])
        await driven.press("tab")
        await driven.until("required; one of: low, high")
        await driven.paste("high")
        await driven.press("ctrl+s")
        await driven.until("Created aa-", "It *stops*")

    drive(store, steps)
    assert commits(store) == before + 1
    assert store.git("show", "HEAD").count("+severity: high") == 1


def test_a_title_that_is_like_another_names_it_while_it_is_typed(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("n", "enter")
        await driven.paste("Parser drops the last line")
        await driven.until("perhaps it is there already:", "aa-1 open: Parser drops the last line")
        await driven.press("escape", "y")

    drive(store, steps)


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


def test_what_a_form_cannot_show_it_leaves_as_it_is(store: Repository) -> None:
    store.tk.write("aa-1", "Title", priority="1", more='component: "a\\x07b"\n', body="Line\x0bbreak \x1b[31mred\n")
    store.commit_all("hostile")
    before = store.tk.text("aa-1")

    async def steps(driven: Driven) -> None:
        await driven.press("e")
        await driven.until("text, component: control characters", "`tk edit aa-1`")
        await driven.paste("A ")
        await driven.press("ctrl+s")
        await driven.until("Updated aa-1: title")

    drive(store, steps)
    assert store.tk.text("aa-1") in (before.replace("# Title", "# A Title"), before.replace("# Title", "# TitleA"))
