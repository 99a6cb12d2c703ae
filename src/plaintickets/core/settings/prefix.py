"""The prefix of new ids."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting(
        "prefix", "name",
        "The prefix of new ids. Without it: the prefix of most tickets of the store, or else the "
        "initials of the repository's name.",
        example="prefix: pt",
    ),
)  # fmt: skip
