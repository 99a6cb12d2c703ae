"""Settings for merging and pushing in `tk sync`."""

from __future__ import annotations

from plaintickets.core.settings.model import BOTH, Setting

SETTINGS = (
    Setting(
        "sync.method", "choice",
        "How `tk sync` combines your commits with those of others: rebase yours onto theirs, or merge.",
        BOTH, ("rebase", "merge"),
    ),
    Setting(
        "sync.push", "choice",
        "What `tk sync` may push: commits that contain only tickets, or every commit of the branch.",
        BOTH, ("tickets", "all"),
    ),
)  # fmt: skip
