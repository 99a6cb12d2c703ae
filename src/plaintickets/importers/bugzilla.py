"""Import Bugzilla's bugs: replies of the REST API for bugs, comments, history and attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import FieldChange
from plaintickets.importers.exports import Found, Side, System, flag, ids, once, read_export
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
# The names of fields in the history that are others here.
CHANGED = {
    "assigned_to": "assignee",
    "deadline": "due",
    "keywords": "tags",
    "summary": "title",
    "target_milestone": "milestone",
}
_NONE = "---"
_QUIET = {
    **dict.fromkeys(("is_confirmed", "is_creator_accessible", "is_cc_accessible"), True),
    **dict.fromkeys(("votes", "estimated_time", "remaining_time", "actual_time"), 0),
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


def _learn(found: Found, side: Side) -> None:
    """Learn the names of people, whom comments and history call by their logins."""
    value = found.value
    for name in ("creator_detail", "assigned_to_detail", "qa_contact_detail"):
        side.learn("named", mapping(value.get(name)).get("name"), mapping(value.get(name)))
    for row in objects(value.get("cc_detail")):
        side.learn("named", row.get("name"), row)


def _hold(found: Found, side: Side) -> None:
    side.contents.hold(found.where, found.value.get("attachments"), "file_name", "data")


def _person(side: Side, name: Any, detail: Any = None) -> str:
    row = mapping(detail) or side.one("named", name)
    shown = row.get("real_name") or row.get("nick")
    mail = row.get("email") or name
    return person(shown, mail) if "@" in plain(mail) else person(shown or name)


def _assignee(side: Side, name: Any, detail: Any = None) -> str:
    """Return who has a bug; the login of nobody begins so."""
    return "" if plain(name).lower().startswith("nobody") else _person(side, name, detail)


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    value = {name: one for name, one in value.items() if one != _NONE}
    fields = Fields("bugzilla", where, value, _QUIET)
    key, status = fields.text("id"), fields.text("status")
    kind = CLASSES.get(status.upper(), "" if value.get("is_open") is not False else "done")
    created, updated = fields.moment("creation_time"), fields.moment("last_change_time")
    rows = once([*objects(fields.take("comments")), *side.rows("comment", key)])
    files = once([*objects(fields.take("attachments")), *side.rows("attachment", key)])
    text, said, own = _parts(rows, files, fields.prose("description"))
    values = _values(fields, side, value, status)
    relations = _relations(fields)
    fields.take(*_REPEATED)
    count = fields.take("comment_count")
    fields.lose("comments that the export does not hold", count - len(rows) if isinstance(count, int) else 0)
    fields.lose("flags", len(items(fields.take("flags"))))
    changes = list(_changes(side, where, [*objects(fields.take("history")), *side.rows("history", key)]))
    closed = next((one.at for one in reversed(changes) if CLASSES.get(one.after) == "done"), "")
    closed = closed or fields.moment("cf_last_resolved") or updated
    fields.take("cf_last_resolved")
    return record(
        fields,
        key,
        fields.text("summary"),
        text=text,
        values=values,
        tags=tags([*items(fields.take("keywords")), *items(fields.take("tags"))]),
        created=created,
        updated=updated,
        closed=closed if kind == "done" else "",
        status_class=kind,
        relations=relations,
        comments=[_comment(fields, side, row, files) for row in said],
        attachments=attachments(own, "file_name", "size", "link"),
        changes=changes,
    )


def _parts(
    rows: list[dict[str, Any]], files: list[dict[str, Any]], described: str
) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the text of a bug, its comments, and its attachments without a comment; what is private is a comment.

    A private attachment of a public comment has a comment of its own.
    """
    first = next((row for row in rows if plain(row.get("count")) == "0"), rows[0] if rows else {})
    text = "" if flag(first.get("is_private")) else prose(first.get("text")) or described
    said = [row for row in rows if row is not first or flag(row.get("is_private"))]
    hidden = {plain(row.get("id")) for row in files if flag(row.get("is_private"))} - {""}
    said = [row if flag(row.get("is_private")) else _without_files(row, hidden) for row in said]
    of_comments = {plain(row.get("attachment_id")) for row in said} - {""}
    own = [row for row in files if plain(row.get("id")) not in of_comments]
    said += [_comment_of(row) for row in own if flag(row.get("is_private"))]
    return text, said, [row for row in own if not flag(row.get("is_private"))]


def _without_files(row: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
    """Return a comment without its attachment, if that is one of those that are hidden."""
    return {**row, "attachment_id": None} if plain(row.get("attachment_id")) in hidden else row


def _relations(fields: Fields) -> dict[str, list[str]]:
    return {
        "deps": ids(fields.take("depends_on")),
        "blocks": ids(fields.take("blocks")),
        "duplicate-of": [fields.text("dupe_of")],
        "duplicated-by": ids(fields.take("duplicates")),
        "links": ids(fields.take("regressed_by")) + ids(fields.take("regressions")),
    }


def _comment_of(file: dict[str, Any]) -> dict[str, Any]:
    """Return the comment that shows a private attachment, which the text of the bug must not name."""
    names = ("creator", "creation_time", "is_private")
    return {"text": "", "attachment_id": file.get("id"), **{name: file.get(name) for name in names}}


def _values(fields: Fields, side: Side, value: dict[str, Any], status: str) -> dict[str, str]:
    return {
        "status": status,
        "type": fields.text("type"),
        "priority": fields.text("priority"),
        "resolution": fields.text("resolution"),
        "assignee": _assignee(side, fields.take("assigned_to"), value.get("assigned_to_detail")),
        "reporter": _person(side, fields.take("creator"), value.get("creator_detail")),
        "component": fields.text("component"),
        "milestone": fields.text("target_milestone"),
        "due": fields.date("deadline"),
        # A bug in a group is for its members.
        "visibility": "internal" if items(value.get("groups")) else "",
    }


def _comment(fields: Fields, side: Side, row: dict[str, Any], files: list[dict[str, Any]]) -> Comment:
    date = moment(fields.where, row.get("creation_time") or row.get("time"))
    number = plain(row.get("attachment_id"))
    own = attachments([one for one in files if number and plain(one.get("id")) == number], "file_name", "size", "link")
    is_internal = flag(row.get("is_private"))
    author = _person(side, row.get("creator") or row.get("author"))
    return fields.comment(date, author, prose(row.get("text")), internal=is_internal, files=own)


def _changes(side: Side, where: str, rows: list[dict[str, Any]]) -> Iterator[FieldChange]:
    for row in rows:
        at, author = moment(where, row.get("when")), _person(side, row.get("who"))
        for one in objects(row.get("changes")):
            name = plain(one.get("field_name"))
            before, after = (plain(one.get(end)).replace(_NONE, "") for end in ("removed", "added"))
            if name == "assigned_to":
                before, after = _assignee(side, before), _assignee(side, after)
            yield FieldChange(at, author, CHANGED.get(name, name), before, after)


SYSTEM = System(
    "bugzilla",
    ("bugs",),
    _is_ticket,
    _side,
    _ticket,
    _unwrap,
    frozenset(("faults", "total_matches", "offset", "limit", "attachments", "comments")),
    "a bug has `id`, `summary` and `status`",
    learn=_learn,
    hold=_hold,
)
