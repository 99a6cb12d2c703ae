"""What a public face may show: the one place that decides it.

A public face shows no internal comment, no internal ticket, nothing that names one, and no mail address. What
cannot be judged counts as internal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import event as kinds
from plaintickets.core.comments import Comment
from plaintickets.core.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from plaintickets.core.event import Event
    from plaintickets.core.frontmatter import Value

    Queues = Mapping[str, Mapping[str, Any]]

FIELD = "visibility"
PUBLIC = "public"
INTERNAL = "internal"
HIDDEN_ID = "[internal]"
_UNREADABLE = "\0"  # no field has this name
HIDDEN_MAIL = "[address]"
NEVER_SHOWN = frozenset((FIELD, "approvals", "conflicts", "fired", "rejections"))
"""The fields that a public face leaves out: the decision itself, and the records of the automation and the team."""
SHOWN_IN_HISTORY = frozenset(
    ("assignee", "closed", "component", "milestone", "priority", "resolution", "severity", "status", "type")
)
"""The fields of which a public history shows the values; of others it shows that they changed."""

_AT = re.compile("[@＠﹫]|&#0*64;|&#x0*40;|&commat;|%40", re.IGNORECASE)
_ANGLED = re.compile(r"[ \t]?<([^<>\n]*)>")
_QUOTED_MAIL = re.compile(rf""""[^"\n]*"(?:{_AT.pattern})[^\s<>"]+""", re.IGNORECASE)
_PIECE = re.compile(r"""[^\s<>"]+""")
_WORD = re.compile(r"[^\W_]+(?:[-._][^\W_]+)*")
_SHORT_NAME = re.compile(r"(?=.*\d)(?=.*[^\W\d])[^\W_]{4,}")


def is_internal_keys(keys: Mapping[str, Value], queues: Queues | None = None) -> bool:
    """Tell whether the fields make a ticket internal: any `visibility` but public, or a queue for the team."""
    own = keys.get(FIELD)
    if own not in (None, "", PUBLIC):
        return True
    queue = keys.get("queue")
    described = (queues or {}).get(queue) if isinstance(queue, str) else None
    return described is not None and described.get("audience") == INTERNAL


def is_internal_comment(comment: Comment) -> bool:
    """Tell whether a comment is internal; a mark that the format does not know, as `· Internal`, counts too."""
    marks = (part.strip().casefold() for part in comment.author.split("·"))
    return comment.internal or INTERNAL in marks


def without_mail(text: str) -> str:
    """Return the text without mail addresses: `Ada <ada@example.org>` becomes `Ada`.

    Each word with the sign inside counts as one; `@ada` does not.
    """
    if not _AT.search(text):
        return text
    text = _ANGLED.sub(lambda match: "" if _AT.search(match[1]) else match[0], text)
    return _PIECE.sub(_without_mail, _QUOTED_MAIL.sub(HIDDEN_MAIL, text) if '"' in text else text)


def _without_mail(match: re.Match[str]) -> str:
    return HIDDEN_MAIL if _AT.search(match[0], 1, len(match[0]) - 1) else match[0]


class PublicEvent(NamedTuple):
    """What a public history says of an event; the values are empty if only the fact is public."""

    kind: str
    field: str
    before: str
    after: str
    author: str
    date: int


