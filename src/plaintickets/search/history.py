"""The documents of the history: each piece of text that was added and removed, and each commit message."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.search.schema import FIELDS, Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from plaintickets.core.event import Revision
    from plaintickets.git.message_search import Message
    from plaintickets.history.past_text import Fragment
    from plaintickets.search.folder import Stamp

    Progress = Callable[[int, int], None]

_FIELDS = {"title": "title", "body": "body", "comment": "comments", "tags": "tags"}
_STAMP: Stamp = (0, 0, 0, 0)


class PastDocuments:
    """Documents that never change; `make` gets the last note, and returns whether it makes only new ones."""

    def __init__(
        self, make: Callable[[str, int], tuple[bool, Iterable[tuple[str, Document]]]], progress: Progress
    ) -> None:
        self._make = make
        self._held: dict[str, Document] = {}
        self.progress = progress

    def begin(self, note: str, count: int) -> bool:
        """Make the documents."""
        adds_only, made = self._make(note, count)
        self._held = dict(made)
        return adds_only

    def stamps(self) -> Mapping[str, Stamp]:
        """Return the keys, each with the same stamp."""
        return dict.fromkeys(self._held, _STAMP)

    def load(self, key: str) -> tuple[Stamp, Document] | None:
        """Return a document."""
        return _STAMP, self._held[key]


class PastCommit(NamedTuple):
    """The commit that added or removed a piece of text."""

    commit: str
    author: str
    email: str
    date: int
    subject: str


class PastText(NamedTuple):
    """A piece of text in a ticket's field from one commit until another; `removed` is None while it is there."""

    ticket: str
    field: str
    text: str
    added: PastCommit
    removed: PastCommit | None


def text_document(fragment: Fragment) -> tuple[str, Document]:
    """Return the key and the document of a piece of text."""
    added, removed = _commit(fragment.added), _commit(fragment.removed) if fragment.removed else None
    facts = json.dumps([fragment.ticket, fragment.field, fragment.text, added, removed], ensure_ascii=False)
    field = index_field(fragment.field)
    last = removed or added
    digest = blake2b(facts.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    key = f"{fragment.ticket}\x00{fragment.field}\x00{digest}"
    title, body, comments, tags, ids, values = [(fragment.text,) if name == field else () for name in FIELDS]
    dates = (float(last.date), max(0, added.date) & 0xFFFFFFFF)
    return key, Document(title, body, comments, tags, ids, values, facts=facts, dates=dates)


def text_of(facts: list[Any]) -> PastText:
    """Return the piece of text that `text_document` packed."""
    ticket, field, text, added, removed = facts
    return PastText(ticket, field, text, PastCommit(*added), PastCommit(*removed) if removed else None)


def index_field(field: str) -> str:
    """Return the field of the index for the texts of a ticket's field."""
    return _FIELDS.get(field, "values")


def read_facts(packed: Iterable[bytes]) -> list[list[Any]]:
    """Return the facts of documents that were packed as JSON; all are decoded at once, in half of the time."""
    text = b",".join(packed).decode("utf-8", "surrogatepass")
    found: list[list[Any]] = json.loads(f"[{text}]")
    return found


def message_document(message: Message, place: int, *, changes_ticket: bool) -> tuple[str, Document]:
    """Return the key and document of a commit's message; `place` orders commits of the same second.

    The lowest bit beside the place says that the commit changes a ticket, so that matches are counted without reading.
    """
    facts = json.dumps(message, ensure_ascii=False)
    dates = (float(message.date), 2 * place + changes_ticket)
    return message.commit, Document((message.subject,), (message.body,), facts=facts, dates=dates)


def _commit(revision: Revision) -> PastCommit:
    return PastCommit(revision.commit, revision.author, revision.email, revision.date, revision.subject)
