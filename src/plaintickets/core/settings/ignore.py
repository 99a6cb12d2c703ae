"""The files of the store that are not tickets."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting(
        "ignore", "names",
        "The files of the store that are not tickets, such as `STATUS.md`: names or paths below the store, in which "
        "`*` matches anything.",
        example="ignore: [STATUS.md, notes-*.md]",
    ),
)  # fmt: skip
