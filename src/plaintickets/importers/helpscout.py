"""Import Help Scout's conversations: replies of the API with threads embedded or beside them, customers, users."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import FieldChange, Imported
from plaintickets.importers.exports import Found, Side, System, embedded, number_in_name, once, read_export
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

CLASSES = {"active": "open", "open": "open", "pending": "waiting", "closed": "done", "spam": "done"}
# What customers see; notes, forwards to others and lines of the log stay inside.
PUBLIC = frozenset(("customer", "message", "chat", "phone", "beaconchat"))
_LISTS = ("conversations", "threads", "customers", "users", "mailboxes", "tags", "teams", "folders")
_OF_CONVERSATION = re.compile(r"/conversations/(\d+)")


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the conversations of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"subject", "status", "mailboxId"} <= found.value.keys()


def _unwrap(found: Found) -> Iterator[Found]:
    if _is_ticket(found) or not mapping(found.value.get("_embedded")).keys() & set(_LISTS):
        yield found
        return
    page = _OF_CONVERSATION.search(plain(mapping(mapping(found.value.get("_links")).get("self")).get("href")))
    for one in embedded(found, *_LISTS):
        yield one._replace(value={"conversation": page[1], **one.value}) if page and one.array == "threads" else one


def _side(found: Found, side: Side) -> bool:
    value = found.value
    if "type" in value and ("body" in value or "action" in value) and "mailboxId" not in value:
        side.add("thread", plain(value.get("conversation")) or number_in_name(found), value)
    elif "firstName" in value or "lastName" in value:
        side.add("person", value.get("id"), value)
    elif "id" in value and "name" in value:
        side.add("mailbox" if "slug" in value or "email" in value else "other", value.get("id"), value)
    elif found.array or value.keys() == {"data"}:
        side.others[f"records of {found.array or 'attachment data'}"] += 1
    else:
        return "page" in value and "_links" in value
    return True


def _person(side: Side, value: Any) -> str:
    row = mapping(value)
    row = {**side.one("person", row.get("id")), **row}
    names = (plain(row.get("first") or row.get("firstName")), plain(row.get("last") or row.get("lastName")))
    rows = objects(mapping(row.get("_embedded")).get("emails"))
    mail = row.get("email") or next((one.get("value") for one in rows), "")
    name = " ".join(filter(None, names))
    return person(name or ("" if mail else plain(row.get("id"))), mail)


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    fields = Fields("helpscout", where, value, {"state": "published", "type": "email"})
    inside = mapping(fields.take("_embedded"))
    key, status = fields.text("id"), fields.text("status")
    created = fields.moment("createdAt")
    updated = fields.moment("userUpdatedAt", "modifiedAt")
    rows = [*objects(inside.get("threads")), *side.rows("thread", key)]
    rows = sorted(once(rows), key=lambda row: plain(row.get("createdAt")))
    first = next((row for row in rows if plain(row.get("type")) in PUBLIC and prose(row.get("body"))), {})
    raw, preview = prose(first.get("body")), fields.prose("preview")
    count = fields.take("threads")
    fields.lose("threads that the export does not hold", count - len(rows) if isinstance(count, int) else 0)
    values = {
        "status": status,
        "assignee": _person(side, fields.take("assignee")),
        "reporter": _person(side, fields.take("primaryCustomer", "customer") or fields.take("createdBy")),
    }
    _extras(fields, side)
    closed = fields.moment("closedAt")
    return record(
        fields,
        key,
        fields.text("subject"),
        text=to_markdown(raw or preview),
        values=values,
        tags=tags(mapping(one).get("tag") if isinstance(one, dict) else one for one in items(fields.take("tags"))),
        created=created,
        updated=updated,
        closed=closed or updated if CLASSES.get(status) == "done" else "",
        status_class=CLASSES.get(status, ""),
        comments=[_comment(fields, side, row) for row in rows if row is not first and _says(row)],
        attachments=_files(first),
        changes=list(_changes(fields, side, rows)),
        raw=raw,
    )


def _extras(fields: Fields, side: Side) -> None:
    fields.take("_links", "createdBy", "folderId", "customerWaitingSince", "closedByUser")
    source = mapping(fields.take("source"))
    fields.keep("channel", source.get("type"))
    mailbox = fields.take("mailboxId")
    fields.keep("mailbox", side.name("mailbox", mailbox))
    closer = fields.take("closedBy")
    fields.keep("closed-by", _person(side, closer if isinstance(closer, dict) else {"id": closer}) if closer else "")
    for row in objects(fields.take("customFields")):
        fields.keep(plain(row.get("name")) or f"field-{plain(row.get('id'))}", row.get("text") or row.get("value"))


def _says(row: dict[str, Any]) -> bool:
    """Tell whether a thread has a text or files; others are lines of the log."""
    return bool(prose(row.get("body")) or _files(row))


def _files(row: dict[str, Any]) -> list[Any]:
    rows = [
        {**one, "link": plain(mapping(mapping(one.get("_links")).get("data")).get("href"))}
        for one in objects(mapping(row.get("_embedded")).get("attachments"))
    ]
    return attachments(rows, "filename", "size", "link")


def _moment(fields: Fields, row: dict[str, Any]) -> str:
    return moment(fields.where, row.get("createdAt") or mapping(row.get("createdBy")).get("createdAt"))


def _comment(fields: Fields, side: Side, row: dict[str, Any]) -> Comment:
    raw = prose(row.get("body"))
    fields.lose("mail addresses of threads", 1 if row.get("to") or row.get("cc") or row.get("bcc") else 0)
    # Drafts and hidden threads were never sent.
    is_internal = plain(row.get("type")) not in PUBLIC or plain(row.get("state")) not in {"", "published"}
    author, files = _person(side, row.get("createdBy")), _files(row)
    return fields.comment(_moment(fields, row), author, to_markdown(raw), internal=is_internal, raw=raw, files=files)


def _changes(fields: Fields, side: Side, rows: list[dict[str, Any]]) -> Iterator[FieldChange]:
    """Yield the changes of status and of assignee that threads tell."""
    status = assignee = ""
    for row in rows:
        now, whom = plain(row.get("status")), _person(side, row.get("assignedTo"))
        at, author = _moment(fields, row), _person(side, row.get("createdBy"))
        if at and now not in {status, "nochange", ""}:
            yield FieldChange(at, author, "status", status, now)
            status = now
        if at and whom and whom != assignee:
            yield FieldChange(at, author, "assignee", assignee, whom)
            assignee = whom


SYSTEM = System(
    "helpscout",
    (),
    _is_ticket,
    _side,
    _ticket,
    _unwrap,
    frozenset(("_links", "page", "_embedded")),
    "a conversation has `subject`, `status` and `mailboxId`",
)
