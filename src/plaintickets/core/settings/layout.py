"""The layout of ticket files."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting(
        "format.lists", "choice",
        "The layout of a new list: `[a, b]` on one line, or one item on each line. Existing lists "
        "are not changed.",
        choices=("inline", "block"),
    ),
    Setting(
        "format.comments", "choice",
        "Where a new comment goes: the section Notes of the ticket, or a separate file. Both are "
        "read.",
        choices=("body", "files"),
    ),
    Setting(
        "format.max_file_size", "size",
        "The size above which a ticket file is reported and not read: bytes, or a number with "
        "`KiB` or `MiB`.",
    ),
)  # fmt: skip
