"""Replay the changelogs of imported tickets as commits, one a change, all of them or none."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import suppress
from heapq import merge
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.imported_document import ImportedTicket
from plaintickets.actions.merge_imported import without_comments
from plaintickets.core.import_text import with_ids
from plaintickets.core.imported_history import replayed, versions
from plaintickets.core.message import HISTORY_TRAILER, inert_line
from plaintickets.core.moments import timestamp
from plaintickets.core.paths import git_lead
from plaintickets.errors import GitRefusedError, RefusedError, TicketsError
from plaintickets.git import head
from plaintickets.git.commit_stream import CommitStream, Entry
from plaintickets.git.made_changes import MadeChanges
from plaintickets.store import comment_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from plaintickets.actions.imported_document import DocumentWriter
    from plaintickets.core.imported import Imported
    from plaintickets.core.imported_history import Version
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project
    from plaintickets.write.atomic_files import Write
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

_WIDTH = 72


class HistorySources(NamedTuple):
    """The answers of the import to the replay: ids, names of this store, relations, documents."""

    id_of: Callable[[str], str]
    mapped: Callable[[Imported], tuple[dict[str, str], dict[str, str]]]
    relations: Callable[[str], Mapping[str, list[str]]]
    writer: DocumentWriter


class HistoryReplay:
    """The commits of new tickets: each version of each of them, in the order of time."""

    def __init__(self, project: Project, tickets: Mapping[str, Imported], sources: HistorySources) -> None:
        self._prefix = git_lead(project.place.prefix)
        self._separate = project.config.format_comments == "files"
        self._tickets = tickets
        self._sources = sources
        self._born = {ticket_id: _seconds(record.created) for ticket_id, record in tickets.items()}
        self._statuses: dict[str, str] = {}
        self._digests: dict[str, bytes] = {}
        self.left_out: Counter[str] = Counter()
        self.base = ""
        self.made = MadeChanges()

    def commits(self) -> Iterator[Entry]:
        """Yield the commits, oldest first."""
        # A version is held of each ticket at once; its text is made when its turn comes.
        lines = (self._versions_of(number, ticket_id) for number, ticket_id in enumerate(self._tickets))
        for at, _, ticket_id, version in merge(*lines, key=lambda row: row[:2]):
            entry = self._commit_of(at, ticket_id, version)
            if entry is not None:
                yield entry

    def rest(self, writes: Sequence[Write]) -> dict[str, bytes | None]:
        """Return the files of the import, by git's path, that the commits have not made so."""
        return {
            self._prefix + write.path: write.new
            for write in writes
            if write.new is None or self._digests.get(write.path) != _digest(write.new)
        }

    def _versions_of(self, number: int, ticket_id: str) -> Iterator[tuple[int, int, str, Version]]:
        """Yield the versions of a ticket with their seconds, the number of the ticket, and its id."""
        at = self._born[ticket_id]
        for version in versions(self._with_ids(self._tickets[ticket_id])):
            at = max(at, _seconds(version.at) or at)
            yield at, number, ticket_id, version

    def _commit_of(self, at: int, ticket_id: str, version: Version) -> Entry | None:
        """Return the commit that makes a version of the one before it; None if there is nothing to commit."""
        values, extra = self._sources.mapped(version.record)
        status = self._statuses.get(ticket_id, "")
        if values.get("status") or status:
            self._statuses[ticket_id] = values.setdefault("status", status)
        ticket = ImportedTicket(version.record, values, extra, self._relations(ticket_id, version, at))
        try:
            files = self._changed(self._files(ticket_id, ticket))
        except TicketsError:
            self.left_out["changes to values that no ticket here can have"] += 1
            return None
        if not files:
            self.left_out["changes that change nothing here"] += 1
            return None
        author = values.get("reporter", version.author) if version.what == "created" else version.author
        return self._entry(self._tickets[ticket_id], version._replace(author=author), at, files)

    def _changed(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the files that the commits so far have not made so, and note that the next one does."""
        digests = {path: _digest(content) for path, content in files.items()}
        changed = {path: content for path, content in files.items() if self._digests.get(path) != digests[path]}
        self._digests.update(digests)
        return changed

    def _entry(self, record: Imported, version: Version, at: int, files: Mapping[str, bytes]) -> Entry:
        name = record.key.partition(":")[2] or record.title
        subject = inert_line(f"{name}: {version.what}")
        subject = subject if len(subject) <= _WIDTH else f"{subject[: _WIDTH - 1]}…"
        message = f"{subject}\n\nImported-from: {inert_line(record.key) or 'unknown'}\n"
        return Entry(version.author, at, message, {self._prefix + path: content for path, content in files.items()})

    def _files(self, ticket_id: str, ticket: ImportedTicket) -> dict[str, bytes]:
        """Return the files of a ticket by store path: one, and those of its comments if they are apart."""
        # With known values, fields that a type requires today may be missing.
        document = self._sources.writer.document(ticket_id, ticket, {"created": ticket.record.created})
        # The import names the files of comments by what it reads back, so the commits have to.
        apart = document.comments if self._separate else ()
        files = {document.path: (without_comments(document) if apart else document).to_bytes()}
        for one in apart:
            path, content = comment_files.file_of(document.path, one, comment_files.token_of(one))
            files[path] = content
        return files

    def _with_ids(self, record: Imported) -> Imported:
        def id_of(key: str) -> str:
            return "" if key == record.key else self._sources.id_of(key)

        changes = [
            change._replace(
                before=with_ids(change.before, record.key, id_of), after=with_ids(change.after, record.key, id_of)
            )
            if change.field == "text"
            else change
            for change in replayed(record)
        ]
        return record._replace(changes=changes)

    def _relations(self, ticket_id: str, version: Version, at: int) -> dict[str, list[str]]:
        """Return the relations of a version to tickets that were there then."""
        found = dict(self._sources.relations(ticket_id))
        if version.record.changes == () and "parent" in version.record.relations:
            parents = [self._sources.id_of(key) for key in version.record.relations["parent"]]
            found["parent"] = [one for one in parents if one]
        there = {name: [one for one in ids if self._born.get(one, 0) <= at] for name, ids in found.items()}
        return {name: ids for name, ids in there.items() if ids}


def import_history(edit: Edit, replay: HistoryReplay, branch: str = "") -> Outcome:
    """Commit an import with the history of its new tickets, on the branch that is checked out or on a new one.

    Raise TicketsError with nothing changed.
    """
    project = edit.project
    git, base = history_base(project, branch)
    edit.trailers.append(f"{HISTORY_TRAILER}: {base}")

    def build(writes: Sequence[Write], message: str) -> str:
        try:
            with CommitStream(git, base, git_lead(project.place.prefix)) as stream:
                replay.base, replay.made = base, stream.made
                for entry in replay.commits():
                    edit.raise_late()
                    project.around.progress(stream.count + 1)
                    stream.add(entry)
                return stream.finish(Entry("", 0, message, replay.rest(writes)))
        finally:
            project.around.progress(0)

    return edit.commit_onto(base, build, branch)


def remember_history(project: Project, replay: HistoryReplay, tip: str) -> None:
    """Put what a replay changed into the cache of the history, so that git need not compare the trees of its commits.

    If that is not possible, or somebody interrupts it, the history is read from git when it is asked for: the import is
    done.
    """
    from plaintickets.git.reader import Reader
    from plaintickets.history.extend_cache import extend

    if project.git is None:
        return
    place, around = project.place, project.around
    reader = Reader(project.git, place.common_dir, around.progress)
    with suppress(TicketsError, OSError, KeyboardInterrupt):
        limit = project.config.format_max_file_size
        extend(reader, git_lead(place.prefix), replay.base, tip, replay.made, place.cache, limit)


def history_base(project: Project, branch: str = "") -> tuple[GitProcess, str]:
    """Return git and the commit onto which a history is replayed.

    Raise GitRefusedError without one, and with a mode that does not commit; RefusedError for a branch that is there.
    """
    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there is no history", hint="`git init` first, then commit.")
    if project.config.commit_mode != "auto":
        raise GitRefusedError("--history makes commits, so it does not go with --stage and --no-commit")
    base = head.commit(project.place.git_dir, project.place.common_dir)
    if not base:
        raise GitRefusedError("there is no commit yet to put the history onto", hint="commit .tickets first.")
    if not branch:
        head.refuse_detached(project.place.git_dir)
        return git, base
    if git.run("check-ref-format", "--branch", branch).code != 0 or branch.startswith("-"):
        raise RefusedError(f"'{branch}' cannot be the name of a branch")
    if git.run("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}").code == 0:
        raise RefusedError(f"there is a branch {branch} already", hint=f"`git switch {branch}`, without --branch.")
    return git, base


def _seconds(text: str) -> int:
    moment = timestamp(text)
    return int(moment.timestamp()) if moment else 0


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()
