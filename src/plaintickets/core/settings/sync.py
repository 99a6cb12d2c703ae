"""Settings for merging and pushing in `tk sync`."""

from __future__ import annotations

from plaintickets.core.settings.model import BOTH, Setting

SETTINGS = (
    Setting(
        "sync.method", "choice",
        "How `tk sync` joins your commits with those of others: puts yours onto theirs, or merges.",
        BOTH, ("rebase", "merge"),
    ),
    Setting(
        "sync.push", "choice",
        "What `tk sync` may push: commits that hold tickets alone, or every commit of the branch.",
        BOTH, ("tickets", "all"),
    ),
)  # fmt: skip
