"""Read every file of a store once, with its text, for the checks.

Tickets come from their files and not from the cache, which has no texts.
"""

from __future__ import annotations

import os
from operator import methodcaller
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from plaintickets.core.checks.facts import NONE, Facts, facts_of
from plaintickets.core.document import parse, scan
from plaintickets.core.problem import Problem
from plaintickets.core.ticket import Ticket
from plaintickets.store import files
from plaintickets.store.reading import id_mismatch, ticket_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from plaintickets.core.document import Document

# A file's bytes, or why they cannot be read.
Content: TypeAlias = bytes | Problem
_LINKED = "a symbolic link, so no comment in it is read"


class Sheet(NamedTuple):
    """One file that was read: its ticket, None for a broken one and for a comment, and its problems."""

    ticket: Ticket | None
    problems: Sequence[Problem]
    facts: Facts


class Survey:
    """All files of a store at one moment, by store path, with their tickets and problems."""

    def __init__(
        self,
        store: str,
        sheets: Mapping[str, Sheet],
        max_bytes: int,
        elsewhere: Mapping[str, Content | None],
        is_ignored: Callable[[str], bool] | None = None,
    ) -> None:
        self.sheets = sheets
        self._is_ignored = is_ignored
        self._store = store
        self._elsewhere = elsewhere
        self.tickets: dict[str, Ticket] = {}
        self.broken: set[str] = set()
        self.problems: list[Problem] = []
        self._max_bytes = max_bytes
        self._last: Document | None = None
        orphans: dict[str, str] = {}
        for path in sorted(sorted(sheets), key=methodcaller("count", "/")):
            self.problems += sheets[path].problems
            owner = files.ticket_path(path)
            if owner == path and path[-3:] == ".md":
                self._add(path, sheets[path].ticket)
            elif owner != path and owner not in sheets:
                orphans.setdefault(owner, path)
        for owner, path in orphans.items():
            name = files.id_of(owner)
            where = f"whose file is {self.tickets[name].path}" if name in self.tickets else "which does not exist"
            message = f"a comment of '{name}', {where}"
            self.problems.append(Problem(path, 0, "orphan-comments", message))
        self.problems.sort()

    def _add(self, path: str, ticket: Ticket | None) -> None:
        if ticket is None:
            self.broken.add(files.id_of(path))
        elif ticket.id in self.tickets:
            message = f"the id '{ticket.id}' also stands at {self.tickets[ticket.id].path}"
            self.problems.append(Problem(path, 0, "duplicate-id", message))
        else:
            self.tickets[ticket.id] = ticket

    @property
    def facts(self) -> dict[str, Facts]:
        """Return the facts of texts, for files that have any."""
        return {path: sheet.facts for path, sheet in self.sheets.items() if sheet.facts is not NONE}

    @property
    def has_crlf(self) -> bool:
        """Return whether any file has a line that ends in CR LF."""
        return any(sheet.facts.crlf for sheet in self.sheets.values())

    def replaced(self, contents: Mapping[str, Content | None]) -> Survey:
        """Return the same store with other contents at some paths, None for no file; read no other file again."""
        if not contents:
            return self
        sheets = {path: sheet for path, sheet in self.sheets.items() if path not in contents}
        is_ignored = self._is_ignored or (lambda _: False)
        there = ((path, found) for path, found in contents.items() if found is not None and not is_ignored(path))
        sheets |= _sheets(there, self._max_bytes)
        return Survey(self._store, sheets, self._max_bytes, {**self._elsewhere, **contents}, self._is_ignored)

    def line_of(self, ticket: Ticket, key: str) -> int:
        """Return the line of a ticket's key, 1 if it is absent; a file that is not plain is read again."""
        if not self.sheets[ticket.path].facts.is_plain:
            if self._last is None or self._last.path != ticket.path:
                self._last = self.document(ticket.path)
            return self._last.line_of(key)
        return list(ticket.keys).index(key) + 2 if key in ticket.keys else 1

    def document(self, path: str) -> Document:
        """Return the document of a ticket file, read again."""
        content = self._elsewhere.get(path)
        if content is None:
            content = _read(self._store, path, self._max_bytes)
        return parse(b"" if isinstance(content, Problem) else content, path, self._max_bytes)


def survey(store: str, max_bytes: int, is_ignored: Callable[[str], bool] | None = None) -> Survey:
    """Return the store's files on the disk, without ignored ones."""
    sheets = _sheets(_contents(store, max_bytes, is_ignored), max_bytes)
    return Survey(store, sheets, max_bytes, {}, is_ignored)


def _sheets(contents: Iterable[tuple[str, Content]], max_bytes: int) -> dict[str, Sheet]:
    return {path: sheet(path, content, max_bytes) for path, content in contents}


def sheet(path: str, content: Content, max_bytes: int) -> Sheet:
    """Return a file with its content parsed."""
    if isinstance(content, Problem):
        return Sheet(None, [content], NONE)
    is_comment = files.ticket_path(path) != path
    plain = scan(content) if len(content) <= max_bytes and not is_comment else None
    if plain is not None and plain[0].get("id") == files.id_of(path):
        keys, title, text, body = plain
        return Sheet(Ticket(files.id_of(path), path, keys, title), (), facts_of(text, body))
    document = parse(content, path, max_bytes)
    text = content.decode(errors="replace") if len(content) <= max_bytes else ""
    facts = facts_of(text, document.body) if text else NONE
    if is_comment or document.problems:
        return Sheet(None, document.problems, facts)
    mismatch = id_mismatch(document)
    return Sheet(ticket_of(document), [mismatch] if mismatch else [], facts._replace(is_plain=False))


def _contents(store: str, max_bytes: int, is_ignored: Callable[[str], bool] | None) -> Iterator[tuple[str, Content]]:
    found, problems = files.listing(store, is_ignored, with_stamps=False)
    for problem in problems:
        yield problem.path, problem
    for path, *_ in found:
        yield path, _read(store, path, max_bytes)
    for path in _comment_paths(store):
        linked = path[-2:] == ".d"
        yield path, Problem(path, 0, "not-a-file", _LINKED) if linked else _read(store, path, max_bytes)


def _read(store: str, path: str, max_bytes: int) -> Content:
    try:
        return files.read_bytes(store, path, max_bytes)
    except OSError as error:
        return Problem(path, 0, "unreadable", f"cannot be read: {error.strerror}")


def _comment_paths(store: str) -> Iterator[str]:
    """Yield the store paths of all comment files, and of folders `ID.d` that are links and so not entered."""
    for lead in ("", *_years(store)):
        with os.scandir(f"{store}/{lead}") as entries:
            folders = [entry for entry in entries if entry.name[-2:] == ".d" and files.is_safe_id(entry.name[:-2])]
        for folder in sorted(folders, key=lambda entry: entry.name):
            if folder.is_symlink():
                yield f"{lead}{folder.name}"
            elif folder.is_dir():
                names = sorted(os.listdir(f"{store}/{lead}{folder.name}"))
                yield from (f"{lead}{folder.name}/{name}" for name in names if name[-3:] == ".md" and name[0] != ".")


def _years(store: str) -> list[str]:
    """Return the folders of the archive, with their `/`, without links."""
    archive = f"{store}/{files.ARCHIVE}"
    if files.is_linked(store, files.ARCHIVE) or not os.path.isdir(archive):
        return []
    paths = (f"{files.ARCHIVE}/{year}" for year in sorted(os.listdir(archive)) if len(year) == 4 and year.isdigit())
    return [f"{path}/" for path in paths if not files.is_linked(store, path) and os.path.isdir(f"{store}/{path}")]
