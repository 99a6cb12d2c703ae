"""The statuses of tickets, their classes and the transitions between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.config import KINDS, Status
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.guards import guards_schema
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import named, read_entries

if TYPE_CHECKING:
    from plaintickets.core.config import Kind
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

STATUS_ENTRIES = {
    "class": Entry("choice", "The meaning of the status for `tk`.", KINDS),
    "description": Entry("text", "One line for people."),
    "guards": Entry("guards", "What a ticket needs to enter it."),
    "transitions": Entry("names", "The statuses that may follow."),
}
SETTINGS = (
    Setting(
        "statuses", "statuses",
        "Each status with its class, one of `open`, `active`, `waiting`, `done`. The list is "
        "complete. `tk new`, `tk start` and `tk close` set the first status of a class. "
        "`transitions` names the statuses that may follow; without it all may.",
    ),
)  # fmt: skip


def read_statuses(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[Status, ...] | None:
    """Return the statuses: at least one of the class open and one of the class done."""
    statuses: list[Status] = []
    noted = len(findings.problems)
    for name, spot, value in named(findings, where, raw):
        entries = read_entries(findings, spot, value, STATUS_ENTRIES, short="class")
        if "class" not in entries:
            message = f"status {name} needs a class: {' '.join(KINDS)}"
            findings.add(spot, "config-missing", message)
        # Keep one without a valid class, so that its uses are not problems as well.
        kind: Kind = entries.get("class") or "active"
        text = entries.get("description") or ""
        statuses.append(Status(name, kind, entries.get("transitions"), text, entries.get("guards") or {}))
    if not statuses or findings.problems[noted:]:
        return tuple(statuses) or None
    for kind in ("open", "done"):
        if all(status.kind != kind for status in statuses):
            findings.add(where, "config-missing", f"no status is of the class {kind}")
            return None
    return tuple(statuses)


def _schema(_: Setting) -> Json:
    return schema_parts.section(STATUS_ENTRIES, "class", {}, required=["class"], shapes={"guards": guards_schema()})


SHAPES = {"statuses": Shape("statuses by name", read_statuses, _schema)}
PAGES = (Page("A status", "class", STATUS_ENTRIES),)
