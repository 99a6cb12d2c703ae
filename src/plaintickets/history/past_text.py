"""Find when, and by whom, text was added to a ticket and removed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import event as kinds
from plaintickets.core.change import BODY, COMMENT, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.core.event import Event, Revision
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.texthunks import Hunk


class Fragment(NamedTuple):
    """A piece of text in a field of a ticket, from one commit until another; `removed` is None while it is there.

    In the body, a fragment is what one commit added in one place. If a commit removes a part of a fragment, that part
    becomes a fragment of its own.
    """

    ticket: str
    field: str
    text: str
    added: Revision
    removed: Revision | None


def text_history(events: Iterable[Event]) -> Iterator[Fragment]:
    """Yield the text fragments of a timeline; the events must be in order, oldest first."""
    tickets: dict[str, _Text] = {}
    for event in events:
        text = tickets.get(event.ticket)
        if text is None:
            text = tickets[event.ticket] = _Text(event.ticket)
        yield from text.take(event)
    for text in tickets.values():
        yield from text.end(None)


class _Text:
    """The pieces of text of one ticket at a moment; each line of the body has the commit that added it."""

    def __init__(self, ticket: str) -> None:
        self._ticket = ticket
        self._lines: list[tuple[str, Revision]] = []
        self._values: dict[str, tuple[str, Revision]] = {}
        self._comments: list[tuple[str, Revision]] = []

    def take(self, event: Event) -> Iterator[Fragment]:
        """Yield the fragments that an event ends."""
        if event.kind == kinds.TEXT:
            yield from self._patch(event.hunks, event.revision)
        elif event.kind == kinds.COMMENTED:
            yield from self._comment(event)
        elif event.kind == kinds.CHANGED:
            yield from self._set(event.field, event.after, event.revision)
        elif event.kind in (kinds.CREATED, kinds.DELETED):
            yield from self.end(event.revision)
            if isinstance(event.after, dict):
                for field, value in event.after.items():
                    yield from self._set(field, value, event.revision)

    def end(self, revision: Revision | None) -> Iterator[Fragment]:
        """Yield the fragments of the current text."""
        yield from self._joined(self._lines, revision)
        for field, (text, added) in self._values.items():
            yield Fragment(self._ticket, field, text, added, revision)
        for text, added in self._comments:
            yield Fragment(self._ticket, COMMENT, text, added, revision)
        self._lines, self._values, self._comments = [], {}, []

    def _set(self, field: str, value: Value | None, revision: Revision) -> Iterator[Fragment]:
        old = self._values.pop(field, None)
        if old:
            yield Fragment(self._ticket, field, *old, revision)
        text = value if isinstance(value, str) else " ".join(_words(value))
        if text and (field == TITLE or not text.isspace()):
            self._values[field] = (text, revision)

    def _comment(self, event: Event) -> Iterator[Fragment]:
        old, new = _comment_text(event.before), _comment_text(event.after)
        place = next((at for at, (text, _) in enumerate(self._comments) if text == old), -1) if old else -1
        if place >= 0:
            yield Fragment(self._ticket, COMMENT, *self._comments.pop(place), event.revision)
        if new and (place >= 0 or all(text != new for text, _ in self._comments)):
            self._comments.append((new, event.revision))

    def _patch(self, hunks: tuple[Hunk, ...], revision: Revision) -> Iterator[Fragment]:
        """Apply hunks as `texthunks.patched` does, to lines that keep the commit that added them."""
        shift = 0
        for hunk in hunks:
            near = max(0, min(hunk.start + shift, len(self._lines)))
            at = self._find(hunk.removed, near)
            gone = len(hunk.removed) if at >= 0 else 0
            at = near if at < 0 else at
            yield from self._joined(self._lines[at : at + gone], revision)
            self._lines[at : at + gone] = [(line, revision) for line in hunk.added]
            shift = at - hunk.start + len(hunk.added) - gone

    def _find(self, removed: tuple[str, ...], near: int) -> int:
        size = len(removed)
        if tuple(line for line, _ in self._lines[near : near + size]) == removed:
            return near
        wanted = list(removed)
        lines = [line for line, _ in self._lines]
        fits = [at for at in range(len(lines) - size + 1) if lines[at] == wanted[0] and lines[at : at + size] == wanted]
        return min(fits, key=lambda at: abs(at - near), default=-1)

    def _joined(self, lines: list[tuple[str, Revision]], removed: Revision | None) -> Iterator[Fragment]:
        """Yield neighbouring lines of the same commit as one fragment each."""
        start = 0
        for at in range(1, len(lines) + 1):
            if at == len(lines) or lines[at][1] is not lines[start][1]:
                text = "\n".join(line for line, _ in lines[start:at])
                if text.strip():
                    yield Fragment(self._ticket, BODY, text, lines[start][1], removed)
                start = at


def _comment_text(value: Value | None) -> str:
    text = value.get("text", "") if isinstance(value, dict) else ""
    return text if isinstance(text, str) else ""


def _words(value: Value | None) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif value is not None:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _words(item)
