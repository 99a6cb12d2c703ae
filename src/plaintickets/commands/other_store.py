"""What to do with a ticket of another store."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.console import CommandContext
    from plaintickets.errors import OtherStoreError

# Commands whose ids are what they work on; for others an id may be what a ticket refers to.
_OF_A_TICKET = frozenset(
    {
        *("show", "edit", "start", "close", "reopen", "status", "set", "update", "assign", "tag", "comment"),
        *("similar", "log", "branches", "commits", "blockers", "resolve", "mv", "rm", "archive"),
    }
)


def hint(context: CommandContext, error: OtherStoreError, arguments: Sequence[str]) -> str | None:
    """Return the command line that works in the other store; else the error's own hint."""
    if context.command not in _OF_A_TICKET:
        return error.hint
    store = os.path.relpath(
        os.path.join(context.project.place.top, error.prefix), os.path.realpath(context.around.folder)
    )
    if context.around.environ.get("TICKETS_DIR"):
        start = f"TICKETS_DIR={shlex.quote(store)} tk"
    else:
        start = f"tk -C {shlex.quote(os.path.dirname(store) or '.')}"
    is_whole = arguments[0] == context.command and arguments.count(error.asked) == 1
    words = [error.ticket if word == error.asked else word for word in arguments]
    rest = words if is_whole else [context.command, error.ticket]
    return f"nothing was changed; this works on it: {start} {shlex.join(rest)}"
