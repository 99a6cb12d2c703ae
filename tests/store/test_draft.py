"""Many drafts in one edit: each becomes a ticket of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import opened
from plaintickets.actions.new import NewTickets, add
from plaintickets.core.comments import Comment
from plaintickets.core.document import parse
from plaintickets.core.draft import Draft
from plaintickets.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from builders import Repository


@pytest.mark.parametrize("count", [1, 2, 40])
def test_n_drafts_in_one_edit_give_n_files(repository: Repository, count: int) -> None:
    repository.tk("init")
    project = opened(repository)
    with project.edit("new") as edit:
        made = [add(edit, Draft(f"Title {number}")) for number in range(count)]
        edit.commit()
    assert len({document.path for document in made}) == count
    assert len([path for path in repository.tk.store.glob("*.md") if path.name != "README.md"]) == count


def test_a_path_that_the_edit_or_the_store_holds_is_refused(repository: Repository) -> None:
    repository.tk.write("pr-1", "First")
    with opened(repository).edit("new") as edit:
        with pytest.raises(RefusedError, match=r"pr-1\.md already exists"):
            edit.create(parse(b"---\nid: pr-1\n---\n# A\n", "pr-1.md"))
        edit.create(parse(b"---\nid: pr-2\n---\n# A\n", "pr-2.md"))
        with pytest.raises(RefusedError, match=r"pr-2\.md already exists"):
            edit.create(parse(b"---\nid: pr-2\n---\n# B\n", "pr-2.md"))


def test_a_draft_can_say_when_it_was_made_and_closed_and_what_was_said(repository: Repository) -> None:
    repository.tk("init")
    comment = Comment("2020-01-02T00:00:00Z", "Ada", False, "It works.")
    draft = Draft("Old", values={"status": "closed"}, created="2020-01-01T00:00:00Z", closed="2020-01-03T00:00:00Z")
    with opened(repository).edit("import") as edit:
        made = add(edit, draft._replace(comments=[comment]))
        edit.commit()
    text = (repository.tk.store / made.path).read_text()
    assert "created: 2020-01-01T00:00:00Z\n" in text
    assert "closed: 2020-01-03T00:00:00Z\n" in text
    assert "It works." in text
    assert "2020-01-02T00:00:00Z" in text


def test_two_drafts_of_one_external_reference_are_refused(repository: Repository) -> None:
    repository.tk("init")
    with opened(repository).edit("new") as edit:
        add(edit, Draft("One", values={"external-ref": "gh:1"}))
        with pytest.raises(RefusedError, match="gh:1"):
            add(edit, Draft("Two", values={"external-ref": "gh:1"}))


def test_the_references_of_all_tickets_are_read_only_for_a_draft_that_has_one(repository: Repository) -> None:
    repository.tk.write("pr-1", more="external-ref: gh:1\n")
    with opened(repository).edit("new") as edit:
        new = NewTickets(edit)
        new.add(Draft("One"))
        assert "references" not in vars(new)
        with pytest.raises(RefusedError, match="gh:1"):
            new.add(Draft("Two", values={"external-ref": "gh:1"}))


def test_a_moment_that_is_none_is_refused(repository: Repository) -> None:
    repository.tk("init")
    with opened(repository).edit("new") as edit, pytest.raises(UsageError):
        add(edit, Draft("One", created="long ago"))
