"""The prefix of new ids."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting(
        "prefix", "name",
        "What new ids begin with. Without it: what most tickets of the store begin with, else the "
        "initials of the repository's name.",
        example="prefix: pt",
    ),
)  # fmt: skip
