"""The tickets as the search index reads them, and the place of the index."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING
from zlib import crc32

from plaintickets.core.comments import heading_start, without_notes
from plaintickets.core.document import title_match
from plaintickets.core.similar import Entry
from plaintickets.render.times import moment
from plaintickets.search.index import TICKETS, Index
from plaintickets.search.schema import Document as Indexed
from plaintickets.store import files
from plaintickets.system.files import remove

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.core.document import Document
    from plaintickets.project import Project
    from plaintickets.search.changes import Source

    Progress = Callable[[int, int], None]
    Stamp = tuple[int, int, int, int]

FOLDER = "search"
_OLD = "duplicates.sqlite"
_COMMENT_TIME = re.compile(r"^\*\*\d{4}-\d\d-\d\dT[0-9:.+Z-]{6,30}\*\*|^## Notes[ \t]*\r?$", re.MULTILINE)


class TicketSource:
    """The tickets of a project as the index reads them."""

    def __init__(self, project: Project, progress: Progress) -> None:
        self._tracker = project
        self.progress = progress
        reading, store = project.reading, project.place.store
        self._stamps: dict[str, Stamp] = {found[0]: found[1:] for found in reading.files}
        for problem in reading.problems:
            if problem.code != "id-mismatch":
                self._stamps.pop(problem.path, None)
        for path in with_comment_files(store):
            if path in self._stamps:
                self._stamps[path] = _with_comments(store, path, self._stamps[path])

    def begin(self, _note: str, _count: int) -> bool:
        """Return True: every ticket is listed."""
        return False

    def stamps(self) -> Mapping[str, Stamp]:
        """Return the state of the file of every readable ticket, including its comment files."""
        return self._stamps

    def load(self, path: str) -> tuple[Stamp, Indexed] | None:
        """Return the state of a file and its texts."""
        store = self._tracker.place.store
        try:
            state = os.lstat(f"{store}/{path}")
        except OSError:
            return None
        stamp = _with_comments(store, path, (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino))
        document = self._tracker.document_at(path)
        return None if document.problems else (stamp, self.entry(document))

    def entry(self, document: Document) -> Indexed:
        """Return the texts of a ticket."""
        apart, _ = self._tracker.comments_apart(document)
        return entry_of(document, [f"{comment.author}\n{comment.text}" for comment in apart])


def with_comment_files(store: str) -> list[str]:
    """Return the paths of the tickets that may have comments in separate files."""
    folders = [""] + [f"archive/{year}/" for year in _names(f"{store}/archive") if len(year) == 4 and year.isdigit()]
    names = ((folder, name) for folder in folders for name in _names(f"{store}/{folder}") if name[-2:] == ".d")
    return [f"{folder}{name[:-2]}.md" for folder, name in names]


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _with_comments(store: str, path: str, stamp: Stamp) -> Stamp:
    """Return the stamp of a ticket file combined with those of its comment files."""
    folder = f"{store}/{path.removesuffix('.md')}.d"
    if not os.path.isdir(folder):
        return stamp
    mtime, ctime, size, inode = stamp
    known = []
    for name in sorted(_names(folder)):
        try:
            state = os.lstat(f"{folder}/{name}")
        except OSError:
            continue
        known.append(f"{name} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_size} {state.st_ino}")
        ctime = max(ctime, state.st_ctime_ns)
    return mtime, ctime, size, inode ^ crc32("\n".join(known).encode("utf-8", "surrogateescape"))


def entry_of(document: Document, comments_apart: list[str]) -> Indexed:
    """Return the texts of a ticket by place; the heading that is the title is not part of the body."""
    from plaintickets.store.reading import ticket_of

    ticket = ticket_of(document)
    body, comments = document.body, ""
    notes = heading_start(body)
    if notes >= 0:
        body, comments = body[:notes], _COMMENT_TIME.sub(lambda match: " " * len(match[0]), body[notes:])
    heading = None if ticket.text("title") else title_match(body)
    if heading:
        body = body[: heading.start()] + " " * len(heading[0]) + body[heading.end() :]
    said = ([comments] if comments else []) + comments_apart
    names = (ticket.id, *ticket.items("external-ref"))
    return Indexed((ticket.title,), (body,), tuple(said), ticket.tags, names, alike=similar_entry(document))


def open_index(project: Project, source: Source, part: str = TICKETS) -> Index:
    """Return the index of a project: in git's folder, else in the user's cache, else in memory."""
    from hashlib import sha256

    where, environ = project.place, project.around.environ
    _remove_old_kind(where.derived)
    places: list[tuple[str, ...]] = []
    if where.git_dir:
        places.append((where.git_dir, *os.path.relpath(where.cache, where.git_dir).split(os.sep), FOLDER))
    cache = environ.get("XDG_CACHE_HOME") or os.path.join(environ.get("HOME", ""), ".cache")
    if os.path.isabs(cache):
        key = sha256(os.fsencode(where.store)).hexdigest()[:16]
        places.append((os.path.dirname(cache), os.path.basename(cache), "plaintickets", f"{FOLDER}-{key}"))
    return Index.at(source, part, *places)


def _remove_old_kind(derived: str) -> None:
    """Remove the index of duplicates that earlier versions kept."""
    if derived and os.path.isfile(f"{derived}/{_OLD}") and not os.path.islink(derived):
        for ending in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                remove(f"{derived}/{_OLD}{ending}")


def similar_entry(document: Document) -> Entry:
    """Return the parts of a ticket that are compared: title and text, without the comments."""
    keys = document.keys
    body = without_notes(document.body)
    heading = f"# {document.title}"
    return Entry(
        id=files.id_of(document.path),
        title=document.title,
        body=body.replace(heading, "", 1) if heading in body[:400] else body,
        created=epoch(str(keys.get("created") or "")),
        component=str(keys.get("component") or ""),
        type=str(keys.get("type") or ""),
        status=str(keys.get("status") or ""),
    )


def epoch(text: str) -> float | None:
    """Return a moment of a ticket in epoch seconds, None where it is none."""
    when = moment(text)
    return when.timestamp() if when else None
