"""Changes between documents: found, made, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from law_examples import examples
from plaintickets.core.change import Change
from plaintickets.core.comments import Comment
from plaintickets.core.diff import Thread, apply, changes, conflicting, names
from plaintickets.core.document import Document, parse
from plaintickets.core.ticket_parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

LISTS = ("[]", "[a, b]")
KEYS = ("status", "deps", "title", "tags", "body", "comment", "note")
VALUES = ("open", "closed", "[]", "[a, b]", '"quoted: yes"', "", "# x", "'it'", "P1")
TEXTS = (
    *("", "Plain.\n", "\nTwo\n\nparagraphs\n", "# Heading\n\nUnder it.\n", "Before\n\n# Late heading\n\nafter\n"),
    *("```\n# not a title\n```\n", "## Design\n\n- a\n- b  \n", "   \n", "# One\n# Two\n", "ends without a line end"),
)
TAILS = ("", "\n## Notes\n", "\n## Notes\n\nloose words\n", "\n## Notes\n\n# heading in notes\n")
DATES = ("2026-11-22T10:02:11Z", "2026-11-22T10:02:12Z")
COMMENT_TEXTS = ("Seen.", "Two\n\nparts", "# Big", "**2026-11-22T10:02:11Z** quoted", "", "## Notes", "  indented")


@st.composite
def documents(draw: Callable[[st.SearchStrategy[object]], object]) -> Document:
    pairs = st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)).filter(
        lambda pair: pair[0] not in ("status", "title") or pair[1] not in LISTS
    )
    keys = draw(st.lists(pairs, unique_by=lambda pair: pair[0]))
    assert isinstance(keys, list)
    front = "".join(f"{key}: {value}\n" if ":" not in key else f'"{key}": {value}\n' for key, value in keys)
    text = f"---\n{front}---\n{draw(st.sampled_from(TEXTS))}{draw(st.sampled_from(TAILS))}"
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    document = parse(text.encode(), "pt-1.md")
    assume(not document.problems)
    strategy = st.builds(
        Comment, st.sampled_from(DATES), st.sampled_from(("", "Ann")), st.booleans(), st.sampled_from(COMMENT_TEXTS)
    )
    comments = draw(st.lists(strategy, max_size=4))
    assert isinstance(comments, list)
    for comment in comments:
        document = document.with_comment(comment)
    return document


def level(document: Document) -> tuple[object, ...]:
    parts = parts_of(document)
    return parts.fields, parts.text, sorted(parts.comments, key=repr)


@settings(max_examples=examples(1500), deadline=None)
@given(documents(), documents())
def test_applying_the_difference_gives_the_other_document(before: Document, after: Document) -> None:
    made = changes(before, after, "pt-1")
    assert level(apply(made, before)) == level(after)
    assert conflicting(before, made) == []


@settings(max_examples=examples(700), deadline=None)
@given(documents(), documents())
def test_inverting_the_difference_goes_back(before: Document, after: Document) -> None:
    made = [change.inverted() for change in changes(before, after, "pt-1")]
    assert level(apply(made, after)) == level(before)


@settings(max_examples=examples(300), deadline=None)
@given(documents())
def test_a_document_can_be_made_from_nothing_and_taken_away(document: Document) -> None:
    assert level(apply(changes(None, document, "pt-1"), None)) == level(document)
    emptied = apply(changes(document, None, "pt-1"), document)
    assert level(emptied) == ({}, "", [])


@settings(max_examples=examples(200), deadline=None)
@given(documents())
@example(parse(b"---\nid: a\n---\n", "a.md"))
def test_no_difference_changes_no_byte(document: Document) -> None:
    assert changes(document, document, "pt-1") == []
    assert apply([], document).to_bytes() == document.to_bytes()


TICKET = b"""---
id: pt-1
status: open   # as agreed
tags: [a, "b"]
---
# Parser drops a line

Steps.

## Notes

**2026-11-22T10:02:11Z** \xc2\xb7 Ann

First.


**2026-11-22T10:05:00Z**

Second.
"""


def test_taking_back_a_comment_restores_every_byte() -> None:
    document = parse(TICKET, "pt-1.md")
    longer = document.with_comment(Comment("2026-11-22T12:00:00Z", "Bob", internal=True, text="Third."))
    made = changes(document, longer, "pt-1")
    assert names(made) == ["comment"]
    back = apply([change.inverted() for change in made], longer)
    assert back.to_bytes() == TICKET


def test_a_change_of_one_part_leaves_the_lines_of_the_others() -> None:
    document = parse(TICKET, "pt-1.md")
    for change, old, new in (
        (Change("pt-1", "status", "open", "closed"), b"status: open ", b"status: closed "),
        (Change("pt-1", "title", "Parser drops a line", "Parser keeps it"), b"drops a line", b"keeps it"),
        (Change("pt-1", "body", "Steps.", "No steps."), b"Steps.", b"No steps."),
    ):
        assert conflicting(document, [change]) == []
        assert apply([change], document).to_bytes() == TICKET.replace(old, new)


def test_an_edited_comment_is_one_change_and_keeps_its_place() -> None:
    before = parse(TICKET, "pt-1.md")
    after = parse(TICKET.replace(b"First.", b"First, mended."), "pt-1.md")
    [change] = changes(before, after, "pt-1")
    assert isinstance(change.before, dict)
    assert isinstance(change.after, dict)
    assert (change.before["text"], change.after["text"]) == ("First.", "First, mended.")
    comments = [comment.text for comment in apply([change], before).comments]
    assert comments == ["First, mended.", "Second."]


def test_a_value_changed_meanwhile_is_named() -> None:
    document = parse(TICKET, "pt-1.md")
    stale = Change("pt-1", "status", "in_progress", "closed")
    assert conflicting(document, [stale, Change("pt-1", "tags", ["a", "b"], None)]) == [stale]


comments = st.builds(Comment, st.sampled_from(["1", "2", "3"]), st.just(""), st.just(False), st.sampled_from("ab"))


def replaced(rows: list[Comment], old: Comment | None, new: Comment | None) -> list[Comment]:
    """What a thread of comments does, said in the plainest way."""
    place = len(rows) - 1 - rows[::-1].index(old) if old in rows else None
    if place is not None:
        return [*rows[:place], *([new] if new else []), *rows[place + 1 :]]
    after = [at for at, comment in enumerate(rows) if new and comment.date > new.date]
    place = min(after, default=len(rows))
    return [*rows[:place], new, *rows[place:]] if new else rows


@given(st.lists(comments), st.lists(st.tuples(st.none() | comments, st.none() | comments)))
def test_comments_change_one_after_another(
    rows: list[Comment], made: list[tuple[Comment | None, Comment | None]]
) -> None:
    thread = Thread(rows)
    for old, new in made:
        assert all(thread.count(comment) == rows.count(comment) for comment in rows)
        thread.replace(old, new)
        rows = replaced(rows, old, new)
        assert thread.comments() == tuple(rows)
