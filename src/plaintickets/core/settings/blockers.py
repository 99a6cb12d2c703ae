"""The query that selects the blockers of a release."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting(
        "blockers.query", "text",
        "What `tk blockers` counts as blocking: a query. Closed tickets never count unless it asks for a status.",
    ),
)  # fmt: skip
