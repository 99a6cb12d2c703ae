"""Tickets that two sides changed, settled by the rules of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.merge_driver import rules_of
from plaintickets.core.merge import merge
from plaintickets.core.merge.pairing import apart
from plaintickets.errors import UnreadableError
from plaintickets.store import files

if TYPE_CHECKING:
    from plaintickets.core.config import Config


class Recorded(NamedTuple):
    """A conflict: the ticket and the field."""

    ticket: str
    field: str


class Settler:
    """Settles one ticket file after the other; what it recorded, and what it could not settle, is kept.

    With `records` the losing side of a conflict is written into the ticket; else only a person settles it.
    """

    def __init__(self, config: Config, *, records: bool) -> None:
        self._rules = rules_of(config)._replace(marks=False)
        self._records = records
        self.recorded: list[Recorded] = []
        self.conflicts: list[Recorded] = []

    def concerns(self, path: str) -> bool:
        """Whether a store path is that of a ticket or of a comment."""
        return files.is_ticket_path(files.ticket_path(path))

    def new_side(self, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> int | None:
        """The side, 1 or 2, that is a new ticket where git took it for another that was renamed."""
        found = apart(base, ours, theirs)
        return None if found is None else 1 if found.content == ours else 2

    def settle(self, path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | None:
        """The file that both sides become; None where only a person can say."""
        name = files.id_of(files.ticket_path(path))
        if ours is None and theirs is None:
            # Both sides gave the ticket another id: it goes on under both, which a person may merge.
            self._found([Recorded(name, "id")])
            return b"" if self._records else None
        if ours is None or theirs is None:
            kept = ours if ours is not None else theirs
            if base is None:  # moved along with its folder
                return kept
            self._found([Recorded(name, "ticket")])
            return kept if self._records else None
        try:
            merged = merge(base, ours, theirs, self._rules)
        except UnreadableError:
            return None
        found = [Recorded(name, conflict.field) for conflict in merged.conflicts]
        self._found(found)
        return merged.content if self._records or not found else None

    def _found(self, found: list[Recorded]) -> None:
        (self.recorded if self._records else self.conflicts).extend(found)
