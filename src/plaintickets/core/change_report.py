"""What happened to tickets between two states of a store, as a list of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.change import BODY, COMMENT
from plaintickets.core.checklist import ticked
from plaintickets.core.diff import part_changes
from plaintickets.core.texthunks import hunks
from plaintickets.core.ticket import list_of
from plaintickets.core.ticket_parts import EMPTY, Parts, with_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from plaintickets.core.change import Change
    from plaintickets.core.comments import Comment
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.texthunks import Hunk

    KindOf = Callable[[str], str | None]

CREATED = "created"
DELETED = "deleted"
BROKEN = "broken"
MENDED = "mended"
CLOSED = "closed"
REOPENED = "reopened"
STARTED = "started"
MOVED = "moved"
RENAMED = "renamed"
ARCHIVED = "archived"
UNARCHIVED = "unarchived"
SET = "set"
ADDED = "added"
REMOVED = "removed"
TICKED = "ticked"
UNTICKED = "unticked"
TEXT = "text"
COMMENTED = "commented"
COMMENT_EDITED = "comment-edited"
COMMENT_REMOVED = "comment-removed"
LAYOUT = "layout"
KINDS = (
    *(CREATED, DELETED, BROKEN, MENDED, CLOSED, REOPENED, STARTED, MOVED, RENAMED, ARCHIVED, UNARCHIVED),
    *(SET, ADDED, REMOVED, TICKED, UNTICKED, TEXT, COMMENTED, COMMENT_EDITED, COMMENT_REMOVED, LAYOUT),
)
LISTS = ("deps", "links", "tags")

# The categories of a summary, the most important first. A ticket counts under each category that its facts
# name, and under one of `_LESSER` only if there is no other.
_COUNTED = {
    BROKEN: "broken", CLOSED: "closed", CREATED: "opened", REOPENED: "reopened", STARTED: "started", MOVED: "moved",
    "priority": "reprioritised", "assignee": "reassigned", RENAMED: "renamed", ARCHIVED: "archived",
    UNARCHIVED: "unarchived", DELETED: "deleted", MENDED: "mended",
}  # fmt: skip
_LESSER = ("edited", "commented", "reformatted")
CATEGORIES = (*_COUNTED.values(), *_LESSER)
_COMMENTS = (COMMENTED, COMMENT_EDITED, COMMENT_REMOVED)
# The limit on line pairs in all text differences, about a second; beyond it lines are only counted.
_PAIRS = 5_000_000


class Fact(NamedTuple):
    """One thing that happened to a ticket.

    By kind, `field`, `before` and `after` are: created, deleted: the fields as a mapping, after or before;
    broken: none, none, the reason; closed, reopened, started, moved: `status`, its values, and the resolution
    in `more`; renamed: ids; archived, unarchived: store paths; set: a field, its values; added, removed: a
    list field, the item after or before; ticked, unticked: none, none, the item; text: `hunks`; comments: the
    comment as a mapping. If a text is too large to compare, `hunks` is empty and `lines` holds the numbers of
    removed and added lines.
    """

    kind: str
    field: str = ""
    before: Value | None = None
    after: Value | None = None
    more: str = ""
    hunks: tuple[Hunk, ...] = ()
    lines: tuple[int, int] = (0, 0)


class Side(NamedTuple):
    """A ticket on one side of a comparison; one with a `problem` cannot be read and has no parts."""

    path: str
    parts: Parts
    problem: str = ""


class ChangedTicket(NamedTuple):
    """A ticket with the facts about it; `was` is its former id if it was renamed.

    `path` is its present store path, or the last one it had.
    """

    ticket: str
    was: str
    title: str
    path: str
    facts: tuple[Fact, ...]

    @property
    def is_gone(self) -> bool:
        """Whether the ticket no longer exists."""
        return any(fact.kind == DELETED for fact in self.facts)

    @property
    def categories(self) -> tuple[str, ...]:
        """The names under which a summary counts the ticket."""
        names = {_COUNTED.get(fact.kind) or _COUNTED.get(fact.field, "") for fact in self.facts} - {""}
        if CREATED in (fact.kind for fact in self.facts):
            names &= {"opened", "closed", "broken"}
        if not names:
            kinds = {fact.kind for fact in self.facts}
            names = {"commented" if kinds <= set(_COMMENTS) else "reformatted" if kinds == {LAYOUT} else "edited"}
        return tuple(name for name in CATEGORIES if name in names)


class ChangeReporter:
    """Computes the facts of one ticket after the other, with one limit on the cost of all text differences."""

    def __init__(self, kind_of: KindOf, pairs: int = _PAIRS) -> None:
        self._kind_of = kind_of
        self._pairs = pairs

    def report(
        self, ticket: str, was: str, old: Side | None, new: Side | None, problems: Sequence[str] = ()
    ) -> ChangedTicket:
        """Return a ticket with the facts about it.

        At least one side exists. `problems` are those of its comments.
        """
        last = new or old
        assert last is not None  # noqa: S101 - a ticket is on one side at least
        titles = (side.parts.fields.get("title") for side in (new, old) if side)
        title = next((title for title in titles if isinstance(title, str)), "")
        facts = [*(Fact(BROKEN, COMMENT, after=problem) for problem in problems), *self._facts(ticket, was, old, new)]
        return ChangedTicket(ticket, was, title, last.path, tuple(facts) or (Fact(LAYOUT),))

    def of_comments(
        self, ticket: str, path: str, old: Sequence[Comment], new: Sequence[Comment], problems: Sequence[str] = ()
    ) -> ChangedTicket:
        """Return a ticket of which only comments in separate files differ."""
        before, after = (Side(path, EMPTY._replace(comments=tuple(comments))) for comments in (old, new))
        return self.report(ticket, "", before, after, problems)

    def _facts(self, ticket: str, was: str, old: Side | None, new: Side | None) -> Iterator[Fact]:
        if new is None:
            yield Fact(DELETED, before=dict(old.parts.fields) if old else None)
            return
        if old is None:
            yield Fact(CREATED, after=dict(new.parts.fields))
            yield from self._beginnings(new)
            return
        yield from _moves(ticket, was, old.path, new.path)
        if new.problem:
            yield Fact(BROKEN, after=new.problem)
        elif old.problem:
            yield Fact(MENDED, before=old.problem)
        else:
            yield from self._differences(with_id(old.parts, was, ticket) if was else old.parts, new.parts)

    def _beginnings(self, new: Side) -> Iterator[Fact]:
        """Yield the facts of a new ticket: whether it is closed or broken, its text, its comments."""
        if new.problem:
            yield Fact(BROKEN, after=new.problem)
            return
        fields = new.parts.fields
        if self._is_done(fields):
            yield Fact(CLOSED, "status", None, fields.get("status"), _text(fields, "resolution"))
        start = Parts(fields, "", ())
        for change in part_changes(start, new.parts, ""):
            yield from self._by_part(change, start, new.parts)

    def _differences(self, old: Parts, new: Parts) -> Iterator[Fact]:
        changes = part_changes(old, new, "")
        reported = {"status"} if any(change.field == "status" for change in changes) else set()
        if reported:
            yield self._of_status(old.fields, new.fields)
            if self._is_done(old.fields) != self._is_done(new.fields):
                reported |= {"closed", "resolution"}
        for change in changes:
            if change.field not in reported:
                yield from self._by_part(change, old, new)

    def _by_part(self, change: Change, old: Parts, new: Parts) -> Iterator[Fact]:
        if change.field == BODY:
            yield from self._of_text(old.text, new.text)
        elif change.field == COMMENT:
            kind = COMMENTED if change.before is None else COMMENT_REMOVED if change.after is None else COMMENT_EDITED
            yield Fact(kind, COMMENT, change.before, change.after)
        else:
            yield from _of_field(change)

    def _of_status(self, old: Mapping[str, Value], new: Mapping[str, Value]) -> Fact:
        before, after = _text(old, "status") or "open", _text(new, "status") or "open"
        kind = MOVED
        if self._is_done(old) != self._is_done(new):
            kind = CLOSED if self._is_done(new) else REOPENED
        elif self._kind_of(after) == "active":
            kind = STARTED
        return Fact(kind, "status", before, after, _text(new, "resolution") if kind == CLOSED else "")

    def _is_done(self, fields: Mapping[str, Value]) -> bool:
        return self._kind_of(_text(fields, "status") or "open") == "done"

    def _of_text(self, before: str, after: str) -> Iterator[Fact]:
        items, updated = ticked(before, after)
        for item in items:
            yield Fact(TICKED if item.is_ticked else UNTICKED, after=item.text)
        if updated == after:
            return
        old, new = updated.split("\n"), after.split("\n")
        gone, come = _lines_lost(old, new) if before else 0, _lines_lost(new, old) if after else 0
        self._pairs -= (gone + 1) * (come + 1) + len(old) + len(new)
        yield Fact(TEXT, BODY, hunks=hunks(updated, after) if self._pairs >= 0 else (), lines=(gone, come))


def _moves(ticket: str, was: str, old_path: str, new_path: str) -> Iterator[Fact]:
    if was:
        yield Fact(RENAMED, "id", was, ticket)
    old_folder, new_folder = old_path.rpartition("/")[0], new_path.rpartition("/")[0]
    if old_folder != new_folder:
        yield Fact(ARCHIVED if new_folder else UNARCHIVED, "path", old_path, new_path)


def _of_field(change: Change) -> Iterator[Fact]:
    before, after = change.before, change.after
    if change.field in LISTS or isinstance(before, list) or isinstance(after, list):
        old, new = dict.fromkeys(list_of(before)), dict.fromkeys(list_of(after))
        rows = [Fact(ADDED, change.field, None, item) for item in new if item not in old]
        rows += [Fact(REMOVED, change.field, item, None) for item in old if item not in new]
        if rows:
            yield from rows
            return
    yield Fact(SET, change.field, before, after)


def _lines_lost(lines: Iterable[str], others: Iterable[str]) -> int:
    """Return how many lines are missing in the others, counting repeated lines."""
    counts: dict[str, int] = {}
    for line in others:
        counts[line] = counts.get(line, 0) + 1
    lost = 0
    for line in lines:
        if counts.get(line, 0):
            counts[line] -= 1
        else:
            lost += 1
    return lost


def _text(fields: Mapping[str, Value], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def tally(tickets: Iterable[ChangedTicket]) -> dict[str, int]:
    """Return how many tickets belong to each category, without empty ones, in the order of CATEGORIES."""
    counts: dict[str, int] = {}
    for ticket in tickets:
        for name in ticket.categories:
            counts[name] = counts.get(name, 0) + 1
    return {name: counts[name] for name in CATEGORIES if name in counts}


def sorted_tickets(tickets: Iterable[ChangedTicket]) -> list[ChangedTicket]:
    """Return the tickets sorted by their first category, then by id."""
    return sorted(tickets, key=lambda one: (CATEGORIES.index(one.categories[0]), one.ticket))
