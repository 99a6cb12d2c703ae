"""The table of commands: each name once, in the group under which `tk help` lists it."""

from __future__ import annotations

GROUPS = {
    "Work on tickets": (
        *("new", "show", "edit", "start", "close", "reopen", "status", "set", "update", "assign", "tag", "comment"),
    ),
    "Find tickets": ("ls", "search", "ready", "blocked", "closed", "similar", "query"),
    "Count tickets": ("report",),
    "Relate tickets": ("dep", "undep", "link", "unlink", "merge-into"),
    "History and undo": ("log", "branches", "undo", "commit"),
    "Review and release": ("diff", "check", "blockers", "commits", "apply-trailers", "hooks"),
    "Share and merge": ("sync", "setup", "resolve", "merge-driver"),
    "Move in": ("import",),
    "Run a service desk": ("sla", "approve", "reject", "approvals", "workflow", "people", "queues", "calendar"),
    "Maintain the store": ("init", "config", "types", "doctor", "mv", "rm", "archive", "index", "migrate-format"),
    "Get help": ("help", "completion"),
}

COMMANDS = {name: name.replace("-", "_") for names in GROUPS.values() for name in names}
COMMANDS["import"] = "import_tickets"  # `import` is a word of Python
"""The module under `commands` that holds a command."""

ALIASES = {"add-note": "comment", "create": "new", "delete": "rm", "duplicates": "similar", "list": "ls"}
"""Other names of commands."""
