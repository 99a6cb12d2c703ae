"""The events in a range of commits, read with two git processes for any number of commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.event import Event, Revision, without_moves
from plaintickets.core.version_reader import VersionReader
from plaintickets.errors import GitRefusedError
from plaintickets.history import log_parser
from plaintickets.history.changes_by_file import file_changes, in_log_order, parts_by_file
from plaintickets.history.commit_graph import CommitGraph
from plaintickets.history.file_changes import standing
from plaintickets.history.log_stream import read_log
from plaintickets.history.merge_events import add_merge_changes
from plaintickets.history.renames import TicketIdentities
from plaintickets.history.store_moves import Beginnings, left_at, with_former

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.core.replay import Standing
    from plaintickets.history.commit_graph import Past
    from plaintickets.history.file_changes import FileChange
    from plaintickets.history.log_parser import Entry, GitReader, RawCommit


class History:
    """The events of a store or of one ticket, oldest first.

    `complete` is false if the clone is shallow and the history starts at one of the commits in `boundary`, so that
    what was created there may be older.
    """

    __slots__ = ("boundary", "complete", "events")

    def __init__(self, events: list[Event], boundary: frozenset[str]) -> None:
        self.events = events
        self.boundary = boundary
        self.complete = not boundary

    def of(self, ticket: str) -> list[Event]:
        """Return the events of one ticket, by its present id."""
        return [event for event in self.events if event.ticket == ticket]


class Reading:
    """The result of reading the log once: commits with file changes, newest first, and the commit graph."""

    __slots__ = ("_reader", "book", "commits", "lacks", "prefixes")

    def __init__(self, book: CommitGraph) -> None:
        self.book = book
        self.commits: list[RawCommit] = []
        self.lacks = False
        self.prefixes: tuple[str, ...] = ()
        self._reader = VersionReader()

    def revisions(self) -> dict[str, Revision]:
        """Return the commits by id, in the form that events carry."""
        return {commit.oid: revision_of(commit) for commit in self.commits}

    def parse(self, key: str, content: bytes | None) -> Standing:
        """Return the state of a ticket with a version; set `lacks` if git does not have the version."""
        self.lacks = self.lacks or content is None
        return standing(key, content, self._reader)


def scan(git: GitReader, prefixes: tuple[str, ...], revision: str, past: Past, max_bytes: int) -> Reading:
    """Return the changes of all ancestors of a revision, with those from before the store was moved."""
    while True:
        reading = scan_range(git, prefixes, [revision], past, max_bytes)
        found = left_at(git, revision, reading.prefixes, prefixes)
        if found == prefixes:
            reading.prefixes = found
            return reading
        prefixes = found


def scan_range(git: GitReader, prefixes: tuple[str, ...], revisions: list[str], past: Past, max_bytes: int) -> Reading:
    """Return the changes of all commits of a range; of a symmetric range only those on the left side.

    `prefixes` are the known folders of the store, now and before. The reading also has the folders that are found,
    which are not read.
    """
    try:
        reading = read_commits(git, prefixes, revisions, past)
        book, commits = reading.book, reading.commits
        parts = parts_by_file(commits, book.rank)
        found = file_changes(git, lambda: parts, reading.parse, max_bytes) if parts else ()
        for touch in in_log_order(found):
            book.add(touch)
    finally:
        git.progress(0)
    merges = [commit for commit in reversed(commits) if len(commit.parents) > 1]
    add_merge_changes(git, book, merges, reading.parse, max_bytes)
    return reading


def read_commits(
    git: GitReader,
    prefixes: tuple[str, ...],
    revisions: list[str],
    past: Past,
    known: Mapping[str, list[Entry]] | None = None,
) -> Reading:
    """Return the commits of a range that have file changes, and the graph of all, without the file changes.

    `known` has the entries of each commit, if git need not compare trees.
    """
    reading = Reading(CommitGraph(past))
    paths = log_parser.pathspecs(prefixes) if known is None else []
    args = log_parser.log_args(revisions, paths, every_commit=True, diffs=known is None)
    two_sided = any("..." in revision for revision in revisions)
    gone: list[str] = []
    for number, commit in enumerate(read_log(git, args, prefixes), 1):
        git.progress(number)
        if known is not None and (entries := known[commit.oid]):
            commit.sections.append(entries)
        if two_sided and not commit.is_left:
            gone.append(commit.oid)
        elif not two_sided or past.rank(commit.oid) is None:
            reading.commits.append(commit)
    past.forget(gone)
    beginnings = Beginnings(stood=past.holds_tickets())
    beginnings.enter(reversed(reading.commits))
    reading.prefixes = with_former(git, prefixes, beginnings.found)
    reading.book.enter(reversed(reading.commits))
    reading.commits = [commit for commit in reading.commits if commit.sections]
    return reading


def revision_of(commit: RawCommit) -> Revision:
    """Return a commit in the form that events carry."""
    text = [part.decode("utf-8", "replace") for part in (commit.name, commit.email, commit.subject, commit.trailers)]
    name, email, subject, trailers = text
    is_merge = len(commit.parents) > 1
    return Revision(commit.oid, name, email, commit.date, commit.committed, subject, trailers.strip("\n"), is_merge)


def timeline(
    touched: Iterable[FileChange], revisions: Mapping[str, Revision], ticket: str | None = None
) -> list[Event]:
    """Return the events of file changes given in order; those of one ticket by its present or former id."""
    threads = TicketIdentities()
    touched = list(touched)
    rows = list(zip(threads.numbers(touched), touched, strict=True))
    names = threads.names
    wanted: set[int] | None = None
    if ticket is not None:
        wanted = {number for number, name in enumerate(names) if name == ticket}
        wanted = wanted or {number for number, ever in enumerate(threads.ever) if ticket in ever}
    events = (
        Event(names[number], touch.was or touch.ticket, *happening, revisions[touch.commit])
        for number, touch in rows
        if wanted is None or number in wanted
        for happening in touch.happenings
    )
    return without_moves(events)


def is_unborn(git: GitReader, rev: str) -> bool:
    """Return whether HEAD names a branch without commits.

    Raises GitRefusedError for any other unknown name.
    """
    try:
        git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}"])
    except GitRefusedError:
        if rev != "HEAD":
            raise
        # This raises if git cannot be run at all: that is not a branch without commits.
        git.run(["symbolic-ref", "--quiet", "HEAD"])
        return True
    return False
