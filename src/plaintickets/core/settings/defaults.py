"""Default values that commands use."""

from __future__ import annotations

from plaintickets.core.settings.model import BOTH, Setting

SETTINGS = (
    Setting("default_type", "text", "The type of a new ticket."),
    Setting("default_priority", "number", "The priority of a new ticket, as number or name."),
    Setting(
        "default_assignee", "choice",
        "The assignee of a new ticket: nobody, or its creator (as in the bash tool).",
        BOTH, ("none", "me"),
    ),
    Setting(
        "list_closed", "boolean",
        "Whether `tk ls` shows closed tickets too (as in the bash tool).",
        BOTH,
    ),
    Setting(
        "guess_ids", "boolean",
        "Whether commands that change a ticket accept any unambiguous part of an id (as in the bash tool). Without "
        "it they need the id, or at least three characters from the beginning of the id or its suffix.",
        BOTH,
    ),
)  # fmt: skip
