"""Find which files are one ticket on both sides of a merge: by id, or by a rename in a commit, never by likeness."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.document import parse, title_match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from plaintickets.core.document import Document

_PART = re.compile(r"((?:archive/[0-9]{4}/)?)([^/]+?)(?:\.d/([^/]+))?\.md\Z", re.DOTALL)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


class Place(NamedTuple):
    """The place of a ticket's file: the folder (with `/`, or empty), the id, and the name of a comment file."""

    folder: str
    id: str
    comment: str

    @property
    def path(self) -> str:
        """The store path."""
        return f"{self.folder}{self.id}.d/{self.comment}.md" if self.comment else f"{self.folder}{self.id}.md"


def place_of(path: str) -> Place | None:
    """Return the place of a store path; None for a file that is no ticket and no comment."""
    match = _PART.match(path)
    if match is None:
        return None
    folder, name, comment = match[1], match[2], match[3] or ""
    if name[0] in ".-" or name.lower() == "readme" or comment[:1] == "." or _UNSAFE.search(name):
        return None
    return Place(folder, name, comment)


class Version(NamedTuple):
    """A file in one commit: its mode in octal, and the name of its blob."""

    mode: str
    blob: str


def renames(
    gone: Mapping[str, Version], come: Mapping[str, Version], content: Callable[[Version], bytes]
) -> Iterator[tuple[str, str]]:
    """Yield the renames of one commit, old and new id, from its removed (`gone`) and added (`come`) tickets.

    A renamed ticket keeps its moment of creation, and its title or its text. Both may change if no other
    ticket of the commit was created at that moment.
    """
    if not gone or not come:
        return
    olds = {name: parse(content(version), "") for name, version in gone.items()}
    news = {name: parse(content(version), "") for name, version in come.items()}
    for looks in (_whole, _titled, _texted, _made):
        known: dict[object, list[str]] = {}
        for name, document in olds.items():
            known.setdefault(looks(document), []).append(name)
        wanted: dict[object, list[str]] = {}
        for name, document in news.items():
            wanted.setdefault(looks(document), []).append(name)
        for look, names in wanted.items():
            if look is not None and len(names) == len(known.get(look, ())) == 1:
                yield known[look][0], names[0]
                del olds[known[look][0]], news[names[0]]


def are_one(one: Document, other: Document) -> bool:
    """Tell whether two files of one id are one ticket: by creation moment or title, and by text."""
    if one.problems or other.problems:
        return True
    if _made(one) == _made(other):
        return one.title == other.title or _text(one) == _text(other)
    return one.title == other.title


def order(content: bytes) -> tuple[str, str, bytes]:
    """Return the sort key that decides which of two tickets keeps an id: the older one."""
    document = parse(content, "")
    return (_made(document) or "", document.title, content)


def free_id(wanted: str, content: bytes, is_taken: Callable[[str], bool]) -> str:
    """Return a free id made from a ticket's content, so that every clone makes the same one."""
    import hashlib

    prefix, dash, suffix = wanted.rpartition("-")
    number = int.from_bytes(hashlib.sha256(content).digest(), "big")
    length = max(4, min(len(suffix), 12))
    while True:
        signs = ""
        rest = number
        for _ in range(length):
            rest, at = divmod(rest, len(_SIGNS))
            signs += _SIGNS[at]
        name = f"{prefix}{dash}{signs}" if dash else f"{wanted}-{signs}"
        if not is_taken(name):
            return name
        number += 1


def _made(document: Document) -> str | None:
    return str(document.keys.get("created") or "") or None


def _text(document: Document) -> str:
    match = title_match(document.body)
    return (document.body[match.end() :] if match else document.body).strip()


def _whole(document: Document) -> object:
    return (_made(document), document.title, _text(document))


def _titled(document: Document) -> object:
    return (_made(document), document.title) if _made(document) and document.title else None


def _texted(document: Document) -> object:
    return (_made(document), _text(document)) if _made(document) and _text(document) else None
