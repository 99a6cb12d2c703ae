"""Read the history of one ticket without reading that of the others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from plaintickets.core.paths import key_of
from plaintickets.core.version_reader import VersionReader
from plaintickets.history import log_parser, log_stream
from plaintickets.history.file_changes import FileChange, needs, standing, touches
from plaintickets.history.renames import TicketIdentities, is_chained, related
from plaintickets.history.store_moves import Beginnings, left_at, with_former

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.replay import Standing
    from plaintickets.history.log_parser import GitReader, RawCommit
    from plaintickets.history.timeline import History

_MAX_ROUNDS = 8


def read(
    git: GitReader,
    prefix: str,
    rev: str,
    ticket: str,
    paths: Sequence[str],
    shallow: frozenset[str],
    max_bytes: int,
) -> History | None:
    """Return the history of a ticket; None if that needs the history of the whole store.

    It does if branches changed the ticket at the same time, if it was unreadable for a while, or if nothing is found.
    """
    from plaintickets.errors import GitRefusedError
    from plaintickets.history.timeline import History, revision_of, timeline

    prefixes: tuple[str, ...] = (prefix,)
    known = set(paths) or {f"{ticket}.md"}
    has_files = any(not path.endswith(".md") for path in known)
    known |= _folders_of(known) if has_files else set()
    for _ in range(_MAX_ROUNDS):
        try:
            commits, versions = _log(git, prefixes, rev, sorted(known), max_bytes)
        except GitRefusedError:
            return None
        _widen(git, prefixes, commits, versions, max_bytes)
        found = _touches(commits, versions)
        wider = known | _paths_of(commits, found, ticket)
        has_files = has_files or any(touch.comment for touch in found)
        wider |= _folders_of(wider) if has_files else set()
        folders = prefixes if wider != known else _with_former(git, prefixes, rev, commits)
        if (wider, folders) == (known, prefixes):
            break
        known, prefixes = wider, folders
    else:
        return None
    changes = _of_ticket(found, ticket)
    if not changes or not _is_certain(changes, commits) or not _is_held(git, prefixes, rev, changes, known):
        return None
    revisions = {commit.oid: revision_of(commit) for commit in commits}
    events = timeline(changes, revisions, ticket)
    return History(events, shallow.intersection(event.commit for event in events))


def _log(
    git: GitReader, prefixes: tuple[str, ...], rev: str, paths: list[str], max_bytes: int
) -> tuple[list[RawCommit], dict[str, Standing]]:
    args = log_parser.log_args([rev], [prefix + path for prefix in prefixes for path in paths], every_commit=False)
    # A commit without sections moved the whole store; it did not change the ticket.
    commits = [commit for commit in log_stream.read_log(git, args, prefixes) if commit.sections]
    keys = dict.fromkeys(key for commit in commits for key in needs(commit))
    versions = log_stream.read_blobs(git, list(keys), partial(standing, reader=VersionReader()), max_bytes)
    return commits, versions


def _widen(
    git: GitReader, prefixes: tuple[str, ...], commits: list[RawCommit], versions: dict[str, Standing], max_bytes: int
) -> None:
    """Read the other changes of commits that add or remove the file, because it may have had another name."""
    ends = [
        commit
        for commit in commits
        if len(commit.parents) < 2 and any(not entry.old or not entry.new for entry in commit.sections[0])
    ]
    if not ends:
        return
    diffs = log_parser.whole_diffs(git, [commit.oid for commit in ends], prefixes)
    for commit in ends:
        entries = diffs.get(commit.oid, [])
        gone = [entry for entry in entries if not entry.new]
        come = [entry for entry in entries if not entry.old]
        if gone and come:
            own = {entry.path for entry in commit.sections[0]}
            commit.sections[0] += [entry for entry in [*gone, *come] if entry.path not in own]
    keys = dict.fromkeys(key for commit in ends for key in needs(commit) if key not in versions)
    versions.update(log_stream.read_blobs(git, list(keys), standing, max_bytes))


def _with_former(git: GitReader, prefixes: tuple[str, ...], rev: str, commits: list[RawCommit]) -> tuple[str, ...]:
    """Return the folders of the store, with those from which a commit that only added the file may have moved it."""
    beginnings = Beginnings(stood=False)
    beginnings.enter(reversed(commits))
    if not beginnings.found:
        return prefixes
    return left_at(git, rev, with_former(git, prefixes, beginnings.found), prefixes)


def _touches(commits: list[RawCommit], versions: dict[str, Standing]) -> list[FileChange]:
    """Return the file changes, oldest first, ranked by their position."""
    rows = []
    for rank, commit in enumerate(reversed(commits)):
        if len(commit.parents) < 2:
            rows.extend(touches(commit.oid, rank, commit.sections[0], versions))
    return rows


def _paths_of(commits: list[RawCommit], found: list[FileChange], ticket: str) -> set[str]:
    """Return the known paths at which the ticket ever was."""
    ids = related(((touch.was, touch.ticket) for touch in found if touch.was), ticket)
    return {
        entry.path
        for commit in commits
        for section in commit.sections
        for entry in section
        if entry.key.ticket in ids and not entry.key.comment
    }


def _folders_of(paths: set[str]) -> set[str]:
    """Return the folders in which comments on the tickets at these paths are, if they are in files."""
    return {f"{path[:-3]}.d" for path in paths if path.endswith(".md")}


def _of_ticket(found: list[FileChange], ticket: str) -> list[FileChange]:
    threads = TicketIdentities()
    numbers = threads.numbers(found)
    wanted = {number for number, ever in enumerate(threads.ever) if ticket in ever}
    return [touch for touch, number in zip(found, numbers, strict=True) if number in wanted]


def _is_certain(changes: list[FileChange], commits: list[RawCommit]) -> bool:
    """Return whether no branch and no unreadable version makes the order or the content uncertain."""
    files: dict[str, list[FileChange]] = {}
    for touch in changes:
        files.setdefault(touch.comment, []).append(touch)
    if any(touch.unread is not None for touch in changes):
        return False
    if any(touch.was for touch in changes) and any(len(commit.parents) > 1 for commit in commits):
        return False
    for rows in files.values():
        if not is_chained(rows) or any(not touch.old for touch in rows[1:]):
            return False
    for rank, commit in enumerate(reversed(commits)):
        if len(commit.parents) > 1 and not _is_decided(commit, rank, files):
            return False
    return True


def _is_held(git: GitReader, prefixes: tuple[str, ...], rev: str, changes: list[FileChange], paths: set[str]) -> bool:
    """Return whether the files have the versions that the changes lead to; if not, a merge has dropped a change."""
    names = [prefix + path for prefix in prefixes for path in sorted(paths)]
    rows = git.run(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", rev, "--", *names]).split(b"\0")[:-1]
    held: dict[str, set[str]] = {}
    for about, _, name in (row.partition(b"\t") for row in rows if row.startswith(b"100")):
        path = name.decode("utf-8", "surrogateescape")
        key = next((key_of(path[len(prefix) :]) for prefix in prefixes if path.startswith(prefix)), None)
        if key is not None:
            held.setdefault(key.comment, set()).add(about.split(b" ")[-1].decode())
    last = {touch.comment: touch.new for touch in changes}
    return all(new in held.get(name, ()) if new else name not in held for name, new in last.items())


def _is_decided(commit: RawCommit, rank: int, files: dict[str, list[FileChange]]) -> bool:
    """Return whether a merge holds the version that the commits before it lead to."""
    for entry in (entry for section in commit.sections for entry in section):
        before = [touch for touch in files.get(entry.key.comment, []) if touch.rank < rank]
        last = before[-1] if before else None
        if last is None or (last.new != entry.new and (entry.new or last.ticket == entry.key.ticket)):
            return False
    return True
