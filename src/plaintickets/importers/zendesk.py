"""Import Zendesk's tickets: replies of the API, incremental and bulk JSON exports, tables of the API's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import FieldChange, Imported
from plaintickets.importers.exports import Found, Side, System, flag, ids, inner, number_in_name, once, read_export
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
from plaintickets.importers.html_markdown import to_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.comments import Comment
    from plaintickets.importers.sources import Sources

CLASSES = {
    "new": "open",
    "open": "active",
    "pending": "waiting",
    "hold": "waiting",
    "solved": "done",
    "closed": "done",
    "deleted": "done",
}
# The names of fields in the history that are others here.
CHANGED = {"assignee_id": "assignee", "requester_id": "reporter", "due_at": "due"}
_SIDE = {"users": "user", "groups": "group", "organizations": "organization", "ticket_fields": "field"}
_ADDRESSES = ("url", "sharing_agreement_ids", "forum_topic_id", "fields", "raw_subject")
_QUIET = {
    **dict.fromkeys(("has_incidents", "allow_channelback", "allow_attachments", "from_messaging_channel"), False),
    "is_public": True,
}
_LISTS = {"comments", "audits"}
_FLAT_QUIET = {"has_incidents": "FALSE", "allow_channelback": "FALSE", "is_public": "TRUE", "merged_ticket_ids": "[]"}


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the tickets of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    value = found.value
    return ("requester_id" in value and "status" in value) or ("requester" in value and "subject" in value)


def _unwrap(found: Found) -> Iterator[Found]:
    lone = {"ticket", "user", "group", "organization", "audit", "comment"} & found.value.keys()
    if found.array == "" and len(found.value) == 1 and lone:
        yield from inner(found, *lone)
        return
    # A ticket of a bulk export has the same list inside.
    rest = found.value if _is_ticket(found) else {**found.value}
    if found.array == "" and rest is not found.value:
        for name in _LISTS & rest.keys():
            if isinstance(rest[name], list):
                yield from inner(found, name)
                del rest[name]
    yield found._replace(value=rest)


def _side(found: Found, side: Side) -> bool:
    value = found.value
    if "ticket_id" in value and "events" in value:
        side.add("audit", value["ticket_id"], value)
    elif "body" in value and ({"author_id", "user_id"} & value.keys()):
        side.add("comment", plain(value.get("ticket_id")) or number_in_name(found), value)
    elif {"field_name", "ticket_id", "updated"} <= value.keys():
        side.add("history", value["ticket_id"], value)
    elif {"tag", "ticket_id"} <= value.keys():
        side.add("tag", value["ticket_id"], value)
    elif kind := _kind(found):
        side.add(kind, value.get("id"), value)
    elif found.array == "table" or found.array in SYSTEM.arrays:
        name = found.file if found.array == "table" else found.array
        side.others[f"records of {name}"] += 1
    else:
        return False
    return True


def _learn(found: Found, side: Side) -> None:
    """Learn the people who stand inside a ticket of a bulk export; comments name them by their numbers."""
    for name in ("requester", "submitter", "assignee"):
        row = mapping(found.value.get(name))
        if row.get("id"):
            side.learn("user", row["id"], row)


def _kind(found: Found) -> str:
    value, named = found.value, _SIDE.get(found.array, "")
    if named or "id" not in value:
        return named
    address = plain(value.get("url"))
    if "role" in value or "email" in value:
        return "user"
    return next((kind for name, kind in _SIDE.items() if f"/{name}/" in address), "") if "name" in value else ""


def _person(side: Side, value: Any) -> str:
    row = value if isinstance(value, dict) else side.one("user", value)
    return person(row.get("name") or (plain(value) if not isinstance(value, dict) else row.get("id")), row.get("email"))


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    quiet = _FLAT_QUIET if "_fivetran_synced" in value else _QUIET
    fields = Fields("zendesk", where, {name: one for name, one in value.items() if one != "[]"}, quiet)
    key, status, subject = fields.text("id"), fields.text("status"), fields.text("subject")
    created, updated = fields.moment("created_at"), fields.moment("updated_at")
    # An incremental export tells by this which of two states of a ticket is the later one.
    generated = moment(where, fields.take("generated_timestamp"))
    description = fields.prose("description")
    rows = once([*objects(fields.take("comments")), *side.rows("comment", key)])
    rows = rows or [one for audit in side.rows("audit", key) for one in _audit_comments(audit)]
    first = rows[0] if rows and _said(rows[0]) == description else {}
    if first and "public" in first and not flag(first["public"]):
        # The description is that comment: it stays inside, as one.
        first, description = {}, ""
    values = _values(fields, side, value, status)
    relations = {
        "parent": [fields.text("problem_id")],
        "duplicated-by": ids(fields.take("merged_ticket_ids")),
        "links": ids(fields.take("followup_ids")),
    }
    files = attachments(first.get("attachments"), "file_name", "size", "content_url")
    _extras(fields, side)
    changes = [*_audited(side, where, key), *_history(side, where, key)]
    ends = [one.at for one in changes if one.field == "status" and CLASSES.get(one.after) == "done"]
    return record(
        fields,
        key,
        subject,
        text=to_markdown(prose(first.get("html_body"))) or description,
        values=values,
        tags=tags([*items(fields.take("tags")), *(row["tag"] for row in side.rows("tag", key))]),
        created=created,
        updated=max(updated, generated),
        closed=(max(ends, default="") or updated) if CLASSES.get(status) == "done" else "",
        status_class=CLASSES.get(status, ""),
        relations=relations,
        comments=[_comment(fields, side, row) for row in rows if row is not first],
        attachments=files,
        changes=changes,
        raw=prose(first.get("html_body")) or description,
    )


def _values(fields: Fields, side: Side, value: dict[str, Any], status: str) -> dict[str, str]:
    return {
        "status": status,
        "type": fields.text("type"),
        "priority": fields.text("priority"),
        "assignee": _person(side, fields.take("assignee", "assignee_id")),
        "reporter": _requester(fields, side),
        "due": fields.date("due_at"),
        "visibility": "internal" if value.get("is_public") in (False, "FALSE") else "",
    }


def _requester(fields: Fields, side: Side) -> str:
    """Return who asks, and keep who wrote that down if it is somebody else."""
    requester = fields.take("requester", "requester_id")
    submitter = fields.take("submitter", "submitter_id")
    if plain(submitter) != plain(requester):
        fields.keep("submitter", _person(side, submitter) if submitter else "")
    return _person(side, requester)


def _extras(fields: Fields, side: Side) -> None:
    fields.take(*_ADDRESSES)
    fields.take("_fivetran_synced")
    for name, kind in (("group", "group"), ("organization", "organization"), ("brand", "brand")):
        found = fields.take(name, f"{name}_id")
        fields.keep(name, plain(mapping(found).get("name")) or side.name(kind, found) if found else "")
    via = mapping(fields.take("via"))
    fields.keep("channel", via.get("channel"))
    if any(mapping(via.get("source")).values()):
        fields.lose("via.source")
    for row in objects(fields.take("custom_fields")):
        name = side.name("field", row.get("id"), "title", "name")
        fields.keep(f"field-{name}" if name.isdigit() else name, row.get("value"))
    rating = mapping(fields.take("satisfaction_rating"))
    if rating.get("score") not in (None, "unoffered"):
        fields.keep("satisfaction", rating.get("score"))
        fields.keep("satisfaction-comment", rating.get("comment"))
    for name in ("collaborator_ids", "follower_ids", "email_cc_ids"):
        people = [_person(side, one).replace(",", " ") for one in items(fields.take(name))]
        fields.keep(name.removesuffix("_ids") + "s", people)


def _said(row: dict[str, Any]) -> str:
    return prose(row.get("plain_body") or row.get("body"))


def _comment(fields: Fields, side: Side, row: dict[str, Any]) -> Comment:
    raw = prose(row.get("html_body"))
    text = to_markdown(raw) or prose(row.get("body"))
    files = attachments(row.get("attachments"), "file_name", "size", "content_url")
    fields.lose("metadata of comments", 1 if row.get("metadata") or row.get("via") else 0)
    # A comment whose visibility is not told stays inside.
    is_public = flag(row["public"]) if "public" in row else False
    author = row.get("author") or row.get("author_id") or row.get("user_id")
    date = moment(fields.where, row.get("created_at") or row.get("created"))
    return fields.comment(date, _person(side, author), text, internal=not is_public, raw=raw, files=files)


def _audit_comments(audit: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for event in objects(audit.get("events")):
        if plain(event.get("type")) in {"Comment", "VoiceComment"}:
            yield {"created_at": audit.get("created_at"), "author_id": audit.get("author_id"), **event}


def _audited(side: Side, where: str, key: str) -> Iterator[FieldChange]:
    for audit in side.rows("audit", key):
        at, author = moment(where, audit.get("created_at")), _person(side, audit.get("author_id"))
        for event in objects(audit.get("events")):
            if event.get("type") == "Change":
                field = plain(event.get("field_name"))
                before, after = (_told(side, field, event.get(name)) for name in ("previous_value", "value"))
                yield FieldChange(at, author, CHANGED.get(field, field), before, after)


def _history(side: Side, where: str, key: str) -> Iterator[FieldChange]:
    rows = [(moment(where, row["updated"]), row) for row in side.rows("history", key)]
    now = dict[str, str]()
    for at, row in sorted(rows, key=lambda pair: pair[0]):
        field = plain(row["field_name"])
        after = _told(side, field, row.get("value"))
        yield FieldChange(at, _person(side, row.get("user_id")), CHANGED.get(field, field), now.get(field, ""), after)
        now[field] = after


def _told(side: Side, field: str, value: Any) -> str:
    if field in CHANGED:
        return _person(side, value) if field != "due_at" else plain(value)[:10]
    return ", ".join(map(plain, value)) if isinstance(value, list) else plain(value)


SYSTEM = System(
    "zendesk",
    ("tickets", "results", "users", "groups", "organizations", "ticket_fields", "metric_sets"),
    _is_ticket,
    _side,
    _ticket,
    _unwrap,
    frozenset(
        (
            *("count", "next_page", "previous_page", "after_url", "before_url", "after_cursor", "before_cursor"),
            *("end_of_stream", "end_time", "meta", "links", "facets"),
        )
    ),
    "a ticket has `requester_id` and `status`",
    learn=_learn,
)
