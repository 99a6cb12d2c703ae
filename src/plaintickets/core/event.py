"""Events: what a commit did to a ticket."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.frontmatter import Value
    from plaintickets.core.texthunks import Hunk

CREATED = "created"
CHANGED = "changed"
COMMENTED = "commented"
TEXT = "text"
RENAMED = "renamed"
DELETED = "deleted"
BROKEN = "broken"
MENDED = "mended"
RULE_TRAILER = "Tk-Rule"
KINDS = (CREATED, CHANGED, COMMENTED, TEXT, RENAMED, DELETED, BROKEN, MENDED)


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit that changed tickets.

    Times are seconds since 1970 in UTC; texts are raw, control characters included.
    """

    commit: str
    author: str
    email: str
    date: int
    committed: int
    subject: str
    trailers: str
    is_merge: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one commit did to one ticket.

    `ticket` is the present id, `was` the id at that time. By kind, `field`, `before` and `after` are:
    created: none, none, the fields and title as a mapping; deleted: the reverse; changed: a front-matter key
    or `title`, and its values; commented: `comment`, and a comment as a mapping (both set: edited; no
    `after`: removed); text: `body`, checksums of the whole text, and the difference in `hunks`; renamed: `id`
    or `path`; broken: none, none, the error in the format; mended (readable again): nothing more.
    """

    ticket: str
    was: str
    kind: str
    field: str
    before: Value | None
    after: Value | None
    hunks: tuple[Hunk, ...]
    revision: Revision

    @property
    def commit(self) -> str:
        """The commit's full id."""
        return self.revision.commit

    @property
    def author(self) -> str:
        """The author's name."""
        return self.revision.author

    @property
    def author_email(self) -> str:
        """The author's address."""
        return self.revision.email

    @property
    def date(self) -> int:
        """When the author made the commit, in seconds since 1970."""
        return self.revision.date

    @property
    def rules(self) -> list[tuple[str, list[str]]]:
        """Return the automation rules that the commit's trailers name for the ticket, each with what it changed."""
        if RULE_TRAILER not in self.revision.trailers:
            return []
        form = rf"^{RULE_TRAILER}: ([^:\n]+): (.*?) in (.*)$"
        found = re.findall(form, self.revision.trailers, re.MULTILINE)
        return [(rule, changes.split(", ")) for rule, changes, ticket in found if ticket == self.was]

    @property
    def rule(self) -> str:
        """Return the automation rule that did it, empty for a person."""
        return next((rule for rule, changes in self.rules if (self.field or self.kind) in changes), "")

    @property
    def removed(self) -> str:
        """Return the lines that a change of text removed."""
        return "\n".join(line for hunk in self.hunks for line in hunk.removed)

    @property
    def added(self) -> str:
        """Return the lines that a change of text added."""
        return "\n".join(line for hunk in self.hunks for line in hunk.added)

    def as_json(self) -> dict[str, object]:
        """Return the event as an object for `json.dumps`."""
        from plaintickets.core.moments import utc_of

        when = utc_of(self.revision.date)
        row: dict[str, object] = {
            "ticket": self.ticket,
            "kind": self.kind,
            "field": self.field or None,
            "before": _shown(self.before, self.kind),
            "after": _shown(self.after, self.kind),
            "author": self.author,
            "email": self.author_email,
            "date": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "commit": self.commit,
            "subject": self.revision.subject,
            "merge": self.revision.is_merge,
        }
        if self.kind == TEXT:
            row["before"] = row["after"] = None
        if self.kind == CREATED and self.rules:
            row["rules"] = [{"rule": rule, "changes": changes} for rule, changes in self.rules]
        elif self.rule:
            row["rule"] = self.rule
        if self.was != self.ticket:
            row["was"] = self.was
        if self.hunks:
            row["hunks"] = [{"line": at + 1, "removed": removed, "added": added} for at, removed, added in self.hunks]
        return row


def _shown(value: Value | None, kind: str) -> object:
    """Return a value as JSON, with a boolean for whether a comment is internal."""
    if kind == COMMENTED and isinstance(value, dict):
        return {**value, "internal": value.get("internal") == "true"}
    return value


def without_moves(events: Iterable[Event]) -> list[Event]:
    """Return the events without comments that a commit only moved into a file or out of one.

    One whose relative links the move changed is edited.
    """
    kept: list[Event] = []
    waiting: dict[tuple[str, str, str, str], list[Event]] = {}
    dropped: set[int] = set()
    for event in events:
        kept.append(event)
        if event.kind != COMMENTED or (event.before is None) == (event.after is None):
            continue
        value, other = (event.before, "after") if event.after is None else (event.after, "before")
        place = event.ticket, event.revision.commit, repr(value)
        found = waiting.get((*place, other))
        if found:
            dropped.update((id(found.pop()), id(event)))
        else:
            waiting.setdefault((*place, "before" if other == "after" else "after"), []).append(event)
    moved = [event for event in kept if id(event) not in dropped] if dropped else kept
    left = [event for events in waiting.values() for event in events]
    return _with_other_links(moved, [event for event in left if event.after is None and "]" in repr(event.before)])


def _with_other_links(events: list[Event], removed: list[Event]) -> list[Event]:
    """Return the events with one edit for each of the removed comments that its commit added with other links."""
    if not removed:
        return events
    from plaintickets.core.attachment_links import without_folders

    def key(event: Event, value: Value | None) -> tuple[str, ...]:
        parts = [str(value.get(name)) for name in ("date", "author", "internal")] if isinstance(value, dict) else []
        text = str(value.get("text")) if isinstance(value, dict) else ""
        return event.ticket, event.commit, *parts, without_folders(text, f"{event.was}.d")

    places = {(event.ticket, event.commit) for event in removed}
    sources: dict[tuple[str, ...], list[Event]] = {}
    for event in removed:
        sources.setdefault(key(event, event.before), []).append(event)
    edits: dict[int, Event] = {}
    gone: set[int] = set()
    for event in events:
        is_added = event.kind == COMMENTED and event.before is None and (event.ticket, event.commit) in places
        found = sources.get(key(event, event.after)) if is_added else None
        if found:
            source = found.pop()
            gone.add(id(source))
            edits[id(event)] = replace(event, before=source.before)
    return [edits.get(id(event), event) for event in events if id(event) not in gone]
