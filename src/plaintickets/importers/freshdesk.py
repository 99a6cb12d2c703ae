"""Import Freshdesk's and Freshservice's tickets: replies of the API, with conversations and people beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.importers.exports import Found, Side, System, inner, once, read_export
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
    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

STATUSES = {"2": ("Open", "open"), "3": ("Pending", "waiting"), "4": ("Resolved", "done"), "5": ("Closed", "done")}
PRIORITIES = {"1": "Low", "2": "Medium", "3": "High", "4": "Urgent"}
CHANNELS = {"1": "email", "2": "portal", "3": "phone", "7": "chat", "9": "feedback", "10": "outbound email"}
# What the tickets in `associated_tickets_list` are to this one, by `association_type`.
ASSOCIATIONS = {"1": "children", "2": "parent", "3": "links", "4": "links"}
_WRAPPERS = ("helpdesk_ticket", "ticket", "agent", "contact", "group", "company", "conversation")
_QUIET = {
    **dict.fromkeys(("spam", "deleted", "fr_escalated", "nr_escalated", "is_escalated", "isescalated"), False),
    **dict.fromkeys(("delta", "trained", "urgent"), False),
}
_REPEATED: tuple[str, ...] = (
    "description_text",
    "status_name",
    "priority_name",
    "source_name",
    "requester_status_name",
    "cc_email",
)
_REPEATED += ("ticket_cc_emails", "reply_cc_emails", "associated_tickets_count")
_INNER = ("email_config_id", "form_id", "structured_description", "source_additional_info", "support_email", "delta")


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the tickets of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"subject", "status", "priority", "requester_id"} <= found.value.keys() and "submitter_id" not in found.value


def _unwrap(found: Found) -> Iterator[Found]:
    lone = set(_WRAPPERS) & found.value.keys()
    if found.array == "" and lone and len(found.value) == 1:
        yield from inner(found, *lone)
    else:
        yield found


def _side(found: Found, side: Side) -> bool:
    value = found.value
    if "ticket_id" in value and ("body" in value or "body_text" in value):
        side.add("conversation", value["ticket_id"], value)
    elif "ticket_id" in value and "time_spent" in value:
        side.add("time", value["ticket_id"], value)
    elif isinstance(value.get("contact"), dict):
        side.add("person", value.get("id"), {**value["contact"], "id": value.get("id")})
    elif "choices" in value and value.get("name") == "status":
        side.add("statuses", "", mapping(value["choices"]))
    elif {"email", "id"} <= value.keys() or "first_name" in value:
        side.add("person", value.get("id"), value)
    elif {"name", "id"} <= value.keys():
        kind = "company" if "domains" in value else "product" if "primary_email" in value else "group"
        if not {"label", "folder_id", "visibility", "default"} & value.keys():
            side.add(kind, value.get("id"), value)
        else:
            side.others["fields and settings"] += 1
    elif found.array:
        side.others[f"records of {found.array}"] += 1
    else:
        return "id" in value and bool({"folder_id", "category_id", "hierarchy"} & value.keys())
    return True


def _person(side: Side, key: Any, shown: Any = None) -> str:
    row = shown if isinstance(shown, dict) else side.one("person", key)
    name = row.get("name") or " ".join(filter(None, (plain(row.get("first_name")), plain(row.get("last_name")))))
    mail = row.get("email") or row.get("primary_email")
    return person(name or (shown if isinstance(shown, str) else "") or ("" if mail else plain(key)), mail)


def _status(side: Side, code: str) -> tuple[str, str]:
    """Return the name and the class of a status; the account's own names come from its ticket fields."""
    given = side.one("statuses", "").get(code)
    own = plain(given[0] if isinstance(given, list) and given else given)
    name, kind = STATUSES.get(code, (f"status {code}" if code.isdigit() else code, ""))
    return own or name, kind


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    fields = Fields("freshdesk", where, value, _QUIET)
    status_name = fields.text("status_name")
    key, code = fields.text("id", "display_id"), fields.text("status")
    status, kind = _status(side, code)
    status = status_name if status.startswith("status ") and status_name else status
    stats = mapping(fields.take("stats"))
    created, updated = fields.moment("created_at"), fields.moment("updated_at")
    raw = fields.prose("description_html", "description", "description_text")
    priority = fields.text("priority")
    requester = fields.take("requester", "requester_name")
    values = {
        "status": status,
        "type": fields.text("type", "ticket_type"),
        "priority": PRIORITIES.get(priority, priority),
        "assignee": _person(side, fields.take("responder_id"), fields.take("responder", "responder_name")),
        "reporter": _person(side, fields.take("requester_id"), requester),
        "due": fields.date("due_by"),
    }
    associated = [plain(one) for one in items(fields.take("associated_tickets_list"))]
    relations = {ASSOCIATIONS.get(fields.text("association_type"), "links"): associated}
    rows = [*objects(fields.take("conversations", "notes")), *side.rows("conversation", key)]
    closed = stats.get("closed_at") or stats.get("resolved_at")
    _extras(fields, side, key, stats)
    return record(
        fields,
        key,
        fields.text("subject"),
        text=to_markdown(raw),
        values=values,
        tags=tags(items(fields.take("tags"))),
        created=created,
        updated=updated,
        closed=moment(where, closed) or updated if kind == "done" else "",
        status_class=kind,
        relations=relations,
        comments=[_comment(fields, side, row) for row in once(rows)],
        attachments=attachments(fields.take("attachments"), "name", "size", "attachment_url"),
        raw=raw,
    )


def _extras(fields: Fields, side: Side, key: str, stats: dict[str, Any]) -> None:
    fields.take(*_REPEATED)
    fields.drop(*_INNER)
    code = fields.text("source")
    fields.keep("channel", CHANNELS.get(code, code))
    for name, kind in (("group", "group"), ("company", "company"), ("product", "product"), ("department", "group")):
        found = fields.take(f"{name}_id")
        fields.keep(name, side.name(kind, found) if found else "")
    for name, value in mapping(fields.take("custom_fields", "custom_field")).items():
        fields.keep(name.removeprefix("cf_"), value)
    for name in ("fr_due_by", "frDueBy", "nr_due_by"):
        fields.keep(name, moment(fields.where, fields.take(name)))
    first = stats.get("first_responded_at")
    fields.keep("first-responded", moment(fields.where, first))
    fields.lose("stats", sum(1 for name, at in stats.items() if at and name not in {"closed_at", "first_responded_at"}))
    fields.lose("time entries", len(side.rows("time", key)))


def _comment(fields: Fields, side: Side, row: dict[str, Any]) -> Comment:
    raw = prose(row.get("body") or row.get("body_html"))
    text = to_markdown(raw) or prose(row.get("body_text"))
    files = attachments(row.get("attachments"), "name", "size", "attachment_url")
    fields.lose("mail addresses of conversations", 1 if row.get("to_emails") or row.get("cc_emails") else 0)
    date = moment(fields.where, row.get("created_at"))
    # Source 2 is a note; one whose visibility is not told stays inside.
    is_internal = row["private"] is not False if "private" in row else plain(row.get("source")) == "2"
    author = _person(side, row.get("user_id")) or person("", row.get("from_email"))
    return fields.comment(date, author, text, internal=is_internal, raw=raw, files=files)


SYSTEM = System(
    "freshdesk",
    ("tickets", "results", "conversations", "agents", "contacts", "requesters", "groups", "companies"),
    _is_ticket,
    _side,
    _ticket,
    _unwrap,
    frozenset(("total", "meta", "link")),
    "a ticket has `subject`, `status`, `priority` and `requester_id`",
    (30, 100),
)
