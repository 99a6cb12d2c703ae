"""When an approval of a ticket is valid."""

from __future__ import annotations

from plaintickets.core.settings.model import Setting

SETTINGS = (
    Setting(
        "approvals.signed", "boolean",
        "Whether the commit of an approval must have a good signature of the person.",
    ),
    Setting(
        "approvals.dismissed_by", "names",
        "What ends an approval when it changes afterwards: `text` (title and description), `guarded` (the fields "
        "that guards require), and fields.",
        example="approvals.dismissed_by: [text, guarded]",
    ),
    Setting(
        "approvals.committers", "names",
        "Names or mail addresses that may commit what another person has authored, such as that of a forge. Without "
        "it, author and committer of an approval are the same person.",
        example="approvals.committers: [noreply@github.com]",
    ),
)  # fmt: skip
