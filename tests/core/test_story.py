"""What happened to tickets between two states, told in facts."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from plaintickets.core import change_report
from plaintickets.core.change_report import ChangedTicket, Fact, sorted_tickets, tally
from plaintickets.core.checklist import ticked
from plaintickets.core.renamed_files import tell
from plaintickets.core.texthunks import Hunk
from plaintickets.core.worddiff import Piece, pieces

KINDS = {"open": "open", "in_progress": "active", "review": "active", "closed": "done", "waiting": "waiting"}


class File(NamedTuple):
    path: str
    old: bytes | None
    new: bytes | None
    old_kind: str
    new_kind: str


def ticket(front: str = "status: open", body: str = "# A title\n\nText.\n", name: str = "pt-1") -> bytes:
    return f"---\nid: {name}\n{front}\n---\n{body}".encode()


def file(path: str, old: bytes | None, new: bytes | None) -> File:
    return File(path, old, new, "absent" if old is None else "file", "absent" if new is None else "file")


def one(*files: File) -> ChangedTicket:
    [told] = tell(files, KINDS.get)
    return told


def facts(old: bytes | None, new: bytes | None) -> list[Fact]:
    return list(one(file("pt-1.md", old, new)).facts)


def test_a_new_ticket_is_told_with_its_fields_its_text_and_its_comments() -> None:
    body = "# A title\n\nText.\n\n## Notes\n\n**2026-01-01T00:00:00Z** · Ada\n\nHello.\n"
    told = one(file("pt-1.md", None, ticket("status: open\npriority: 1", body)))
    assert told.title == "A title"
    assert [fact.kind for fact in told.facts] == [change_report.CREATED, change_report.TEXT, change_report.COMMENTED]
    created, text, _ = told.facts
    assert created.after == {"id": "pt-1", "status": "open", "priority": "1", "title": "A title"}
    assert text.hunks == (Hunk(0, (), ("Text.",)),)
    assert told.categories == ("opened",)


def test_a_ticket_that_is_closed_from_the_start_counts_twice() -> None:
    told = one(file("pt-1.md", None, ticket("status: closed\nresolution: fixed")))
    assert told.categories == ("closed", "opened")
    assert told.facts[1].more == "fixed"


def test_closing_is_one_fact_with_the_resolution_and_without_the_date() -> None:
    found = facts(ticket(), ticket("status: closed\nresolution: fixed\nclosed: 2026-01-01T00:00:00Z"))
    assert found == [Fact(change_report.CLOSED, "status", "open", "closed", "fixed")]


def test_reopening_takes_resolution_and_date_along() -> None:
    found = facts(ticket("status: closed\nresolution: fixed\nclosed: 2026-01-01T00:00:00Z"), ticket())
    assert found == [Fact(change_report.REOPENED, "status", "closed", "open")]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("open", "in_progress", change_report.STARTED),
        ("in_progress", "waiting", change_report.MOVED),
        ("open", "odd", change_report.MOVED),
    ],
)
def test_a_status_moves(before: str, after: str, kind: str) -> None:
    assert facts(ticket(f"status: {before}"), ticket(f"status: {after}")) == [Fact(kind, "status", before, after)]


def test_a_resolution_that_changes_by_itself_is_told() -> None:
    found = facts(ticket("status: closed\nresolution: fixed"), ticket("status: closed\nresolution: wontfix"))
    assert found == [Fact(change_report.SET, "resolution", "fixed", "wontfix")]


def test_fields_are_told_with_both_values() -> None:
    found = facts(ticket("status: open\npriority: 2\nodd: x"), ticket("status: open\npriority: 0\nassignee: Ada"))
    assert found == [
        Fact(change_report.SET, "priority", "2", "0"),
        Fact(change_report.SET, "assignee", None, "Ada"),
        Fact(change_report.SET, "odd", "x", None),
    ]


def test_lists_are_told_item_by_item() -> None:
    found = facts(ticket("status: open\ndeps: [a, b]\ntags: x"), ticket("status: open\ndeps: [b, c]\ntags: [x, y]"))
    assert found == [
        Fact(change_report.ADDED, "deps", None, "c"),
        Fact(change_report.REMOVED, "deps", "a", None),
        Fact(change_report.ADDED, "tags", None, "y"),
    ]


def test_a_list_in_another_order_is_a_value_set() -> None:
    [fact] = facts(ticket("status: open\ntags: [a, b]"), ticket("status: open\ntags: [b, a]"))
    assert fact == Fact(change_report.SET, "tags", ["a", "b"], ["b", "a"])


def test_a_ticked_item_is_told_as_such_and_not_as_text() -> None:
    body = "# A title\n\n## Acceptance Criteria\n\n- [ ] one\n- [x] two\n* [ ] three\n"
    found = facts(ticket(body=body), ticket(body=body.replace("[ ] one", "[x] one").replace("[x] two", "[ ] two")))
    assert found == [Fact(change_report.TICKED, after="one"), Fact(change_report.UNTICKED, after="two")]


def test_an_item_ticked_in_a_text_that_also_changed_is_told_besides() -> None:
    old, new = "# T\n\n- [ ] one\n\nBefore.\n", "# T\n\n- [X] one\n- [ ] two\n\nAfter.\n"
    ticked_item, text = facts(ticket(body=old), ticket(body=new))
    assert ticked_item == Fact(change_report.TICKED, after="one")
    assert [line for hunk in text.hunks for line in (*hunk.removed, *hunk.added)] == [
        *("- [x] one", "- [X] one", "- [ ] two"),
        *("Before.", "After."),
    ]


def test_items_of_the_same_words_pair_in_order() -> None:
    items, settled = ticked("- [ ] a\n- [ ] a\n", "- [ ] a\n- [x] a\n- [x] a\n")
    assert [item.is_ticked for item in items] == [True]
    assert settled == "- [ ] a\n- [x] a\n"


def test_comments_are_added_edited_and_removed() -> None:
    notes = "# T\n\n## Notes\n\n**2026-01-01T00:00:00Z** · Ada\n\nOne.\n\n**2026-01-02T00:00:00Z** · Bo\n\nTwo.\n"
    later = notes.replace("One.", "One and a half.")
    later = later[: later.index("**2026-01-02")] + "**2026-01-03T00:00:00Z** · Ada · internal\n\nThree.\n"
    found = facts(ticket(body=notes), ticket(body=later))
    assert [fact.kind for fact in found] == [
        change_report.COMMENT_REMOVED,
        change_report.COMMENT_EDITED,
        change_report.COMMENTED,
    ]
    assert found[2].after == {"date": "2026-01-03T00:00:00Z", "author": "Ada", "text": "Three.", "internal": "true"}


def comment_file(text: str) -> bytes:
    return f"---\nauthor: Ada\ndate: 2026-01-01T00:00:00Z\n---\n{text}\n".encode()


def test_a_comment_in_a_file_of_its_own_belongs_to_its_ticket() -> None:
    told = one(file("pt-1.d/a.md", None, comment_file("Hello.")))
    assert (told.ticket, told.path, told.categories) == ("pt-1", "pt-1.md", ("commented",))
    told = one(file("pt-1.d/a.md", None, comment_file("Hello.")), file("pt-1.md", ticket(), ticket("status: closed")))
    assert [fact.kind for fact in told.facts] == [change_report.CLOSED, change_report.COMMENTED]


def test_a_comment_moved_into_a_file_of_its_own_is_no_news() -> None:
    notes = "# T\n\n## Notes\n\n**2026-01-01T00:00:00Z** · Ada\n\nHello.\n"
    told = one(
        file("pt-1.md", ticket(body=notes), ticket(body="# T\n")),
        file("pt-1.d/a.md", None, comment_file("Hello.")),
    )
    assert told.facts == (Fact(change_report.LAYOUT),)
    assert told.categories == ("reformatted",)


def test_a_comment_file_that_cannot_be_read_is_told() -> None:
    told = one(file("pt-1.d/a.md", comment_file("x"), b"no front matter"))
    assert told.categories == ("broken",)
    assert "pt-1.d/a.md" in str(told.facts[0].after)


def test_a_renamed_ticket_is_one_ticket_with_its_other_changes() -> None:
    old = ticket("status: open\ncreated: 2026-01-01T00:00:00Z")
    new = ticket("status: closed\ncreated: 2026-01-01T00:00:00Z", name="pt-9")
    told = one(
        file("pt-1.md", old, None),
        file("pt-9.md", None, new),
        file("pt-1.d/a.md", comment_file("x"), None),
        file("pt-9.d/a.md", None, comment_file("x")),
    )
    assert (told.ticket, told.was) == ("pt-9", "pt-1")
    assert told.facts == (
        Fact(change_report.RENAMED, "id", "pt-1", "pt-9"),
        Fact(change_report.CLOSED, "status", "open", "closed"),
    )


def test_two_tickets_made_in_one_second_are_told_apart_by_title() -> None:
    front = "status: open\ncreated: 2026-01-01T00:00:00Z"
    told = tell(
        [
            file("pt-1.md", ticket(front, "# One\n"), None),
            file("pt-2.md", ticket(front, "# Two\n", "pt-2"), None),
            file("pt-8.md", None, ticket(front, "# Two\n", "pt-8")),
            file("pt-9.md", None, ticket(front, "# One\n", "pt-9")),
        ],
        KINDS.get,
    )
    assert [(one.ticket, one.was) for one in told] == [("pt-8", "pt-2"), ("pt-9", "pt-1")]


def test_a_ticket_that_went_into_the_archive_and_one_that_came_back() -> None:
    text = ticket("status: closed")
    told = one(file("pt-1.md", text, None), file("archive/2026/pt-1.md", None, text))
    assert told.facts == (Fact(change_report.ARCHIVED, "path", "pt-1.md", "archive/2026/pt-1.md"),)
    told = one(file("archive/2026/pt-1.md", text, None), file("pt-1.md", None, text))
    assert told.categories == ("unarchived",)


def test_a_deleted_ticket_is_told_once_whatever_its_comments() -> None:
    told = one(file("pt-1.md", ticket(), None), file("pt-1.d/a.md", comment_file("x"), None))
    assert (told.title, told.is_gone, [fact.kind for fact in told.facts]) == ("A title", True, [change_report.DELETED])


def test_a_ticket_breaks_and_is_mended() -> None:
    broken = b"<<<<<<< ours\n"
    [fact] = facts(ticket(), broken)
    assert (fact.kind, fact.after) == (change_report.BROKEN, "line 1: git conflict markers: an unfinished merge")
    assert [fact.kind for fact in facts(broken, ticket())] == [change_report.MENDED]
    assert [fact.kind for fact in facts(None, broken)] == [change_report.CREATED, change_report.BROKEN]
    assert facts(broken, None)[0].kind == change_report.DELETED


@pytest.mark.parametrize("kind", ["link", "submodule", "too-large", "unreadable"])
def test_what_is_no_readable_file_is_broken(kind: str) -> None:
    [told] = tell([File("pt-1.md", ticket(), None, "file", kind)], KINDS.get)
    assert [fact.kind for fact in told.facts] == [change_report.BROKEN]
    [told] = tell([File("pt-1.md", None, ticket(), kind, "file")], KINDS.get)
    assert [fact.kind for fact in told.facts] == [change_report.MENDED]


def test_a_change_of_layout_alone_is_not_hidden() -> None:
    told = one(file("pt-1.md", ticket(), ticket().replace(b"\n", b"\r\n")))
    assert (told.facts, told.categories) == ((Fact(change_report.LAYOUT),), ("reformatted",))


def test_a_summary_counts_what_is_most_telling() -> None:
    told = tell(
        [
            file("a-1.md", ticket(), ticket("status: closed\npriority: 0")),
            file("a-2.md", ticket(), ticket("status: closed", "# Other\n")),
            file("a-3.md", None, ticket()),
            file("a-4.md", ticket(), ticket(body="# Other\n")),
            file("a-5.md", ticket(body="# Another\n"), None),
        ],
        KINDS.get,
    )
    assert tally(told) == {"closed": 2, "opened": 1, "reprioritised": 1, "deleted": 1, "edited": 1}
    assert [one.ticket for one in sorted_tickets(told)] == ["a-1", "a-2", "a-3", "a-5", "a-4"]


def test_every_kind_of_fact_has_a_category() -> None:
    for kind in change_report.KINDS:
        assert set(ChangedTicket("a", "", "", "a.md", (Fact(kind),)).categories) <= set(change_report.CATEGORIES)


def test_two_hundred_thousand_changed_lines_are_counted_not_compared() -> None:
    lines = [f"line {number}" for number in range(500)]
    old = "# T\n" + "".join(f"{line}\n" for line in lines)
    new = "# T\n" + "".join(f"{line} changed\n" for line in reversed(lines))
    files = [file(f"pt-{number}.md", ticket(body=old), ticket(body=new)) for number in range(400)]
    told = tell(files, KINDS.get)
    texts = [fact for one in told for fact in one.facts]
    assert [fact.lines for fact in texts] == [(500, 500)] * 400
    compared = [bool(fact.hunks) for fact in texts]
    assert any(compared)
    assert sum(compared) < 30


def test_words_that_changed_are_found_within_their_line() -> None:
    assert pieces("The old reader stops", "The new reader stops here") == [
        *(Piece("=", "The "), Piece("-", "old"), Piece("+", "new"), Piece("=", " reader stops"), Piece("+", " here")),
    ]
    assert pieces("one two", "three four") == [Piece("-", "one two"), Piece("+", "three four")]
    assert pieces("", "new") == [Piece("+", "new")]
    assert pieces("same", "same") == [Piece("=", "same")]


@pytest.mark.parametrize(("before", "after"), [("a b c d", "a x y d"), ("a\nb", "a\n\nb c"), ("x " * 500, "y " * 500)])
def test_the_pieces_of_a_difference_make_up_both_texts(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.sign != "+") == before
    assert "".join(piece.text for piece in found if piece.sign != "-") == after


def test_lists_of_a_hundred_thousand_are_compared_in_one_pass() -> None:
    """Looking each item up in the other list would take minutes here."""
    was, now = (f"tags: [{', '.join(f'{letter}{number}' for number in range(60_000))}]" for letter in "ab")
    told = facts(ticket(was), ticket(now))
    assert [
        len([fact for fact in told if fact.kind == kind]) for kind in (change_report.ADDED, change_report.REMOVED)
    ] == [60_000] * 2
