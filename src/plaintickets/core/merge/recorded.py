"""The conflicts recorded in a ticket's key `conflicts`, and how to resolve each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.comments import marks
from plaintickets.core.document import parse
from plaintickets.core.merge.front import CONFLICTS
from plaintickets.errors import RefusedError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from plaintickets.core.document import Document

TEXT = "text"
_TITLE = "title"
_IN_BODY = ("body:\n", "comment:\n")
_CLOSING = ("closed", "resolution")
_MARKED = re.compile(r"<{7} one side\n(.*?)={7}\n(.*?)>{7} other side\Z", re.DOTALL)
_MARKER = re.compile(r"^<{7} ", re.MULTILINE)


class Recorded(NamedTuple):
    """A value that lost in a merge: the field, and the entry that holds it."""

    field: str
    entry: str

    @property
    def shown(self) -> str:
        """The value in a line, `(none)` where the field was taken away."""
        if self.field == TEXT:
            match = _MARKED.search(self.entry)
            return (match[2] if match else self.entry.partition("\n")[2]).strip() or "(none)"
        text = self.entry.removeprefix("# ") if self.field == _TITLE else self.entry.partition(":")[2]
        return text.strip() if self.entry != self.field else "(none)"


def read(document: Document) -> list[Recorded]:
    """Return the conflicts that a ticket records, in file order."""
    held = document.keys.get(CONFLICTS)
    entries = held if isinstance(held, list) else [held] if held else []
    return [Recorded(_field(str(entry)), str(entry)) for entry in entries]


def _field(entry: str) -> str:
    if entry.startswith(_IN_BODY):
        return TEXT
    return _TITLE if entry.startswith("# ") else entry.partition(":")[0]


def left_in(document: Document) -> list[str]:
    """Return the fields that a merge left unresolved: recorded ones, and the text if it holds markers."""
    found = [recorded.field for recorded in read(document)]
    if _MARKER.search(document.body):
        found.append(TEXT)
    return list(dict.fromkeys(found))


def kept(document: Document, fields: Collection[str]) -> Document:
    """Return the document with the present values of these fields accepted: their records are removed."""
    return _without(document, [recorded for recorded in read(document) if recorded.field in fields])


def taken(document: Document, fields: Collection[str], done: Collection[str]) -> Document:
    """Return the document with the recorded values of these fields instead of the present ones.

    A status includes how it was closed; `done` are the statuses of the class done.

    Raise RefusedError if several values are recorded, or the present value has changed since.
    """
    wanted = [
        recorded
        for recorded in read(document)
        if recorded.field in fields or ("status" in fields and recorded.field in _CLOSING)
    ]
    named = [recorded.field for recorded in wanted if recorded.field != TEXT]
    twice = next((field for field in named if named.count(field) > 1), None)
    if twice:
        hint = f"choose one: `tk resolve --edit`, or `tk set` and then `tk resolve --ours {twice}`."
        raise RefusedError(f"several values are recorded for {twice}", hint=hint)
    result = document
    for recorded in wanted:
        result = _with_recorded(result, recorded)
    if "status" in named and result.keys.get("status") not in done:
        for key in _CLOSING:
            result = result.with_key(key, None)
    return _without(result, wanted)


def like(document: Document, model: Document, fields: Collection[str]) -> Document:
    """Return the document with these fields as in another document, and without their records."""
    result = kept(document, fields)
    keys = {*fields, *(_CLOSING if "status" in fields else ())}
    for key in sorted(keys - {TEXT, _TITLE}):
        result = with_lines(result, key, _lines(model, key))
    if _TITLE in fields:
        result = with_lines(result, _TITLE, _lines(model, _TITLE))
        result = result.with_title(model.title) if model.title else result
    return result.with_body(model.body) if TEXT in fields else result


def with_lines(document: Document, key: str, lines: Sequence[str]) -> Document:
    """Return the document with a key written in exactly these lines, or removed if there are none."""
    at = next((entry for entry in document._entries if entry.key == key), None)
    place = at.start if at else document._place_for(key)
    end = at.end if at else place
    carriage = "\r" if document._open.endswith("\r") else ""
    new = [line.removesuffix("\r") + carriage for line in lines]
    return document._rebuilt([*document._front[:place], *new, *document._front[end:]], document.body)


def _lines(document: Document, key: str) -> list[str]:
    at = next((entry for entry in document._entries if entry.key == key), None)
    return document._front[at.start : at.end] if at else []


def _without(document: Document, resolved: Sequence[Recorded]) -> Document:
    entries = {recorded.entry for recorded in resolved}
    if not entries:
        return document
    rest = [recorded.entry for recorded in read(document) if recorded.entry not in entries]
    return document.with_key(CONFLICTS, list(rest) if rest else None)


def _with_recorded(document: Document, recorded: Recorded) -> Document:
    if recorded.entry.startswith("body:\n"):
        return document.with_body(_with_hunk(document, recorded.entry.removeprefix("body:\n")))
    if recorded.entry.startswith("comment:\n"):
        return document.with_body(_with_comment(document, recorded.entry.removeprefix("comment:\n")))
    if recorded.entry.startswith("# "):
        return document.with_title(recorded.entry.removeprefix("# ").strip())
    lines = [] if recorded.entry == recorded.field else recorded.entry.split("\n")
    found = parse("\n".join(["---", *lines, "---", ""]).encode(), document.path)
    if found.problems or list(found.keys) != [recorded.field] * bool(lines):
        raise UnreadableError(f"the record for {recorded.field} cannot be read", hint="use `tk resolve --edit`.")
    return with_lines(document, recorded.field, lines)


def _with_hunk(document: Document, entry: str) -> str:
    """Return the body with the kept lines that the entry names replaced by the rejected ones."""
    match = _MARKED.search(entry)
    standing, lost = (match[1], match[2]) if match else ("", "")
    if document.newline == "\r\n":
        standing, lost = (text.replace("\n", "\r\n") for text in (standing, lost))
    body = document.body if document.body.endswith("\n") else document.body + document.newline
    place = ("\n" + body).find("\n" + standing) if standing.strip() else -1
    if place < 0 or ("\n" + body).find("\n" + standing, place + 1) >= 0:
        raise RefusedError(
            "the text has changed since the conflict was recorded, so the other text cannot be inserted",
            hint="use `tk resolve --edit`, which shows both.",
        )
    return body[:place] + lost + body[place + len(standing) :]


def _with_comment(document: Document, entry: str) -> str:
    """Return the body with a comment in its recorded form: removed, or with other lines."""
    if _MARKED.search(entry):
        return _with_hunk(document, entry)
    body = document.body
    places = [mark.start() for mark in marks(body)[1]]
    start = next((place for place in places if body.startswith(entry, place)), -1)
    if start < 0:
        return body
    following = next((place for place in places if place > start), -1)
    return body[:start] + body[following:] if following >= 0 else body[:start].rstrip("\r\n") + document.newline
