"""Merge three versions of a ticket file field by field, with the same result in every clone."""

from __future__ import annotations

from typing import NamedTuple

from plaintickets.core.document import Document, parse
from plaintickets.core.merge.body import merge_bodies
from plaintickets.core.merge.front import merge_fronts
from plaintickets.core.merge.pairing import Apart, apart
from plaintickets.core.merge.sides import Conflict, Referee, Rules, trivial_merge
from plaintickets.core.split import BLANK
from plaintickets.errors import UnreadableError

_WHOLE = "ticket"


class Merged(NamedTuple):
    """The merged file, None if it is removed, and the conflicts that the merge could not resolve.

    If the versions are of two tickets, `content` is the new one unchanged.
    """

    content: bytes | None
    conflicts: tuple[Conflict, ...]
    apart: Apart | None = None


def merge(base: bytes | None, ours: bytes | None, theirs: bytes | None, rules: Rules | None = None) -> Merged:
    """Return the merged file; None and no bytes mean that a file does not exist.

    The result does not depend on which side is ours. A conflict among the keys leaves a readable file: one
    value is kept, the other is recorded under `conflicts`.

    Raise UnreadableError for versions that cannot be read or do not have one key per line; merge those as
    text.
    """
    rules = rules or Rules()
    result, is_trivial = trivial_merge(base, ours, theirs)
    if is_trivial:
        return Merged(result, ())
    if ours is None or theirs is None:
        return _kept_or_removed(ours, theirs, rules)
    found = None if rules.are_one else apart(base, ours, theirs)
    if found:
        return Merged(found.content, (Conflict(_WHOLE, ""),), found)
    first, second = sorted((ours, theirs))
    favoured = None if not rules.favour else int((rules.favour == "ours") != (first == ours))
    referee = Referee(rules, favoured)
    texts, newline = _with_one_newline(base or b"", first, second)
    documents = [_parsed(text or BLANK, rules, may_be_marked=text is texts[0]) for text in texts]
    content = _merged(documents, referee)
    if newline == b"\r\n":
        content = content.replace(b"\n", newline)
    _check(content, referee, documents[1:])
    return Merged(content, tuple(referee.conflicts))


def _kept_or_removed(ours: bytes | None, theirs: bytes | None, rules: Rules) -> Merged:
    """Return a file that one side changed and the other removed; it stays unless the removing side is favoured."""
    if rules.favour:
        return Merged(ours if rules.favour == "ours" else theirs, ())
    return Merged(theirs if ours is None else ours, (Conflict(_WHOLE, ""),))


def _with_one_newline(*texts: bytes) -> tuple[list[bytes], bytes]:
    """Return the texts with LF, and the line end of the merged file; unchanged if a text mixes its line ends."""
    styles: list[bytes | None] = []
    for text in texts:
        count, returns = text.count(b"\n"), text.count(b"\r\n")
        if returns not in (0, count) or text.count(b"\r") != returns:
            return list(texts), b"\n"
        styles.append(None if not text else b"\r\n" if returns else b"\n")
    newline = trivial_merge(*styles)[0] or b"\n"
    return [text.replace(b"\r\n", b"\n") for text in texts], newline


def _parsed(content: bytes, rules: Rules, *, may_be_marked: bool) -> Document:
    """Return a version's document; only the base may hold markers, if git made it by merging two older ones."""
    document = parse(content, "", rules.max_bytes)
    if document.problems and not (may_be_marked and document.keys and _is_marked_only(document)):
        problem = document.problems[0]
        raise UnreadableError(f"a version cannot be read: line {problem.line}: {problem.message}")
    return document


def _is_marked_only(document: Document) -> bool:
    return [problem.code for problem in document.problems] == ["conflict-markers"] and not any(
        line.startswith("<<<<<<< ") for line in document._front
    )


def _merged(documents: list[Document], referee: Referee) -> bytes:
    base, one, other = documents
    front = merge_fronts(base, one, other, referee)
    body = merge_bodies(base, one, other, referee)
    opening = trivial_merge(base._open, one._open, other._open)[0]
    closing = trivial_merge(base._close, one._close, other._close)[0]
    if body and not closing.endswith("\n"):
        closing += "\n"
    return "\n".join([opening, *front(), closing + body]).encode()


def _check(content: bytes, referee: Referee, sides: list[Document]) -> None:
    """Raise UnreadableError if the merged file cannot be read, or holds a key that neither side has."""
    found = parse(content, "", referee.rules.max_bytes)
    marked = any(not conflict.lost for conflict in referee.conflicts)
    if [problem for problem in found.problems if not (marked and problem.code == "conflict-markers")]:
        raise UnreadableError(f"the merged file could not be read: {found.problems[0].message}")
    known = {"conflicts", *(key for side in sides for key in side.keys)}
    if not known.issuperset(found.keys):
        raise UnreadableError("the merged file would have a key that neither side has")


__all__ = ["Conflict", "Merged", "Rules", "merge"]
