"""The limits of work in progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.quoting import quoted
from plaintickets.core.settings.model import Setting, Shape

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

MOST = 9999
SETTINGS = (
    Setting(
        "limits", "limits",
        "How many tickets a status may have at once. `tk board` shows the limits, and `tk check` reports a status "
        "that has more.",
        example="limits: {in_progress: 3}",
    ),
)  # fmt: skip


def read_limits(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, int] | None:
    """Return the limits by status."""
    entries = findings.mapping(where, raw)
    if entries is None or findings.is_too_long(where, entries):
        return None
    found = {}
    for name, value in entries.items():
        text = findings.text((*where, name), value)
        if text is None:
            continue
        if text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= MOST and len(text) <= len(str(MOST)):
            found[name] = int(text)
        else:
            message = f"the limit of {quoted(name)} cannot be {quoted(text)}. Must be a number from 1 to {MOST}"
            findings.add((*where, name), "config-value", message)
    return found


def _schema(_: Setting) -> Json:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST}
    return {"type": "object", "additionalProperties": limit}


SHAPES = {"limits": Shape("numbers by status", read_limits, _schema)}
