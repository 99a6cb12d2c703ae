"""The layout of ticket files."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting(
        "format.lists", "choice",
        "How a new list is written: `[a, b]` on one line, or one item a line. A list that is there "
        "stays as it is.",
        choices=("inline", "block"),
    ),
    Setting(
        "format.comments", "choice",
        "Where a new comment goes: the section Notes of the ticket, or a file of its own. Both are "
        "read.",
        choices=("body", "files"),
    ),
    Setting(
        "format.max_file_size", "size",
        "The size above which a ticket file is reported and not read: bytes, or a number with "
        "`KiB` or `MiB`.",
    ),
)  # fmt: skip
