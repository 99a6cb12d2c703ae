"""Find which files of two states are the same ticket after it was renamed or moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from plaintickets.core.change_report import ChangedTicket, ChangeReporter, Side
from plaintickets.core.comments import comment_of
from plaintickets.core.document import MAX_BYTES, parse
from plaintickets.core.ticket import id_of
from plaintickets.core.ticket_parts import EMPTY, comment_with_lf, origin, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.core.change_report import KindOf
    from plaintickets.core.comments import Comment

_UNREADABLE = {
    "link": "a symbolic link, so it is not read",
    "submodule": "a submodule, so it is not read",
    "too-large": "too large to be read",
    "unreadable": "cannot be read",
}


class Differing(Protocol):
    """A file of a ticket or of a comment, on both sides (`history.compare.FilePair`)."""

    @property
    def path(self) -> str:
        """The store path."""

    @property
    def old(self) -> bytes | None:
        """The bytes before."""

    @property
    def new(self) -> bytes | None:
        """The bytes after."""

    @property
    def old_kind(self) -> str:
        """Return `file`, `absent`, or why there are no bytes."""

    @property
    def new_kind(self) -> str:
        """Return the same for the new side."""


class _Pair(NamedTuple):
    """A ticket's file on both sides, its separate comments that differ, and problems with them."""

    old: Side | None
    new: Side | None
    old_comments: list[Comment]
    new_comments: list[Comment]
    problems: list[str]

    @property
    def id(self) -> str:
        """Return the present id, or the last one."""
        side = self.new or self.old
        return id_of(side.path) if side else ""


def tell(files: Iterable[Differing], kind_of: KindOf, max_bytes: int = MAX_BYTES) -> list[ChangedTicket]:
    """Return the changes of the tickets of these files, sorted by id; `kind_of` gives the class of a status."""
    tickets: list[Differing] = []
    apart: list[Differing] = []
    for file in sorted(files, key=lambda file: file.path):
        (apart if _folder(file.path).endswith(".d") else tickets).append(file)
    pairs = [_Pair(old, new, [], [], []) for old, new in _paired(tickets, max_bytes)]
    known = {id_of(side.path): pair for pair in pairs for side in (pair.old, pair.new) if side}
    alone: dict[str, _Pair] = {}
    for file in apart:
        path = _folder(file.path).removesuffix(".d") + ".md"
        pair = known.get(id_of(path)) or alone.setdefault(path, _Pair(None, None, [], [], []))
        _add_comment(pair, file, max_bytes)
    reporter = ChangeReporter(kind_of)
    found = [_report(reporter, pair) for pair in pairs]
    for path, pair in alone.items():
        found.append(reporter.of_comments(id_of(path), path, pair.old_comments, pair.new_comments, pair.problems))
    return sorted(found, key=lambda one: (one.ticket, one.path))


def _report(reporter: ChangeReporter, pair: _Pair) -> ChangedTicket:
    old, new = _with_comments(pair.old, pair.old_comments), _with_comments(pair.new, pair.new_comments)
    was = id_of(old.path) if old and new else ""
    return reporter.report(pair.id, "" if was == pair.id else was, old, new, pair.problems)


def _with_comments(side: Side | None, comments: list[Comment]) -> Side | None:
    if side is None or not comments:
        return side
    return side._replace(parts=side.parts._replace(comments=(*side.parts.comments, *comments)))


def _add_comment(pair: _Pair, file: Differing, max_bytes: int) -> None:
    for content, kind, comments in (
        (file.old, file.old_kind, pair.old_comments),
        (file.new, file.new_kind, pair.new_comments),
    ):
        if kind == "absent":
            continue
        document = parse(content or b"", file.path, max_bytes)
        if kind != "file" or document.problems:
            if comments is pair.new_comments:
                pair.problems.append(f"{file.path}: {_UNREADABLE.get(kind) or document.problems[0].message}")
            continue
        comment = comment_of(document)
        comments.append(comment_with_lf(comment))


def _paired(files: Sequence[Differing], max_bytes: int) -> list[tuple[Side | None, Side | None]]:
    """Pair the sides of each ticket: by the same path, else the same id, else the same bytes, else the same origin."""
    gone = {file.path: file for file in files if file.new_kind == "absent"}
    come = {file.path: file for file in files if file.old_kind == "absent"}
    old = {file.path: _side(file.path, file.old, file.old_kind, max_bytes) for file in files}
    new = {file.path: _side(file.path, file.new, file.new_kind, max_bytes) for file in files}
    pairs = [(old[file.path], new[file.path]) for file in files if file.path not in gone and file.path not in come]

    def origin_of(side: Side | None) -> object:
        return origin(side.parts) if side else None

    marks: tuple[Callable[[Differing, bytes | None, Side | None], object], ...] = (
        lambda file, _content, _side: id_of(file.path),
        lambda _file, content, _side: content,
        lambda _file, _content, side: origin_of(side),
    )
    for mark in marks:
        known: dict[object, Differing] = {}
        for path in sorted(gone, reverse=True):
            known[mark(gone[path], gone[path].old, old[path])] = gone[path]
        known.pop(None, None)
        for path in sorted(come):
            source = known.pop(mark(come[path], come[path].new, new[path]), None)
            if source is not None:
                pairs.append((old[source.path], new[path]))
                del gone[source.path], come[path]
    return [*pairs, *((old[path], None) for path in gone), *((None, new[path]) for path in come)]


def _side(path: str, content: bytes | None, kind: str, max_bytes: int) -> Side | None:
    if kind == "absent":
        return None
    if content is None:
        return Side(path, EMPTY, _UNREADABLE.get(kind, kind))
    document = parse(content, path, max_bytes)
    if document.problems:
        problem = document.problems[0]
        return Side(path, EMPTY, f"line {problem.line}: {problem.message}" if problem.line else problem.message)
    return Side(path, parts_of(document))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
