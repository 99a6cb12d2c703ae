"""Import Bugzilla's bugs: replies of the REST API for bugs, comments, history and attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import FieldChange
from plaintickets.importers.exports import Found, Side, System, flag, ids, read_export
from plaintickets.importers.fields import (
    Fields,
    attachments,
    items,
    mapping,
    moment,
    objects,
    person,
    plain,
    prose,
    record,
    tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.comments import Comment
    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

CLASSES = {
    "UNCONFIRMED": "open",
    "NEW": "open",
    "CONFIRMED": "open",
    "REOPENED": "open",
    "ASSIGNED": "active",
    "IN_PROGRESS": "active",
    "NEEDINFO": "waiting",
    "RESOLVED": "done",
    "VERIFIED": "done",
    "CLOSED": "done",
}
_QUIET = {
    **dict.fromkeys(("is_confirmed", "is_creator_accessible", "is_cc_accessible"), True),
    **dict.fromkeys(("votes", "estimated_time", "remaining_time", "actual_time", "comment_count"), 0),
    **dict.fromkeys(("target_milestone", "qa_contact", "whiteboard"), "---"),
    "is_open": True,
}
_REPEATED = ("creator_detail", "assigned_to_detail", "cc_detail", "qa_contact_detail", "is_open", "update_token")


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the bugs of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"id", "summary", "status"} <= found.value.keys() and "iid" not in found.value


def _unwrap(found: Found) -> Iterator[Found]:
    """Yield the parts of a reply whose `bugs` is an object by number: comments and attachments."""
    by_number = found.value.get("bugs")
    if not isinstance(by_number, dict):
        yield found
        return
    for number, value in by_number.items():
        for row in objects(mapping(value).get("comments") if isinstance(value, dict) else value):
            yield found._replace(array="inside", value={"bug_id": number, **row})


def _side(found: Found, side: Side) -> bool:
    value = found.value
    if "history" in value and "id" in value:
        for row in objects(value["history"]):
            side.add("history", value["id"], row)
    elif "text" in value and "bug_id" in value:
        side.add("comment", value["bug_id"], value)
    elif "file_name" in value and "bug_id" in value:
        side.contents.hold(found.where, [value], "file_name", "data")
        side.add("attachment", value["bug_id"], value)
    else:
        return False
    return True


def _hold(found: Found, side: Side) -> None:
    side.contents.hold(found.where, found.value.get("attachments"), "file_name", "data")


def _person(name: Any, detail: Any = None) -> str:
    row = mapping(detail)
    shown = row.get("real_name") or row.get("nick")
    mail = row.get("email") or name
    return person(shown, mail) if "@" in plain(mail) else person(shown or name)


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    fields = Fields("bugzilla", where, value, _QUIET)
    key, status = fields.text("id"), fields.text("status")
    kind = CLASSES.get(status.upper(), "" if value.get("is_open") is not False else "done")
    created, updated = fields.moment("creation_time"), fields.moment("last_change_time")
    rows = [*objects(fields.take("comments")), *side.rows("comment", key)]
    files = [*objects(fields.take("attachments")), *side.rows("attachment", key)]
    first = next((row for row in rows if plain(row.get("count")) == "0"), rows[0] if rows else {})
    of_comments = {plain(row.get("attachment_id")) for row in rows if row is not first} - {""}
    own = [row for row in files if plain(row.get("id")) not in of_comments]
    values = _values(fields, value, status)
    relations = {
        "deps": ids(fields.take("depends_on")),
        "blocks": ids(fields.take("blocks")),
        "duplicate-of": [fields.text("dupe_of")],
        "duplicated-by": ids(fields.take("duplicates")),
        "links": ids(fields.take("regressed_by", "regressions")),
    }
    fields.take(*_REPEATED)
    fields.lose("flags", len(items(fields.take("flags"))))
    changes = list(_changes(side, where, key))
    closed = next((one.at for one in reversed(changes) if CLASSES.get(one.after) == "done"), "")
    closed = closed or fields.moment("cf_last_resolved") or updated
    fields.take("cf_last_resolved")
    return record(
        fields,
        key,
        fields.text("summary"),
        text=prose(first.get("text")) or fields.prose("description"),
        values=values,
        tags=tags([*items(fields.take("keywords")), *items(fields.take("tags"))]),
        created=created,
        updated=updated,
        closed=closed if kind == "done" else "",
        status_class=kind,
        relations=relations,
        comments=[_comment(fields, row, files) for row in rows if row is not first],
        attachments=attachments(own, "file_name", "size", "link"),
        changes=changes,
    )


def _values(fields: Fields, value: dict[str, Any], status: str) -> dict[str, str]:
    assignee = _person(fields.take("assigned_to"), value.get("assigned_to_detail"))
    return {
        "status": status,
        "type": fields.text("type"),
        "priority": fields.text("priority"),
        "resolution": fields.text("resolution"),
        "assignee": "" if assignee.startswith("nobody") else assignee,
        "reporter": _person(fields.take("creator"), value.get("creator_detail")),
        "component": fields.text("component"),
        "milestone": fields.text("target_milestone"),
        "due": fields.date("deadline"),
    }


def _comment(fields: Fields, row: dict[str, Any], files: list[dict[str, Any]]) -> Comment:
    date = moment(fields.where, row.get("creation_time") or row.get("time"))
    number = plain(row.get("attachment_id"))
    own = attachments([one for one in files if number and plain(one.get("id")) == number], "file_name", "size", "link")
    is_internal = flag(row.get("is_private"))
    return fields.comment(date, _person(row.get("creator")), prose(row.get("text")), internal=is_internal, files=own)


def _changes(side: Side, where: str, key: str) -> Iterator[FieldChange]:
    for row in side.rows("history", key):
        at, author = moment(where, row.get("when")), _person(row.get("who"))
        for one in objects(row.get("changes")):
            before, after = plain(one.get("removed")), plain(one.get("added"))
            yield FieldChange(at, author, plain(one.get("field_name")), before, after)


SYSTEM = System(
    "bugzilla",
    ("bugs",),
    _is_ticket,
    _side,
    _ticket,
    _unwrap,
    frozenset(("faults", "total_matches", "offset", "limit", "attachments", "comments")),
    "a bug has `id`, `summary` and `status`",
    _hold,
)
