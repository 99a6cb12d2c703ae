"""Default values that commands use."""

from __future__ import annotations

from plaintickets.core.settings.model import BOTH, Setting

SETTINGS = (
    Setting("default_type", "text", "The type of a new ticket."),
    Setting("default_priority", "number", "The priority of a new ticket, as number or name."),
    Setting(
        "default_assignee", "choice",
        "Who gets a new ticket: nobody, or whoever makes it (as the bash tool does it).",
        BOTH, ("none", "me"),
    ),
    Setting(
        "list_closed", "boolean",
        "Whether `tk ls` shows closed tickets too (as the bash tool does it).",
        BOTH,
    ),
    Setting(
        "guess_ids", "boolean",
        "Whether any unambiguous part of an id names a ticket also where something changes (as the bash tool does "
        "it). Without it that takes the id, or three characters or more that it or its suffix begins with.",
        BOTH,
    ),
)  # fmt: skip
