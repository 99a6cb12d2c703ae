"""The references of all tickets, found in one walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import opened
from plaintickets.actions.rename import all_references, references

if TYPE_CHECKING:
    from builders import Repository


def test_each_id_has_the_tickets_that_refer_to_it_once_a_field_and_never_itself(repository: Repository) -> None:
    repository.tk.write("pr-1", deps="pr-2, pr-2, pr-1", links="pr-2", more="parent: gone\n")
    repository.tk.write("pr-2", links="pr-1")
    project = opened(repository)
    found = {name: [(ticket.id, field) for ticket, field in rows] for name, rows in all_references(project).items()}
    assert found == {
        "pr-1": [("pr-2", "links")],
        "pr-2": [("pr-1", "deps"), ("pr-1", "links")],
        "gone": [("pr-1", "parent")],
    }
    assert [(ticket.id, field) for ticket, field in references(project, "gone")] == [("pr-1", "parent")]
    assert references(project, "pr-9") == []
