"""The table of commands: each name once, in the group under which `tk help` lists it."""

from __future__ import annotations

GROUPS = {
    "Every day": ("status", "next", "start", "new", "ls", "show", "edit", "comment", "close", "sync"),
    "Work on tickets": ("claim", "reopen", "set", "update", "assign", "tag"),
    "Find tickets": ("search", "ready", "blocked", "closed", "similar", "query"),
    "Count tickets": ("report", "board", "dashboard"),
    "Relate tickets": ("dep", "undep", "link", "unlink", "merge-into", "split", "graph"),
    "History and undo": ("log", "branches", "undo", "commit"),
    "Review and release": ("diff", "check", "blockers", "commits", "apply-trailers", "hooks", "audit"),
    "Other faces": ("ui", "serve", "site"),
    "Share and merge": ("setup", "resolve", "merge-driver"),
    "Move in and out": ("import", "export"),
    "Talk with those who ask": ("intake", "notify"),
    "Run a service desk": (
        *("sla", "rules", "tick", "wait", "snooze", "triage", "route", "load", "handover"),
        *("approve", "reject", "approvals", "workflow", "people", "queues", "services", "assets", "calendar"),
        *("kb", "reply", "replies"),
    ),
    "Maintain the store": ("init", "config", "types", "doctor", "mv", "rm", "archive", "index", "migrate-format"),
    "Work with coding agents": ("prime", "agent-guide", "mcp"),
    "Get help": ("help", "completion"),
}

COMMANDS = {name: name.replace("-", "_") for names in GROUPS.values() for name in names}
COMMANDS["import"] = "import_tickets"  # `import` is a word of Python
"""The module under `commands` that holds a command."""

ALIASES = {"add-note": "comment", "create": "new", "delete": "rm", "duplicates": "similar", "list": "ls"}
"""Other names of commands."""

OF_ALL_STORES = ("ls", "ready", "blocked", "closed", "search", "blockers")
"""The commands that `--all-stores` goes with."""

SYNONYMS = {
    "add": ("new",),
    "all": ("ls --all",),
    "backlog": ("ready", "ls"),
    "blame": ("log",),
    "block": ("dep", "blocked"),
    "browse": ("serve",),
    "cat": ("show",),
    "changelog": ("diff",),
    "child": ("new --parent ID",),
    "children": ("ls --tree",),
    "comments": ("show",),
    "complete": ("close",),
    "count": ("report", "search --count WORD"),
    "deps": ("dep",),
    "describe": ("show", "edit"),
    "done": ("close",),
    "due": ("set ID due=DATE",),
    "duplicate": ("merge-into", "similar"),
    "epic": ("ls --tree", "new -t epic"),
    "estimate": ("set ID estimate=VALUE",),
    "filter": ("ls",),
    "find": ("search",),
    "finish": ("close",),
    "grep": ("search",),
    "history": ("log",),
    "info": ("show",),
    "kanban": ("board",),
    "label": ("tag",),
    "labels": ("tag",),
    "lint": ("check",),
    "list-all": ("ls --all",),
    "merge": ("merge-into", "resolve"),
    "metrics": ("report",),
    "milestone": ("set ID milestone=VALUE",),
    "mine": ("ls -a me",),
    "modify": ("set", "edit"),
    "move": ("mv", "status"),
    "my": ("ls -a me",),
    "note": ("comment",),
    "open": ("show", "reopen"),
    "parent": ("set ID parent=ID",),
    "pause": ("wait", "snooze"),
    "print": ("show",),
    "priority": ("set ID priority=VALUE",),
    "pull": ("sync",),
    "push": ("sync",),
    "remove": ("rm",),
    "rename": ("mv",),
    "resolved": ("closed",),
    "revert": ("undo",),
    "roadmap": ("report burndown --milestone NAME", "ls --group-by milestone"),
    "sleep": ("snooze",),
    "sprint": ("ls --group-by milestone",),
    "stats": ("report",),
    "stop": ("status ID open",),
    "subtask": ("new --parent ID",),
    "summary": ("status", "report"),
    "take": ("claim",),
    "todo": ("ready",),
    "tree": ("ls --tree", "dep tree ID"),
    "unassign": ("assign ID -",),
    "unblock": ("undep",),
    "users": ("people",),
    "validate": ("check",),
    "verify": ("check",),
    "version": ("--version",),
    "view": ("show",),
    "web": ("serve",),
    "who": ("load",),
}
"""What other tools call a command, with the calls that may be meant: hints, not names."""
