"""Import Linear's issues: the CSV export of a workspace."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from plaintickets.importers.exports import Found, Side, System, read_export
from plaintickets.importers.fields import Fields, midnight, moment, person, plain, record, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

CLASSES = {
    "triage": "open",
    "backlog": "open",
    "todo": "open",
    "in progress": "active",
    "in review": "active",
    "done": "done",
    "canceled": "done",
    "cancelled": "done",
    "duplicate": "done",
}


_TIMES = ("Cycle Start", "Cycle End", "Started", "Triaged", "Archived")
_FORMULA = re.compile(r"^'(?=[-+=@])")


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"ID", "Title", "Status"} <= found.value.keys()


def _moment(where: str, text: str) -> str:
    """Return a moment; Linear also writes `Tue Feb 03 2026 10:00:00 GMT+0000 (GMT)`."""
    if " GMT" not in text:
        return moment(where, text)
    try:
        found = datetime.strptime(text.partition(" (")[0], "%a %b %d %Y %H:%M:%S GMT%z")
    except ValueError:
        return moment(where, text)
    return moment(where, found.isoformat())


def _keys(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _ticket(where: str, value: dict[str, Any], _side: Side) -> Imported:
    fields = Fields("linear", where, value)
    key, status = fields.text("ID"), fields.text("Status")
    done, canceled = (_moment(where, fields.text(name)) for name in ("Completed", "Canceled"))
    kind = "done" if done or canceled else CLASSES.get(status.lower(), "")
    priority = fields.text("Priority")
    updated = _moment(where, fields.text("Updated"))
    values = {
        "status": status,
        "priority": "" if priority == "No priority" else priority,
        "resolution": "canceled" if canceled else "",
        "assignee": _person(fields.text("Assignee")),
        "reporter": _person(fields.text("Creator")),
        "milestone": fields.text("Project Milestone"),
        "due": midnight(_moment(where, fields.text("Due Date"))),
    }
    relations = {
        "parent": [fields.text("Parent issue")],
        "links": _keys(fields.text("Related to")),
        "deps": _keys(fields.text("Blocked by")),
        "blocks": _keys(fields.text("Blocking")),
        "duplicate-of": _keys(fields.text("Duplicate of"))[:1],
    }
    for name in _TIMES:
        fields.keep(name, _moment(where, fields.text(name)))
    fields.take("Project Milestone ID", "Project ID", "UUID")
    fields.drop("Time in status (minutes)")
    return record(
        fields,
        key,
        _FORMULA.sub("", fields.text("Title")),
        text=_FORMULA.sub("", fields.prose("Description")),
        values=values,
        tags=tags(plain(fields.take("Labels")).split(",")),
        created=_moment(where, fields.text("Created")),
        updated=updated,
        closed=(done or canceled or updated) if kind == "done" else "",
        status_class=kind,
        relations=relations,
    )


def _person(text: str) -> str:
    return person("", text) if "@" in text else person(text)


SYSTEM = System(
    "linear",
    (),
    _is_ticket,
    lambda _found, _side: False,
    _ticket,
    needs="an export has the columns `ID`, `Title`, `Status`",
)
