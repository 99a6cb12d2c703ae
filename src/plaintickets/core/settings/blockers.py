"""The query that selects the blockers of a release."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting(
        "blockers.query", "text",
        "The query that selects blockers for `tk blockers`. It selects no closed tickets unless it names a status.",
    ),
)  # fmt: skip
