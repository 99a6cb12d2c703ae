"""Read the history of a store or of one ticket the shortest way: the cache, the ticket's own commits, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.document import MAX_BYTES
from plaintickets.errors import GitRefusedError
from plaintickets.git.shallow import shallow_commits
from plaintickets.history.commit_graph import Nothing
from plaintickets.history.timeline import History, is_unborn, scan, timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.history.log_parser import GitReader


def read(
    git: GitReader,
    store_path: str,
    rev: str = "HEAD",
    *,
    ticket: str | None = None,
    paths: Sequence[str] = (),
    cache: str | None = None,
    since: int | None = None,
    max_bytes: int = MAX_BYTES,
) -> History:
    """Return the timeline of the store at `store_path` (relative to the work tree's top) up to `rev`.

    `ticket` selects one ticket; `paths` are the known paths of its files below the store. `cache` is a folder that
    may be deleted at any time. `since` leaves out older commits (seconds since 1970).

    Raises GitRefusedError.
    """
    from plaintickets.history import one_ticket
    from plaintickets.history.cache import read as read_cached

    prefix = "" if store_path in ("", ".") else store_path.rstrip("/") + "/"
    shallow = shallow_commits(git.common_dir)
    history = None
    if cache is not None:
        warm_only = ticket is not None
        history = read_cached(git, prefix, rev, ticket, cache, shallow, max_bytes, warm_only=warm_only)
    if history is None and ticket is not None:
        history = one_ticket.read(git, prefix, rev, ticket, paths, shallow, max_bytes)
        if history is None and cache is not None:
            history = read_cached(git, prefix, rev, ticket, cache, shallow, max_bytes)
    if history is None:
        history = _read_all(git, prefix, rev, ticket, shallow, max_bytes)
    if since is not None:
        history.events = [event for event in history.events if event.revision.committed >= since]
    return history


def _read_all(
    git: GitReader, prefix: str, rev: str, ticket: str | None, shallow: frozenset[str], max_bytes: int
) -> History:
    try:
        reading = scan(git, (prefix,), rev, Nothing(), max_bytes)
    except GitRefusedError:
        if not is_unborn(git, rev):
            raise
        return History([], frozenset())
    events = timeline(reading.book.new(), reading.revisions(), ticket)
    seen = (event.commit for event in events) if ticket is not None else (oid for oid, _, _ in reading.book.graph())
    history = History(events, shallow.intersection(seen))
    history.complete = history.complete and not reading.lacks
    return history
