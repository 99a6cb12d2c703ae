"""Find which file changes belong to one ticket after renames."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.history.file_changes import FileChange


class TicketIdentities:
    """The ids of each ticket over time; file changes are added from the oldest to the newest.

    Branches may create a ticket under an id and rename another to it: a merge has one file for both, so from the
    rename on they are one ticket, which `final` returns for both numbers.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.ever: list[set[str]] = []
        self._of: dict[str, int] = {}
        self._stands: list[bool] = []
        self._joined: dict[int, int] = {}

    def add(self, touch: FileChange) -> int:
        """Return the number of the ticket to which a file change belongs."""
        thread = self._thread(touch)
        if not touch.comment:
            self._stands[thread] = bool(touch.new)
        return thread

    def numbers(self, touches: Iterable[FileChange]) -> list[int]:
        """Add file changes; return the number of the ticket that each belongs to in the end."""
        added = [self.add(touch) for touch in touches]
        return [self.final(number) for number in added]

    def final(self, number: int) -> int:
        """Return the number of the ticket that one became."""
        while number in self._joined:
            number = self._joined[number]
        return number

    def _thread(self, touch: FileChange) -> int:
        ticket = touch.ticket
        if touch.was:
            thread = self._of.get(touch.was)
            thread = self._new(touch.was) if thread is None else thread
            self._join(self._of.get(ticket), thread, ticket)
            self._of[ticket] = thread
            self.names[thread] = ticket
            self.ever[thread].add(ticket)
            return thread
        thread = self._of.get(ticket)
        if thread is None or (self.names[thread] != ticket and _creates(touch)):
            thread = self._new(ticket)
        return thread

    def of(self, ticket: str) -> int | None:
        """Return the number of the ticket that had this id last."""
        return self._of.get(ticket)

    def _join(self, standing: int | None, thread: int, ticket: str) -> None:
        """Make one of a ticket and of the one that stands at the id it is renamed to, if there is one."""
        if standing in (None, thread) or self.names[standing] != ticket or not self._stands[standing]:
            return
        self._joined[standing] = thread
        self.ever[thread] |= self.ever[standing]
        self._of |= {name: thread for name, number in self._of.items() if number == standing}

    def _new(self, ticket: str) -> int:
        self._of[ticket] = len(self.names)
        self._stands.append(False)
        self.names.append(ticket)
        self.ever.append({ticket})
        return self._of[ticket]


def _creates(touch: FileChange) -> bool:
    # Use the versions, because the events of a merge are known only after its identities.
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
    """Return whether each file change starts from the version before it, since branches were last merged."""
    for place in range(len(touches) - 1, 0, -1):
        if touches[place].joins == place:
            return True
        if touches[place].by_merge or touches[place].old != touches[place - 1].new:
            return False
    return True
