"""Find which file changes belong to one ticket after renames."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.history.file_changes import FileChange


class TicketIdentities:
    """The tickets behind ids. Touches are added from the oldest to the newest."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.ever: list[set[str]] = []
        self._of: dict[str, int] = {}

    def add(self, touch: FileChange) -> int:
        """The number of the ticket that a touch belongs to."""
        ticket = touch.ticket
        if touch.was:
            thread = self._of.get(touch.was)
            thread = self._new(touch.was) if thread is None else thread
            self._of[ticket] = thread
            self.names[thread] = ticket
            self.ever[thread].add(ticket)
            return thread
        thread = self._of.get(ticket)
        if thread is None or (self.names[thread] != ticket and _creates(touch)):
            thread = self._new(ticket)
        return thread

    def of(self, ticket: str) -> int | None:
        """The ticket that last bore this id."""
        return self._of.get(ticket)

    def _new(self, ticket: str) -> int:
        self._of[ticket] = len(self.names)
        self.names.append(ticket)
        self.ever.append({ticket})
        return self._of[ticket]


def _creates(touch: FileChange) -> bool:
    # The versions tell it, because a merge's happenings are known only after its threads.
    return not touch.old and bool(touch.new) and not touch.comment


def related(renamings: Iterable[tuple[str, str]], ticket: str) -> set[str]:
    """Return all ids that renames connect with this one."""
    return connected(renamings).get(ticket, {ticket})


def connected(renamings: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return, for each renamed id, all ids that renames connect with it; connected ids share one set."""
    beside: dict[str, list[str]] = {}
    for old, new in renamings:
        beside.setdefault(old, []).append(new)
        beside.setdefault(new, []).append(old)
    groups: dict[str, set[str]] = {}
    for start in beside:
        if start in groups:
            continue
        group = groups[start] = {start}
        waiting = [start]
        while waiting:
            for name in beside[waiting.pop()]:
                if name not in groups:
                    groups[name] = group
                    group.add(name)
                    waiting.append(name)
    return groups


def is_chained(touches: list[FileChange]) -> bool:
    """Whether each touch starts from the version that the one before it left, since branches last joined."""
    for place in range(len(touches) - 1, 0, -1):
        if touches[place].joins == place:
            return True
        if touches[place].settles or touches[place].old != touches[place - 1].new:
            return False
    return True
