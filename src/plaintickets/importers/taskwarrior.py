"""Import Taskwarrior's tasks: `task export`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.comments import Comment
from plaintickets.importers.exports import Found, Side, System, read_export
from plaintickets.importers.fields import Fields, items, moment, objects, plain, prose, record, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

CLASSES = {"pending": "open", "waiting": "waiting", "recurring": "waiting", "completed": "done", "deleted": "done"}
PRIORITIES = {"H": "high", "M": "medium", "L": "low"}


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the tasks of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"uuid", "description", "status"} <= found.value.keys()


def _ticket(where: str, value: dict[str, Any], _side: Side) -> Imported:
    fields = Fields("taskwarrior", where, value)
    status, started = fields.text("status"), fields.moment("start")
    kind = "active" if started and status == "pending" else CLASSES.get(status, "")
    updated, priority = fields.moment("modified"), fields.text("priority")
    depends = fields.take("depends")
    others = depends.split(",") if isinstance(depends, str) else [plain(one) for one in items(depends)]
    for name in ("scheduled", "wait", "until"):
        fields.keep(name, fields.moment(name))
    fields.keep("started", started)
    fields.take("id", "urgency")
    # A task has no author: the comments of one are its owner's.
    comments = [
        Comment(moment(where, row.get("entry")), "", False, prose(row.get("description")))
        for row in objects(fields.take("annotations"))
    ]
    return record(
        fields,
        fields.text("uuid"),
        fields.text("description"),
        values={"status": status, "priority": PRIORITIES.get(priority, priority), "due": fields.date("due")},
        tags=tags(items(fields.take("tags"))),
        created=fields.moment("entry"),
        updated=updated,
        closed=(fields.moment("end") or updated) if kind == "done" else "",
        status_class=kind,
        relations={"deps": others, "parent": [fields.text("parent")]},
        comments=comments,
    )


SYSTEM = System(
    "taskwarrior",
    (),
    _is_ticket,
    lambda _found, _side: False,
    _ticket,
    needs="a task has `uuid`, `description` and `status`",
)
