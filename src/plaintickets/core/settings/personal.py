"""Settings that only the user's own file may have."""

from __future__ import annotations

from plaintickets.core.settings.model import USER, Setting

SETTINGS = (
    Setting(
        "me", "text",
        "The name that `me` means. Without it: git's `user.name`.",
        USER, example="me: Ada Lovelace",
    ),
    Setting(
        "aliases", "names", "Your other names, which `assignee:me` finds too.", USER,
        example="aliases: [ada, ada@example.org]",
    ),
    Setting(
        "editor", "text",
        "The editor's command. Without it: the one that git would use.",
        USER, example="editor: vim",
    ),
    Setting(
        "pager", "text",
        "The pager's command, or `cat` for none. Without it: `PAGER`.",
        USER, example="pager: less -FRX",
    ),
    Setting(
        "color", "choice", "Whether the output is coloured.",
        USER, ("auto", "always", "never"),
    ),
)  # fmt: skip
