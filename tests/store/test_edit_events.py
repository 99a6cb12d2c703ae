"""What an edit says that it does is what the history tells after its commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import opened
from plaintickets.actions import log
from plaintickets.actions.new import add
from plaintickets.core.change import BODY, TITLE, Change
from plaintickets.core.draft import Draft
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from collections.abc import Callable

    from builders import Repository
    from plaintickets.write.edit import Edit

OLD = "---\nid: pr-1\nstatus: open\ndeps: []\ncreated: 2026-01-01T00:00:00Z\n---\n# First\n\nText.\n"
OTHER = "---\nid: pr-2\nstatus: open\ndeps: [pr-1]\n---\n# Second\n"


def _rename(edit: Edit) -> None:
    edit.apply([Change("pr-1", "id", "pr-1", "pr-9"), Change("pr-2", "deps", ["pr-1"], ["pr-9"])])
    edit.relocate("pr-1", "pr-9.md")


def _comment_and_remove(edit: Edit) -> None:
    edit.comment("pr-2", "Seen.", internal=True)
    edit.remove("pr-1")


def _put(edit: Edit) -> None:
    edit.put(Write("pr-1.md", OLD.encode(), OLD.replace("open", "closed").replace("Text", "Other text").encode()))
    edit.put(Write("config.yml", None, b"commit:\n  mode: auto\n"))


def _break(edit: Edit) -> None:
    edit.put(Write("pr-1.md", OLD.encode(), b"---\nid: pr-1\n"))


EDITS: dict[str, Callable[[Edit], object]] = {
    "a key, the title and the text": lambda edit: edit.apply(
        [
            Change("pr-1", "status", "open", "closed"),
            Change("pr-1", TITLE, "First", "Erste"),
            Change("pr-1", BODY, "Text.", "Other."),
        ]
    ),
    "two new tickets": lambda edit: [add(edit, Draft(title)) for title in ("Third", "Fourth")],
    "a comment, and a ticket removed": _comment_and_remove,
    "another id": _rename,
    "another folder": lambda edit: edit.relocate("pr-1", "archive/2026/pr-1.md"),
    "files put, settings among them": _put,
    "a file that cannot be read": _break,
    "an earlier content restored": lambda edit: edit.restore("pr-1.md", OLD.encode(), OLD.encode() + b"More.\n"),
    "nothing": lambda edit: edit.apply([]),
}


@pytest.mark.parametrize("layout", ["body", "files"])
@pytest.mark.parametrize("name", EDITS)
def test_the_events_of_an_edit_are_those_of_its_commit(repository: Repository, layout: str, name: str) -> None:
    (repository.tk.store / "pr-1.md").write_text(OLD, newline="\n")
    (repository.tk.store / "pr-2.md").write_text(OTHER, newline="\n")
    if layout == "files":
        (repository.tk.store / "config.yml").write_text("format:\n  comments: files\n", newline="\n")
    if name == "files put, settings among them":
        (repository.tk.store / "config.yml").unlink(missing_ok=True)
    first = repository.commit_all()
    project = opened(repository)
    with project.edit("edit") as edit:
        EDITS[name](edit)
        said = edit.events()
        edit.commit()
    events = [event for event in log.history(project).events if event.commit != first]
    told = {(event.ticket, event.was, event.kind, event.field, repr(event.before)) for event in events}
    assert {(event.ticket, event.was, event.kind, event.field, repr(event.before)) for event in said} == told
    assert bool(told) == (name != "nothing")
