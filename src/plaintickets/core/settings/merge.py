"""The treatment of conflicts in a merge."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting(
        "merge.on-conflict", "choice",
        "What a merge does with a conflict: stop, as git does, or record the rejected value in "
        "the ticket.",
        choices=("stop", "record"),
    ),
)  # fmt: skip
