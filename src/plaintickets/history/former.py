"""Find what happened to a ticket whose id is no longer in the clone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.event import DELETED
from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from plaintickets.history.log_parser import GitReader


class Fate(NamedTuple):
    """What happened to a ticket, as the end of a sentence, what to do about it, and the id it has now, if any."""

    text: str
    hint: str
    ticket: str = ""


def fate(git: GitReader, store_path: str, ticket: str, cache: str | None, max_bytes: int) -> Fate | None:
    """Return what happened to the ticket that had exactly this id at HEAD or before; None if there was none."""
    path = f"{ticket}.md" if store_path in ("", ".") else f"{store_path}/{ticket}.md"
    try:
        if not git.run(["log", "-1", "--format=%H", "HEAD", "--", path]).strip():
            return None
        from plaintickets.history.load import read

        events = read(git, store_path, ticket=ticket, cache=cache, max_bytes=max_bytes).events
    except GitRefusedError:  # no commit yet, or a clone that does not have its history
        return None
    if not events:
        return Fate("was a ticket and is gone", f"`git log -- {path}` tells more.")
    last = events[-1]
    seen = f"`tk log {ticket}` tells its history"
    if last.kind == DELETED:
        return Fate(f"was removed in {last.commit[:10]} by {last.author}", f"{seen}, `tk undo` takes a removal back.")
    if last.ticket != ticket:
        return Fate(f"is now {last.ticket}", f"write {last.ticket}; {seen}.", last.ticket)
    return Fate("is not in the work tree, though HEAD has it", f"`git restore -- {path}` brings its file back.")
