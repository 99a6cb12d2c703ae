"""Import Taskwarrior's tasks: `task export`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from plaintickets.core.comments import Comment
from plaintickets.core.dates import utc_text
from plaintickets.importers.exports import Found, Side, System, read_export
from plaintickets.importers.fields import Fields, items, moment, objects, plain, prose, record, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

CLASSES = {
    "pending": "open",
    "started": "active",
    "waiting": "waiting",
    "recurring": "waiting",
    "completed": "done",
    "deleted": "done",
}
_TIME = re.compile(r"T(?:[01]\d|2[0-3])[03]000Z")
_DATES = ("due", "scheduled", "wait", "until")
PRIORITIES = {"H": "high", "M": "medium", "L": "low"}


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the tasks of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"uuid", "description", "status"} <= found.value.keys()


def _learn(found: Found, side: Side) -> None:
    """Count the times of day of dates: most dates are whole days, which the export writes as their midnight in UTC."""
    side.learn("named", "times of day", {})
    times = side.one("named", "times of day")
    for name in _DATES:
        time = plain(found.value.get(name))[8:]
        if _TIME.fullmatch(time):
            times[time] = times.get(time, 0) + 1


def _day(side: Side, at: str) -> str:
    """Return the day of a moment in the zone of whoever wrote it, in summer or in winter."""
    if not at:
        return ""
    times = side.one("named", "times of day")
    often = min(times, key=lambda time: (-times[time], time), default="T000000Z")
    midnight = timedelta(hours=int(often[1:3]), minutes=int(often[3:5]))
    zone = -midnight if midnight < timedelta(hours=12) else timedelta(hours=24) - midnight
    summer = timedelta(hours=0 if not midnight else -1 if at.endswith(":59Z") else 1)
    try:
        return utc_text(datetime.fromisoformat(at) + zone + summer)[:10]
    except OverflowError:
        return at[:10]


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    fields = Fields("taskwarrior", where, value)
    status, started = fields.text("status"), fields.moment("start")
    # A name has one meaning in a mapping.
    status = "started" if started and status == "pending" else status
    kind = CLASSES.get(status, "")
    updated, priority = fields.moment("modified"), fields.text("priority")
    depends = fields.take("depends")
    others = depends.split(",") if isinstance(depends, str) else [plain(one) for one in items(depends)]
    due = fields.moment("due")
    fields.keep("due", due if not due.endswith("T00:00:00Z") else "")
    for name in _DATES:
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
        values={"status": status, "priority": PRIORITIES.get(priority, priority), "due": _day(side, due)},
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
    lambda _found, _beside: False,
    _ticket,
    needs="a task has `uuid`, `description` and `status`",
    learn=_learn,
)