class Audience:
    """What the public sees of a store: which tickets, and each text without what it must not name."""

    def __init__(self, ids: Iterable[str], titles: Iterable[str] = ()) -> None:
        self.hidden = frozenset(ids)
        self._folded = {one.casefold() for one in self.hidden}
        suffixes = {one.rpartition("-")[2] for one in self._folded}
        self._names = self._folded | {one for one in suffixes if _SHORT_NAME.fullmatch(one)}
        self._longest = max((len(_parts(one)) for one in self._names), default=0)
        self._unusual = [one for one in sorted(self._folded) if not _WORD.fullmatch(one)]
        self._titles = {words for title in titles if len(words := tuple(_WORD.findall(title.casefold()))) > 1}
        self._lengths: dict[tuple[str, ...], set[int]] = {}
        for words in self._titles:
            self._lengths.setdefault(words[:2], set()).add(len(words))

    def text(self, text: str) -> str:
        """Return a text without mail addresses, and without ids and titles of internal tickets."""
        text = without_mail(text)
        if not self.hidden:
            return text
        for one in self._unusual:
            text = re.sub(re.escape(one), HIDDEN_ID, text, flags=re.IGNORECASE)
        return _WORD.sub(self._without_id, self._without_titles(text) if self._titles else text)

    def is_clean(self, text: str) -> bool:
        """Tell whether nothing of a text has to be hidden."""
        return self.text(text) == text

    def _without_titles(self, text: str) -> str:
        """Return a text without whole titles of internal tickets, whatever stands between their words."""
        found = list(_WORD.finditer(text))
        words = [match[0].casefold() for match in found]
        at = place = 0
        kept = []
        while at < len(words) - 1:
            lengths = sorted(self._lengths.get((words[at], words[at + 1]), ()), reverse=True)
            length = next((one for one in lengths if tuple(words[at : at + one]) in self._titles), 0)
            if length:
                kept += [text[place : found[at].start()], HIDDEN_ID]
                place = found[at + length - 1].end()
            at += length or 1
        return "".join([*kept, text[place:]])

    def _without_id(self, match: re.Match[str]) -> str:
        """Return a word, hidden if it or consecutive parts of it are an id: `pt-2` in `fix-pt-2`."""
        parts = _parts(match[0].casefold())
        ranges = ((start, end) for start in range(len(parts)) for end in range(start + 1, start + self._longest + 1))
        return HIDDEN_ID if any("".join(parts[start:end]) in self._names for start, end in ranges) else match[0]

    def keys(self, keys: Mapping[str, Value]) -> dict[str, Value]:
        """Return the fields that are shown, their values without what must not be named."""
        shown = {}
        for name, value in keys.items():
            if name not in NEVER_SHOWN and self.is_clean(name):
                shown[name] = self.value(value)
        return shown

    def value(self, value: Value) -> Value:
        """Return a value without what must not be named; an item of a list that names an internal ticket is gone."""
        if isinstance(value, str):
            return "" if value.casefold() in self._folded else self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(inner) for key, inner in value.items()}
        if isinstance(value, list):
            kept = [item for item in value if not (isinstance(item, str) and item.casefold() in self._folded)]
            return [self.value(item) for item in kept]
        return value

    def ticket(self, ticket: Ticket) -> Ticket:
        """Return a public ticket as the public sees it."""
        title = self.text(ticket.title)
        return Ticket(ticket.id, ticket.path, {**self.keys(ticket.keys), "id": ticket.id}, title)

    def comments(self, comments: Iterable[Comment]) -> list[Comment]:
        """Return the public comments."""
        return [
            Comment(self.text(comment.date), self.text(comment.author), False, self.text(comment.text))
            for comment in comments
            if not is_internal_comment(comment)
        ]

    def events(
        self, events: Iterable[Event], queues: Mapping[str, Mapping[str, Any]] | None = None
    ) -> list[PublicEvent]:
        """Return the public history of one public ticket, from its events in the order in which they happened.

        It begins after the last moment at which the ticket was internal, and holds no texts.
        """
        found = map(self._event, self.since_public(events, queues))
        return [event for event in found if event is not None]

    def counted(self, events: Iterable[Event]) -> list[Event]:
        """Return the events of which the public may know that they happened."""
        return [event for event in events if self._event(event) is not None]

    def since_public(
        self, events: Iterable[Event], queues: Mapping[str, Mapping[str, Any]] | None = None
    ) -> list[Event]:
        """Return the events of one public ticket after the last moment at which it was internal."""
        kept = list(events)
        return kept[public_from(kept, queues) :]

    def _event(self, event: Event) -> PublicEvent | None:
        author, before, after = self.text(event.author), "", ""
        if event.kind == kinds.COMMENTED and any(map(_is_internal_value, (event.before, event.after))):
            return None
        if event.kind == kinds.CHANGED:
            if event.field in NEVER_SHOWN or not self.is_clean(event.field):
                return None
            if event.field in SHOWN_IN_HISTORY:
                before, after = self._plain(event.before), self._plain(event.after)
        elif event.kind not in (kinds.CREATED, kinds.COMMENTED, kinds.TEXT):
            return None
        field = event.field if event.kind == kinds.CHANGED else ""
        return PublicEvent(event.kind, field, before, after, author, event.date)

    def _plain(self, value: Value | None) -> str:
        return self.text(value) if isinstance(value, str) else ""


def public_from(events: Iterable[Event], queues: Queues | None = None) -> int:
    """Return how many events of a ticket have to be left out: up to the last moment at which it was internal."""
    keys: dict[str, Value] = {}
    start = 0
    for number, event in enumerate(events, 1):
        _replay(keys, event)
        if _UNREADABLE in keys or is_internal_keys(keys, queues):
            start = number
    return start


def _replay(keys: dict[str, Value], event: Event) -> None:
    """Keep up the fields that decide who may see the ticket. A ticket that cannot be read is internal."""
    if event.kind in (kinds.CREATED, kinds.DELETED):
        keys.clear()
        keys.update(event.after if isinstance(event.after, dict) else {FIELD: INTERNAL})
    elif event.kind == kinds.BROKEN:
        keys[_UNREADABLE] = INTERNAL
    elif event.kind == kinds.MENDED:
        keys.pop(_UNREADABLE, None)
    elif event.kind == kinds.CHANGED:
        if event.after is None:
            keys.pop(event.field, None)
        else:
            keys[event.field] = event.after


def _is_internal_value(value: Value | None) -> bool:
    """Tell whether the value of an event is an internal comment."""
    if not isinstance(value, dict):
        return False
    comment = Comment(str(value.get("date", "")), str(value.get("author", "")), False, "")
    return str(value.get("internal", "")).casefold() not in ("", "false") or is_internal_comment(comment)


def _parts(word: str) -> list[str]:
    return re.split(r"([-._])", word)
