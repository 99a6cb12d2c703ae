"""Import the bugs of git-bug: `git-bug bug show -f json`, one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.comments import Comment
from plaintickets.importers.exports import Found, Side, System, read_export
from plaintickets.importers.fields import Fields, items, mapping, moment, objects, person, plain, prose, record, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the bugs of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"human_id", "title", "status"} <= found.value.keys()


def _person(value: Any) -> str:
    row = mapping(value)
    return person(row.get("name") or row.get("login") or row.get("human_id"), row.get("email"))


def _moment(where: str, value: Any) -> str:
    row = mapping(value)
    return moment(where, row.get("timestamp") or row.get("time") or (value if not row else None))


def _learn(found: Found, side: Side) -> None:
    """Learn whether a bug is a whole one: a list of bugs only counts the comments, but has the origin."""
    value = found.value
    if isinstance(value.get("comments"), list):
        side.learn("whole", value.get("id"), {})
    else:
        side.learn("named", value.get("id"), mapping(value.get("metadata")))


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported | None:
    if not isinstance(value.get("comments"), list) and side.rows("whole", value.get("id")):
        return None
    fields = Fields("git-bug", where, value)
    fields.left.setdefault("metadata", side.one("named", value.get("id")))
    created, updated = (_moment(where, fields.take(name)) for name in ("create_time", "edit_time"))
    is_closed = fields.text("status") == "closed"
    author, said = _person(fields.take("author")), fields.take("comments")
    rows = objects(said)
    fields.lose("comments that the export does not hold", said if isinstance(said, int) else 0)
    for name in ("actors", "participants"):
        fields.take(name)
    return record(
        fields,
        fields.text("id") or plain(value["human_id"]),
        fields.text("title"),
        text=prose(rows[0].get("message")) if rows else "",
        values={"status": "closed" if is_closed else "open", "reporter": author},
        tags=tags(items(fields.take("labels"))),
        created=created,
        updated=updated,
        closed=updated if is_closed else "",
        status_class="done" if is_closed else "open",
        comments=[
            Comment(_moment(where, row.get("timestamp")), _person(row.get("author")), False, prose(row.get("message")))
            for row in rows[1:]
        ],
    )


SYSTEM = System(
    "git-bug",
    (),
    _is_ticket,
    lambda _found, _beside: False,
    _ticket,
    needs="a bug has `human_id`, `title` and `status`",
    learn=_learn,
)
