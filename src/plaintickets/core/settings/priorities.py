"""The names of the priorities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Setting, Shape

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

MOST_PRIORITIES = 5
SETTINGS = (
    Setting(
        "priorities", "priorities",
        "The names of the priorities 0 (most urgent) to 4, in this order; five at most.",
    ),
)  # fmt: skip


def read_priorities(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[str, ...] | None:
    """Return the names by number, from a list or from a mapping that counts from 0."""
    if isinstance(raw, dict):
        if list(raw) != [str(number) for number in range(len(raw))]:
            message = "priorities must be numbered 0, 1, 2, … in this order"
            findings.add(where, "config-value", message)
            return None
        names = findings.names(where, list(raw.values()))
    else:
        names = findings.names(where, raw)
    if names is None:
        return None
    for index, name in enumerate(names):
        # `P0` to `P4` name their own numbers, in their own order.
        if name.isdecimal() or (name[0] in "pP" and name[1:].isdecimal() and name[1:] != str(index)):
            message = f"{quoted(name)} cannot be the name of a priority: it reads as a number"
            findings.add((*where, index), "config-value", message)
            return None
    if not 1 <= len(names) <= MOST_PRIORITIES:
        findings.add(where, "config-value", "there must be 1 to 5 priorities")
        return None
    return names


def _schema(_: Setting) -> Json:
    numbers = {str(number): schema_parts.NAME for number in range(MOST_PRIORITIES)}
    names = {**schema_parts.NAMES, "minItems": 1, "maxItems": MOST_PRIORITIES}
    return {"anyOf": [names, schema_parts.closed(numbers)]}


SHAPES = {"priorities": Shape("a list of names", read_priorities, _schema, has_default=True)}
