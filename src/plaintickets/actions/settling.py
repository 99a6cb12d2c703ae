"""Tickets that two sides changed, settled by the rules of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.merge_driver import rules_of
from plaintickets.core.merge import merge
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

    def settle(self, path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | None:
        """The file that both sides become; None where only a person can say."""
        if ours is None or theirs is None:
            # Removed on one side and changed on the other: what was written stays. Without a base the file
            # was only moved along with its folder.
            return (ours if ours is not None else theirs) if self._records or base is None else None
        try:
            merged = merge(base, ours, theirs, self._rules)
        except UnreadableError:
            return None
        found = [Recorded(files.id_of(files.ticket_path(path)), conflict.field) for conflict in merged.conflicts]
        if found and not self._records:
            self.conflicts += found
            return None
        self.recorded += found
        return merged.content
