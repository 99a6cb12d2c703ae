"""Status changes of tickets in a range of commits, read by one git log and then one cat-file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.document import parse, scan
from plaintickets.core.paths import git_lead
from plaintickets.core.ticket import DEFAULTS
from plaintickets.errors import GitRefusedError
from plaintickets.git.revisions import DEEPENING
from plaintickets.git.shallow import shallow_commits
from plaintickets.history import log_parser, log_stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.history.log_parser import Entry, GitReader, RawCommit


class State(NamedTuple):
    """The status of a version of a ticket, empty if it cannot be read, with what decides about its pipeline."""

    status: str
    type: str = ""
    queue: str = ""


class Move(NamedTuple):
    """A change of a ticket's file by a commit: the statuses at its parents, and the new one.

    `type` and `queue` are those before the change.
    """

    ticket: str
    path: str
    before: tuple[str, ...]
    after: str
    commit: str
    subject: str
    type: str = ""
    queue: str = ""


def moves(git: GitReader, prefix: str, base: str, max_bytes: int) -> list[Move]:
    """Return the status changes by commits of HEAD that `base` does not have, oldest first.

    A merge counts for tickets that it took from none of its parents. If a ticket was unreadable for a while, the
    change is from the status before to the one after.

    Raises GitRefusedError, also if a shallow clone lacks a part of the range.
    """
    start = git_lead(prefix)
    shallow = shallow_commits(git.common_dir)
    args = log_parser.log_args([f"^{base}", "HEAD"], [prefix or "."], every_commit=bool(shallow))
    commits = list(log_stream.read_log(git, args, (start,)))
    if any(commit.oid in shallow for commit in commits):
        raise GitRefusedError("this clone is shallow and lacks commits of this branch", hint=DEEPENING)
    keys = dict.fromkeys(key for commit in commits for key in _needs(commit))
    read = log_stream.read_blobs(git, list(keys), _state, max_bytes)
    rows: list[Move] = []
    for commit in commits:
        subject = commit.subject.decode("utf-8", "replace")
        for entries in _judged(commit):
            states = [read[entry.old] for entry in entries]
            before, after = tuple(state.status for state in states), read[entries[0].new].status
            if after not in before:
                place = entries[0].key.ticket, entries[0].path
                rows.append(Move(*place, before, after, commit.oid, subject, states[0].type, states[0].queue))
    return list(_over_gaps(reversed(rows)))


def _over_gaps(rows: Iterable[Move]) -> Iterator[Move]:
    """Yield the changes between readable statuses, given all changes, oldest first."""
    last: dict[str, tuple[str, ...]] = {}
    for row in rows:
        known = tuple(status for status in row.before if status) or last.get(row.path, ())
        if not row.after:
            last[row.path] = known
        elif known and row.after not in known:
            yield row._replace(before=known)


def _judged(commit: RawCommit) -> list[list[Entry]]:
    """Return the changes of tickets to check, one entry for each parent."""
    if len(commit.sections) < max(len(commit.parents), 1):
        return []
    found: dict[str, list[Entry]] = {}
    for section in commit.sections:
        for entry in section:
            if not entry.key.comment and _is_blob(entry.old) and _is_blob(entry.new):
                found.setdefault(entry.path, []).append(entry)
    return [entries for entries in found.values() if len(entries) == len(commit.sections)]


def _is_blob(version: str) -> bool:
    return bool(version) and version[0] != log_parser.UNREADABLE


def _needs(commit: RawCommit) -> list[str]:
    """Return the versions needed to read the changes of a commit."""
    return [version for entries in _judged(commit) for entry in entries for version in (entry.old, entry.new)]


def _state(_key: str, content: bytes | None) -> State:
    """Return the state in a version of a ticket; without a status if it cannot be read."""
    if content is None:
        raise GitRefusedError("git does not have every version of the tickets", hint="`git fsck` names them.")
    return state_in(content)


def state_in(content: bytes) -> State:
    """Return the state in a ticket's file; without a status if it cannot be read."""
    plain = scan(content)
    if plain is None:
        document = parse(content, "")
        if document.problems:
            return State("")
    keys = plain[0] if plain else document.keys
    found = [keys.get(key) for key in ("status", "type", "queue")]
    status, kind, queue = (value if isinstance(value, str) else "" for value in found)
    return State(status or DEFAULTS["status"], kind or DEFAULTS["type"], queue)
