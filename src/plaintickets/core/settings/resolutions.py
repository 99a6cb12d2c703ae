"""The resolutions of closed tickets."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting("resolutions", "names", "What `tk close --resolution` accepts."),
)  # fmt: skip
