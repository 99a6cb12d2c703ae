"""The commit graph and each file change in it, cached and newly read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from plaintickets.history.renames import connected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.history.file_changes import FileChange
    from plaintickets.history.log_parser import RawCommit

# The position distinguishes commits of the same second; a rank is seconds in these units.
_UNITS = 20


class TangledError(Exception):
    """A conflict between cached and new commits; everything has to be read again."""


class Past(Protocol):
    """The part of the history that was read before."""

    def rank(self, oid: str) -> int | None:
        """Return the rank of a commit."""

    def parents(self, oid: str) -> tuple[str, ...]:
        """Return the parents of a commit."""

    def touches(self, ticket: str) -> list[FileChange]:
        """Return the file changes of an id."""

    def renamings(self) -> list[tuple[str, str]]:
        """Return all renames, as old and new id."""

    def holds_tickets(self) -> bool:
        """Return whether there is any file change."""

    def forget(self, oids: list[str]) -> None:
        """Drop the file changes of these commits."""


class Nothing:
    """An empty past."""

    def rank(self, oid: str) -> int | None:  # noqa: ARG002
        """Return None: no commit has a rank."""
        return None

    def parents(self, oid: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return no parents: no commit is known."""
        return ()

    def touches(self, ticket: str) -> list[FileChange]:  # noqa: ARG002
        """Return no file changes."""
        return []

    def renamings(self) -> list[tuple[str, str]]:
        """Return no renames."""
        return []

    def holds_tickets(self) -> bool:
        """Return False: there is no file change."""
        return False

    def forget(self, oids: list[str]) -> None:
        """Do nothing: there is nothing to drop."""


class CommitGraph:
    """A graph of commits, ranked by date, but never before or beside an ancestor.

    The rank depends on a commit and its ancestors only, so that it does not depend on how much of the history was
    read at once.
    """

    def __init__(self, past: Past) -> None:
        self._past = past
        self._ranks: dict[str, int] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._touches: dict[str, list[FileChange]] = {}
        self._remembered: dict[str, list[FileChange]] = {}
        self._connected: dict[str, set[str]] | None = None
        self._reached: tuple[str, int, set[str]] = ("", 0, set())

    def enter(self, commits: Iterable[RawCommit]) -> None:
        """Rank commits, given parents first.

        Raises TangledError if a parent is neither new nor known.
        """
        for commit in commits:
            rank = commit.committed << _UNITS
            for parent in commit.parents:
                behind = self._ranks.get(parent)
                behind = self._past.rank(parent) if behind is None else behind
                if behind is None:
                    raise TangledError
                rank = max(rank, behind + 1)
            self._ranks[commit.oid] = rank
            self._parents[commit.oid] = tuple(commit.parents)

    def rank(self, oid: str) -> int:
        """Return the rank of a commit that was entered."""
        return self._ranks[oid]

    def knows(self, oid: str) -> bool:
        """Return whether a commit was entered."""
        return oid in self._ranks

    def graph(self) -> Iterator[tuple[str, tuple[str, ...], int]]:
        """Yield the new commits with parents and rank."""
        return ((oid, self._parents[oid], rank) for oid, rank in self._ranks.items())

    def add(self, touch: FileChange) -> None:
        """Add a new file change."""
        self._touches.setdefault(touch.ticket, []).append(touch)
        if touch.was:
            self._connected = None

    def drop_empty(self, touches: Iterable[FileChange]) -> None:
        """Remove those of these file changes that changed nothing, except where they join branches."""
        for touch in touches:
            rows = self._touches.get(touch.ticket, [])
            if not touch.happenings and not touch.joins and touch in rows:
                rows.remove(touch)
                for later in rows:
                    if later.joins and (later.rank, later.commit) > (touch.rank, touch.commit):
                        later.joins -= later.comment == touch.comment

    def new(self) -> list[FileChange]:
        """Return the new file changes, in order."""
        rows = (touch for touches in self._touches.values() for touch in touches)
        return sorted(rows, key=lambda touch: (touch.rank, touch.commit, touch.ticket, touch.comment))

    def unread(self) -> list[FileChange]:
        """Return the new file changes whose events are not known yet."""
        return [touch for touches in self._touches.values() for touch in touches if touch.unread is not None]

    def touches(self, ticket: str) -> list[FileChange]:
        """Return all file changes of an id."""
        known = self._remembered.get(ticket)
        if known is None:
            known = self._remembered[ticket] = self._past.touches(ticket)
        return [*known, *self._touches.get(ticket, ())]

    def related(self, ticket: str) -> set[str]:
        """Return all ids that renames connect with this one; the groups are kept until a rename is added."""
        if self._connected is None:
            fresh = [(row.was, row.ticket) for rows in self._touches.values() for row in rows if row.was]
            self._connected = connected([*self._past.renamings(), *fresh])
        return self._connected.get(ticket, {ticket})

    def ancestors(self, oid: str, floor: int) -> set[str]:
        """Return a commit and its ancestors down to a rank; some below it may be included."""
        if self._reached[0] == oid and self._reached[1] <= floor:
            return self._reached[2]
        found = {oid}
        open_ends = [oid]
        while open_ends:
            current = open_ends.pop()
            known = self._parents.get(current)
            for parent in self._past.parents(current) if known is None else known:
                if parent in found:
                    continue
                rank = self._ranks.get(parent)
                rank = self._past.rank(parent) if rank is None else rank
                if rank is not None and rank >= floor:
                    found.add(parent)
                    open_ends.append(parent)
        self._reached = (oid, floor, found)
        return found
